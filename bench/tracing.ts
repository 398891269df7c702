// Tracing speed: all six signals of both layers over the whole book, from the starts that lie beside the model, which
// the reading proves; and over a text whose starts nobody knows, the readings that settle them counted in.

import { modelFolder } from '../pipeline/content/files.ts';
import { chooseEngine } from '../pipeline/engines/index.ts';
import type { NetworkState } from '../pipeline/lstm/state.ts';
import { readStarts } from '../pipeline/models/formats/own/parameters.ts';
import { readText } from '../pipeline/trace/read.ts';
import { characterSequence } from '../pipeline/trace/targets.ts';
import { loadAlice } from './alice.ts';
import { matmulRate } from './matmul.ts';

export async function benchTracing() {
  const { labelled, model } = loadAlice();
  const { architecture } = model.card;
  const of = { weights: model.card.weights.sha256, text: labelled.texts.join('') };
  const starts = readStarts(modelFolder('content', 'alice'), of, architecture);
  const engine = await chooseEngine({ engine: 'onnx' });
  const matmulGflops = await matmulRate(engine);
  const rate = async (known: NetworkState | undefined) => {
    const started = performance.now();
    const { readings } = await readText({
      engine,
      architecture,
      parameters: model.parameters,
      sequence: characterSequence(model.ids),
      starts: known,
      signals: true,
      begin() {},
      window() {},
    });
    return { charactersPerSecond: (1000 * model.ids.length) / (performance.now() - started), readings };
  };
  return { ...(await rate(starts)), settlingToo: await rate(undefined), matmulGflops };
}
