import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { endName, signalName, stateName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { type Architecture, tensorShapes } from '../../pipeline/lstm/parameters.ts';

type Rows = number[][];

interface KerasNetwork {
  recurrentActivation: 'sigmoid' | 'hard_sigmoid';
  /** [streams][steps] */
  ids: Rows;
  /** h and c of each layer before the first character, [streams][units] */
  starts: { h: Rows; c: Rows }[];
  /** kernel, recurrent kernel and bias of each layer */
  layers: [Rows, Rows, number[]][];
  dense: [Rows, number[]];
  /** [steps][layers] */
  states: { h: Rows; c: Rows }[][];
  /** [streams][steps][outputs] */
  logProbabilities: number[][][];
}

const path = new URL('../fixtures/engines/keras_lstm.json', import.meta.url);
const { networks } = JSON.parse(readFileSync(path, 'utf8')) as { networks: KerasNetwork[] };

function architectureOf({ layers, dense, recurrentActivation }: KerasNetwork): Architecture {
  return {
    inputs: layers[0]![0].length,
    units: layers.map(([, recurrentKernel]) => recurrentKernel.length),
    outputs: dense[1].length,
    cellActivation: 'tanh',
    recurrentActivation:
      recurrentActivation === 'sigmoid' ? { kind: 'sigmoid' } : { kind: 'hard-sigmoid', slope: 1 / 6, offset: 0.5 },
  };
}

const flat = (numbers: readonly (number | number[])[]) => Float64Array.from(numbers.flat());

describe.each(networks)('with the weights of a Keras network with $recurrentActivation at its gates', (network) => {
  const architecture = architectureOf(network);
  const streams = network.ids.length;
  const steps = network.ids[0]!.length;

  async function read() {
    const program = await referenceEngine(Float64Array).compile(
      readingComputation(architecture, { steps, streams }, true),
    );
    const tensors = [...network.layers.flat(), ...network.dense].map(flat);
    const weights = tensorShapes(architecture).map(({ name }, index) => [name, tensors[index]!]);
    const starts = network.starts.flatMap(({ h, c }, layer) => [
      [stateName(layer, 'h'), flat(h)],
      [stateName(layer, 'c'), flat(c)],
    ]);
    const ids = Int32Array.from({ length: steps * streams }, (_, row) => {
      return network.ids[row % streams]![Math.floor(row / streams)]!;
    });
    return program.run({ ...Object.fromEntries(weights), ...Object.fromEntries(starts), ids });
  }

  it('gives the h and c that Keras gives after every character, in both layers', async () => {
    const outputs = await read();
    network.states.forEach((layers, step) => {
      layers.forEach((state, layer) => {
        const rows = streams * architecture.units[layer]!;
        for (const part of ['h', 'c'] as const) {
          const found = outputs[signalName(layer, part)]!.subarray(step * rows, (step + 1) * rows);
          const expected = flat(state[part]);
          expect(found).toHaveLength(expected.length);
          found.forEach((value, k) => {
            expect(Math.abs(value - expected[k]!), `${signalName(layer, part)} at step ${step}`).toBeLessThan(1e-6);
          });
        }
      });
    });
    expect(outputs[endName(1, 'h')]).toEqual(outputs[signalName(1, 'h')]!.subarray(-streams * architecture.units[1]!));
  });

  it("gives Keras's log-probabilities of the next character", async () => {
    const { logProbabilities } = await read();
    const expected = Array.from({ length: steps }, (_, step) => network.logProbabilities.map((rows) => rows[step]!));
    const values = flat(expected.flat());
    expect(logProbabilities).toHaveLength(values.length);
    // Keras computed in float32, and logarithms of small probabilities are large.
    logProbabilities!.forEach((value, k) => {
      expect(Math.abs(value - values[k]!)).toBeLessThan(3e-6);
    });
  });
});
