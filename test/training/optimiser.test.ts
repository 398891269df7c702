import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adamStep, clippingScale, globalNorm, startTraining } from '../../pipeline/training/optimiser.ts';

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

const OPTIONS = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averageDecay: 0.5 };
const floats = (values: readonly number[]) => Float32Array.from(values);

describe('adamStep', () => {
  it.each(runs)(
    "ends after 25 steps where Optax's Adam does, with $name",
    ({ options, limit, starts, gradients, ends }) => {
      const tensors = starts.map((values) => startTraining(floats(values)));
      gradients.forEach((values, step) => {
        const gradient = values.map(floats);
        const scale = limit === null ? 1 : clippingScale(gradient, limit);
        tensors.forEach((tensor, index) => {
          adamStep(tensor, gradient[index]!, step + 1, scale, { ...options, averageDecay: 0.9 });
        });
      });
      tensors.forEach(({ weights }, index) => {
        weights.forEach((weight, k) => {
          expect(Math.abs(weight - ends[index]![k]!)).toBeLessThan(2e-6);
          expect(Math.abs(weight - starts[index]![k]!)).toBeGreaterThan(2e-4);
        });
      });
    },
  );

  it('moves every weight by the learning rate in its first step, against the sign of its gradient', () => {
    const tensor = startTraining(floats([1, 1, 1]));
    adamStep(tensor, floats([5, -0.001, 0]), 1, 1, OPTIONS);
    expect(tensor.weights[0]).toBeCloseTo(0.9, 6);
    expect(tensor.weights[1]).toBeCloseTo(1.1, 5);
    expect(tensor.weights[2]).toBe(1);
    expect(tensor.firstMoment[0]).toBeCloseTo(0.5, 6);
    expect(tensor.secondMoment[0]).toBeCloseTo(0.025, 7);
  });

  it('averages the weights, closely at first and then with the decay that was asked for', () => {
    const tensor = startTraining(floats([0]));
    const gradient = floats([-1]);
    let average = 0;
    for (let step = 1; step <= 40; step++) {
      adamStep(tensor, gradient, step, 1, { ...OPTIONS, averageDecay: 0.75 });
      const keep = step < 30 ? step / (step + 10) : 0.75;
      average = keep * average + (1 - keep) * tensor.weights[0]!;
      expect(tensor.average[0]).toBeCloseTo(average, 5);
    }
    expect(tensor.average[0]).toBeLessThan(tensor.weights[0]!);
  });

  it('leaves the weights that it was started from as they were', () => {
    const given = floats([1, 2]);
    const tensor = startTraining(given);
    adamStep(tensor, floats([1, 1]), 1, 1, OPTIONS);
    expect(given).toEqual(floats([1, 2]));
    expect(tensor.weights).not.toEqual(given);
  });
});

describe('clippingScale', () => {
  const gradients = [floats([3, 0]), floats([0, 4, 12])];

  it('brings a norm over all tensors down to the limit', () => {
    expect(globalNorm(gradients)).toBe(13);
    const scale = clippingScale(gradients, 6.5);
    expect(scale).toBe(0.5);
    expect(globalNorm(gradients.map((gradient) => gradient.map((value) => value * scale)))).toBe(6.5);
  });

  it('leaves alone what is within the limit', () => {
    expect(clippingScale(gradients, 13)).toBe(1);
    expect(clippingScale([floats([0, 0])], 1)).toBe(1);
  });
});
