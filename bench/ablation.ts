// Speed of holding every cell of the committed model, one at a time, on short segments of held-out text, and of going back from
// the losses there; and how long the stage of the build takes by both, which does the same on a longer sample.

import { modelFolder } from '../pipeline/content/files.ts';
import { fromSpans } from '../pipeline/datasets/labels.ts';
import { chooseEngine } from '../pipeline/engines/index.ts';
import { ablate } from '../pipeline/evidence/ablation/ablation.ts';
import { measureSensitivities } from '../pipeline/evidence/ablation/sensitivities.ts';
import {
  type PredictedSegment,
  partOf,
  predictedPositions,
  predictedSegments,
  readUndisturbed,
  stepsRead,
} from '../pipeline/evidence/ablation/undisturbed.ts';
import { readStarts } from '../pipeline/models/formats/own/parameters.ts';
import { characterTargets } from '../pipeline/trace/targets.ts';
import { loadAlice } from './alice.ts';
import { matmulRate } from './matmul.ts';

/** Characters that are predicted after their run-up. */
const PREDICTED = 60;
/** And those from which one goes back, among them the former. */
const GONE_BACK_FROM = 256;
/** Of all cells, those that the stage goes on with to the whole sample: 163 of Alice's 1,024, most of them in the second layer. */
const GOING_ON = 1 / 6;

/** Multiplications and additions that a character costs on average over the held cells: none below a held cell's layer. */
function flopsPerCharacter(units: readonly number[], outputs: number): number {
  const last = units.at(-1)!;
  const ofLayers = units.map((size, layer) => {
    const above = units.slice(layer + 1).reduce((sum, own, k) => sum + 4 * own * (own + units[layer + k]!), 0);
    return size * 2 * (4 * size * size + above + last * outputs);
  });
  return ofLayers.reduce((sum, flops) => sum + flops, 0) / units.reduce((sum, size) => sum + size, 0);
}

export async function benchAblation() {
  const { labelled, model } = loadAlice();
  const { blocks, texts } = labelled;
  const { parameters, ids, card } = model;
  const { architecture } = card;
  const engine = await chooseEngine({ engine: 'onnx' });
  const targets = characterTargets(ids, architecture.outputs);
  const starts = readStarts(
    modelFolder('content', 'alice'),
    { weights: card.weights.sha256, text: texts.join('') },
    architecture,
  );
  const heldOut = blocks
    .filter(({ split }) => split === 'held-out')
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
  const segments = predictedSegments(blocks, heldOut, PREDICTED);
  const behind = predictedSegments(blocks, heldOut, GONE_BACK_FROM);
  const reader = { engine, architecture, parameters, sequence: targets.sequence, starts };
  const undisturbed = await readUndisturbed(reader, behind, fromSpans(blocks, ids.length));
  const clamps = architecture.units.flatMap((units, layer) =>
    Array.from({ length: units }, (_, unit) => ({ layer, unit, value: undisturbed.moments[layer]!.mean[unit]! })),
  );
  const before = await matmulRate(engine);
  const started = performance.now();
  await ablate(reader, undisturbed, { segments, clamps, measures: [targets.loss] });
  const seconds = (performance.now() - started) / 1000;
  const matmulGflops = Math.max(before, await matmulRate(engine));
  const positions = predictedPositions(behind);
  const startedBack = performance.now();
  await measureSensitivities(reader, undisturbed.recorded, targets, positions);
  const backSeconds = (performance.now() - startedBack) / 1000;

  const stepsOf = (sample: readonly PredictedSegment[]) =>
    clamps.length * sample.reduce((sum, segment) => sum + stepsRead(segment), 0);
  const cellsTimesCharactersPerSecond = stepsOf(segments) / seconds;
  const gflops = (flopsPerCharacter(architecture.units, architecture.outputs) * cellsTimesCharactersPerSecond) / 1e9;
  const whole = predictedSegments(blocks, heldOut);
  const toClamp = stepsOf(partOf(whole)) + GOING_ON * stepsOf(whole);
  const estimatedCharactersPerSecond = positions.length / backSeconds;
  return {
    cellsTimesCharactersPerSecond,
    estimatedCharactersPerSecond,
    gflops,
    matmulGflops,
    shareOfMatmul: gflops / matmulGflops,
    stageSeconds:
      toClamp / cellsTimesCharactersPerSecond + predictedPositions(whole).length / estimatedCharactersPerSecond,
  };
}
