"""How fast PyTorch trains and reads with a network of one size: what a user would reach for otherwise.

    python pytorch.py '{"vocabulary": 66, "units": [512, 512], "streams": [64, 32], "steps": 100, "seconds": 20}'

prints characters a second as JSON: the best of the numbers of streams that are asked for. The text is random, which costs as
much as any. Training is a window forwards and backwards, gradients clipped, and a step of Adam; reading keeps the outputs h of
all layers and nothing else, for PyTorch gives no gates.
"""

import json
import sys
import time

import torch


class Network(torch.nn.Module):
    def __init__(self, vocabulary: int, units: list[int]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        inputs = [vocabulary, *units[:-1]]
        self.layers = torch.nn.ModuleList(
            torch.nn.LSTM(size, count) for size, count in zip(inputs, units)
        )
        self.dense = torch.nn.Linear(units[-1], vocabulary)

    def outputs(self, ids: torch.Tensor) -> list[torch.Tensor]:
        """@param ids [steps, streams]; h of each layer, [steps, streams, units]"""
        values = torch.nn.functional.one_hot(ids, self.vocabulary).float()
        found = []
        for layer in self.layers:
            values, _ = layer(values)
            found.append(values)
        return found

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.dense(self.outputs(ids)[-1])


def rate(step, characters: int, seconds: float) -> float:
    """Of the best of the windows that fit into the time, the first ones left out."""
    for _ in range(2):
        step()
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - begun)
    return characters / best


def training(network: Network, ids: torch.Tensor, seconds: float) -> float:
    optimiser = torch.optim.Adam(network.parameters(), foreach=True)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        logits = network(ids[:-1])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()

    return rate(step, (len(ids) - 1) * ids.shape[1], seconds)


def reading(network: Network, ids: torch.Tensor, seconds: float) -> float:
    def step() -> None:
        with torch.inference_mode():
            network.outputs(ids[:-1])

    # Which of its two ways is faster depends on the processor.
    best = 0.0
    for enabled in (True, False):
        with torch.backends.mkldnn.flags(enabled=enabled):
            best = max(best, rate(step, (len(ids) - 1) * ids.shape[1], seconds / 2))
    return best


def main() -> None:
    asked = json.loads(sys.argv[1])
    torch.manual_seed(1)
    found = {"training": 0.0, "reading": 0.0}
    for streams in asked["streams"]:
        network = Network(asked["vocabulary"], asked["units"])
        ids = torch.randint(asked["vocabulary"], (asked["steps"] + 1, streams))
        seconds = asked["seconds"] / len(asked["streams"]) / 2
        found["training"] = max(found["training"], training(network, ids, seconds))
        found["reading"] = max(found["reading"], reading(network, ids, seconds))
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), **found}))


main()
