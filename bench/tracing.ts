// Tracing speed: all six signals of both layers over the whole book, the readings that settle the starts counted in.
import { chooseEngine } from '../pipeline/engines/index.ts';
import { readText } from '../pipeline/trace/read.ts';
import { characterSequence } from '../pipeline/trace/sequence.ts';
import { loadAlice } from './alice.ts';
import { matmulRate } from './matmul.ts';

export async function benchTracing() {
  const { model } = loadAlice();
  const { architecture } = model.card;
  const engine = await chooseEngine({ engine: 'onnx' });
  const matmulGflops = await matmulRate(engine);
  const started = performance.now();
  let began = started;
  const { readings } = await readText({
    engine,
    architecture,
    parameters: model.parameters,
    sequence: characterSequence(model.ids),
    signals: true,
    begin() {
      began = performance.now();
    },
    window() {},
  });
  const ended = performance.now();
  return {
    charactersPerSecond: (1000 * model.ids.length) / (ended - started),
    charactersPerSecondGivenOut: (1000 * model.ids.length) / (ended - began),
    readings,
    matmulGflops,
  };
}
