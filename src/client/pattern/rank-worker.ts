// Ranks all cells by a label, and by the same label moved along the text.
import { unpackOutputs } from '../common/sample.ts';
import type { Rankable, RankReply, RankRequest } from './protocol.ts';
import { bestOf, type Outputs, rankScores, scoreByLabels, shiftedLabels } from './ranking.ts';

let unpacking: Promise<Outputs> | undefined;

async function unpack({ outputs, starts }: Rankable): Promise<Outputs> {
  return { bytes: await unpackOutputs(outputs), characters: outputs.characters.length, starts };
}

self.addEventListener('message', async ({ data }: MessageEvent<RankRequest>) => {
  if (data.kind === 'outputs') {
    unpacking = unpack(data.rankable);
    // Whoever asks for a ranking is told.
    unpacking.catch(() => undefined);
    return;
  }
  if (unpacking === undefined) return;
  let outputs: Outputs;
  try {
    outputs = await unpacking;
  } catch (error) {
    const failed: RankReply = { failed: error instanceof Error ? error.message : String(error) };
    self.postMessage(failed);
    return;
  }
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
