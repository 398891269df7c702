import { expect, it } from 'vitest';
import { mixedRandom } from '../../pipeline/base/random.ts';
import { ScoreTests } from '../../pipeline/statistics/score-sums.ts';

it.each([1, 4])('the sums of a score test are those of plain loops, over one row in %i', (stride) => {
  const random = mixedRandom(7);
  const tests = new ScoreTests();
  const numbers = (length: number) => Float32Array.from({ length }, () => random.uniform() - 0.3);
  for (const rows of [1, 3, 4, 5, 257]) {
    // Two labels share the memory, and signals of any kind take turns.
    const labels = [0, 1].map(() => ({ residual: numbers(rows), weight: numbers(rows), weightedZ: numbers(rows) }));
    const sumsOf = labels.map((label) => tests.add(label, stride));
    const length = (rows - 1) * stride + 1;
    const signals = [numbers(length), Uint8Array.from({ length }, () => random.bits() & 255), new Float64Array(length)];
    for (const signal of signals) {
      labels.forEach(({ residual, weight, weightedZ }, label) => {
        let [score, wx, wxz, wxx] = [0, 0, 0, 0];
        for (let row = 0; row < rows; row++) {
          const x = signal[row * stride]!;
          score += residual[row]! * x;
          wx += weight[row]! * x;
          wxz += weightedZ[row]! * x;
          wxx += weight[row]! * x * x;
        }
        const found = sumsOf[label]!(signal);
        [score, wx, wxz, wxx].forEach((expected, k) => {
          expect(Math.abs(found[k]! - expected)).toBeLessThanOrEqual(1e-11 * Math.abs(expected) + 1e-9);
        });
      });
    }
  }
});
