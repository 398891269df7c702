import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { initialParameters } from '../../pipeline/lstm/initialise.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { type Architecture, namedValues } from '../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import { foldScaling, scalingOf, standardise } from '../../pipeline/training/scaling.ts';

const random = seededRandom(5);
const STEPS = 40;
/** Degrees and hectopascals. */
const values = Float32Array.from({ length: 2 * STEPS }, (_, k) =>
  k % 2 === 0 ? 9 + 7 * normal(random) : 1013 + 6 * normal(random),
);
const runs = [
  { start: 0, end: 10 },
  { start: 20, end: 40 },
];

describe('standard scores', () => {
  const scaling = scalingOf(values, 2, runs);

  it('have mean 0 and variance 1 over the steps that train, and look at no others', () => {
    const scores = standardise(values, scaling);
    for (const feature of [0, 1]) {
      const trained = runs.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, k) => scores[(start + k) * 2 + feature]!),
      );
      const mean = trained.reduce((sum, score) => sum + score, 0) / trained.length;
      expect(mean).toBeCloseTo(0, 4);
      expect(trained.reduce((sum, score) => sum + score * score, 0) / trained.length).toBeCloseTo(1, 4);
    }
    const elsewhere = values.map((value, k) => (k >= 20 && k < 40 ? 1e6 : value));
    expect(scalingOf(elsewhere, 2, runs)).toEqual(scaling);
  });

  it('leave a feature that never changes at 0', () => {
    const constant = Float32Array.of(3, 3, 3);
    expect(Array.from(standardise(constant, scalingOf(constant, 1, [{ start: 0, end: 3 }])))).toEqual([0, 0, 0]);
  });

  it('folded into the weights give the same gates, and forecasts in the features’ own units', async () => {
    const architecture: Architecture = {
      reads: 'numbers',
      inputs: 2,
      units: [5, 3],
      outputs: 2,
      outputActivation: 'linear',
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'sigmoid' },
    };
    const parameters = initialParameters(architecture, {
      uniform: () => random.uniform(),
      normal: () => normal(random),
    });
    const program = await referenceEngine(Float64Array).compile(
      readingComputation(architecture, { steps: STEPS, streams: 1 }, true),
    );
    const read = (of: typeof parameters, input: Float32Array) =>
      program.run({ ...namedValues(architecture, of), ...stateToInputs(zeroState(architecture, 1)), values: input });
    const scored = await read(parameters, standardise(values, scaling));
    const folded = await read(foldScaling(parameters, scaling), values);
    for (const signal of ['layer1.i', 'layer1.c', 'layer2.h']) {
      scored[signal]!.forEach((value, k) => {
        expect(folded[signal]![k]).toBeCloseTo(value, 4);
      });
    }
    scored.outputs!.forEach((value, k) => {
      const feature = k % 2;
      expect(folded.outputs![k]).toBeCloseTo(value * scaling.deviations[feature]! + scaling.means[feature]!, 3);
    });
  });
});
