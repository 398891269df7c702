import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import { Optimiser, startTraining } from '../../pipeline/training/optimiser.ts';
import { plainMask, plainStep } from './plain-optimiser.ts';

interface AdamRun {
  name: string;
  options: { learningRate: number; beta1: number; beta2: number; epsilon: number };
  limit: number | null;
  starts: number[][];
  /** [steps][tensors][values] */
  gradients: number[][][];
  ends: number[][];
}

const path = new URL('../fixtures/training/adam.json', import.meta.url);
const runs = JSON.parse(readFileSync(path, 'utf8')) as AdamRun[];

const UNBOUNDED = Number.POSITIVE_INFINITY;
const OPTIONS = {
  ...{ learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averageDecay: 0.5 },
  gradientNorm: UNBOUNDED,
};
const floats = (values: readonly number[]) => Float32Array.from(values);

/** Of tensors that keep all their weights. */
function optimiser(...starts: Float32Array[]): Optimiser {
  return new Optimiser(starts.map(startTraining), { weights: starts.map(() => 0), masks: [] });
}

describe('a step of the optimiser', () => {
  it.each(runs)(
    "ends after 25 steps where Optax's Adam does, with $name",
    ({ options, limit, starts, gradients, ends }) => {
      const run = optimiser(...starts.map(floats));
      gradients.forEach((values, step) => {
        const gradientNorm = limit ?? UNBOUNDED;
        run.step(values.map(floats), step + 1, { ...options, averageDecay: 0.9, gradientNorm });
      });
      run.tensors.forEach(({ weights }, index) => {
        weights.forEach((weight, k) => {
          expect(Math.abs(weight - ends[index]![k]!)).toBeLessThan(2e-6);
          expect(Math.abs(weight - starts[index]![k]!)).toBeGreaterThan(2e-4);
        });
      });
    },
  );

  it('moves every weight by the learning rate in its first step, against the sign of its gradient', () => {
    const run = optimiser(floats([1, 1, 1]));
    run.step([floats([5, -0.001, 0])], 1, OPTIONS);
    const { weights, firstMoment, secondMoment } = run.tensors[0]!;
    expect(weights[0]).toBeCloseTo(0.9, 6);
    expect(weights[1]).toBeCloseTo(1.1, 5);
    expect(weights[2]).toBe(1);
    expect(firstMoment[0]).toBeCloseTo(0.5, 6);
    expect(secondMoment[0]).toBeCloseTo(0.025, 7);
  });

  it('averages the weights, closely at first and then with the decay that was asked for', () => {
    const run = optimiser(floats([0]));
    const { weights, average: averages } = run.tensors[0]!;
    let average = 0;
    for (let step = 1; step <= 40; step++) {
      run.step([floats([-1])], step, { ...OPTIONS, averageDecay: 0.75 });
      const keep = step < 30 ? step / (step + 10) : 0.75;
      average = keep * average + (1 - keep) * weights[0]!;
      expect(averages[0]).toBeCloseTo(average, 5);
    }
    expect(averages[0]).toBeLessThan(weights[0]!);
  });

  it('brings the norm over all tensors down to its limit, and leaves alone what is within it', () => {
    const gradients = [floats([3, 0]), floats([0, 4, 12])];
    const momentsAt = (gradientNorm: number) => {
      const run = optimiser(floats([0, 0]), floats([0, 0, 0]));
      run.step(gradients, 1, { ...OPTIONS, beta1: 0, gradientNorm });
      return run.tensors.map(({ firstMoment }) => [...firstMoment]);
    };
    expect(momentsAt(6.5)).toEqual([
      [1.5, 0],
      [0, 2, 6],
    ]);
    expect(momentsAt(13)).toEqual(gradients.map((gradient) => [...gradient]));
  });

  it('leaves the weights that it was started from as they were', () => {
    const given = floats([1, 2]);
    const started = startTraining(given);
    const run = new Optimiser([started], { weights: [0], masks: [] });
    run.step([floats([1, 1])], 1, OPTIONS);
    expect(given).toEqual(floats([1, 2]));
    expect(started.weights).toEqual(given);
    expect(run.tensors[0]!.weights).not.toEqual(given);
  });

  it('gives the very numbers that plain arithmetic gives, with and without weights that are dropped', () => {
    const random = seededRandom(3);
    const values = (length: number) => Float32Array.from({ length }, () => random.uniform() - 0.5);
    // Lengths that are and are not multiples of a vector.
    const sizes = [1, 6, 64, 35];
    const rates = [0, 0.3, 0, 0.9];
    const starts = sizes.map(values);
    const run = new Optimiser(starts.map(startTraining), { weights: rates, masks: [{ length: 7, rate: 0.4 }] });
    const expected = starts.map(startTraining);
    const drawn = seededRandom(11);
    run.continueFrom(drawn.state());
    for (let step = 1; step <= 30; step++) {
      const { weights, masks } = run.drop();
      const dropped = sizes.map((size, index) =>
        rates[index] === 0 ? new Float32Array(size).fill(1) : plainMask(size, rates[index]!, drawn),
      );
      expect(weights).toEqual(expected.map((tensor, index) => tensor.weights.map((w, k) => w * dropped[index]![k]!)));
      expect(masks).toEqual([plainMask(7, 0.4, drawn)]);
      expect(run.random()).toEqual(drawn.state());

      const gradients = sizes.map(values);
      const options = { ...OPTIONS, learningRate: 0.004, averageDecay: 0.9, gradientNorm: step % 2 === 0 ? 1 : 100 };
      run.step(gradients, step, options);
      const masked = gradients.map((gradient, index) => gradient.map((value, k) => value * dropped[index]![k]!));
      plainStep(expected, masked, step, options);
      expect(run.tensors).toEqual(expected);
    }
  });
});
