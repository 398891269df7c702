// Ranks all cells by a label, and by the same label moved along the text.
import type { RankReply, RankRequest } from './protocol.ts';
import { bestOf, type Outputs, rankScores, scoreByLabels, shiftedLabels } from './ranking.ts';

let outputs: Outputs | undefined;

self.addEventListener('message', ({ data }: MessageEvent<RankRequest>) => {
  if (data.kind === 'outputs') {
    outputs = data.outputs;
    return;
  }
  if (outputs === undefined) return;
  const begun = performance.now();
  const labels = [data.label, ...shiftedLabels(data.label, outputs.starts, data.shifts)];
  const [scores, ...shifted] = scoreByLabels(outputs, labels);
  const reply: RankReply = {
    ranked: rankScores(scores!),
    chance: shifted.map(bestOf).sort((a, b) => a - b),
    milliseconds: performance.now() - begun,
  };
  self.postMessage(reply);
});
