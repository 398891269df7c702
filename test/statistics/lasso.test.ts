import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mixedRandom } from '../../pipeline/base/random.ts';
import {
  covariancesOf,
  type Design,
  explainedShare,
  featureSums,
  joined,
  residuals,
  targetSums,
} from '../../pipeline/statistics/cross-products.ts';
import { createExplainer } from '../../pipeline/statistics/explained.ts';
import { crossValidated, lasso } from '../../pipeline/statistics/lasso.ts';

interface Sample {
  name: string;
  target: number[];
  judged: number[];
  paths: { penalty: number; coefficients: number[] }[];
  penalty: number;
  intercept: number;
  coefficients: number[];
  together: number;
  contributions: { feature: number; alone: number; adds: number }[];
  leftByOthers: number[];
}

// Made by scikit-learn; see the script beside it.
const fixture = new URL('../fixtures/scoring/lasso.json', import.meta.url);
const { features, judgingFeatures, fold, samples } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  features: number[][];
  judgingFeatures: number[][];
  fold: number[];
  samples: Sample[];
};

function standardised(values: readonly number[], by: readonly number[]): Float64Array {
  const mean = by.reduce((sum, value) => sum + value, 0) / by.length;
  const deviation = Math.sqrt(by.reduce((sum, value) => sum + (value - mean) ** 2, 0) / by.length);
  return Float64Array.from(values, (value) => (deviation === 0 ? 0 : (value - mean) / deviation));
}

const design: Design = features.map((column) => standardised(column, column));
const judgingDesign: Design = judgingFeatures.map((column, k) => standardised(column, features[k]!));
const rowsOf = (wanted: number) => Int32Array.from(fold.keys()).filter((row) => fold[row] === wanted);
const productsOf = (columns: Design, target: Float64Array, rows: Int32Array) => ({
  features: featureSums(columns, rows),
  target: targetSums(columns, target, rows),
});

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(actual[index]).toBeCloseTo(value, digits);
  });
}

describe.each(samples)('with $name', (sample) => {
  const target = standardised(sample.target, sample.target);
  const judged = standardised(sample.judged, sample.target);
  const folds = [0, 1, 2, 3].map((wanted) => productsOf(design, target, rowsOf(wanted)));
  const all = folds.reduce(joined);
  const judgingRows = Int32Array.from(judged.keys());
  const judging = productsOf(judgingDesign, judged, judgingRows);

  it.each(sample.paths)(
    "the lasso of penalty $penalty has scikit-learn's coefficients",
    ({ penalty, coefficients }) => {
      expectClose(lasso(covariancesOf(all), penalty), coefficients, 3);
    },
  );

  it('a penalty that is as large as the largest covariance leaves no feature in', () => {
    const { target: withTarget, ...rest } = covariancesOf(all);
    const largest = Math.max(...withTarget.map(Math.abs));
    expect(lasso({ ...rest, target: withTarget }, largest)).toEqual(new Float64Array(design.length));
    expect(lasso({ ...rest, target: withTarget }, 0.99 * largest).some((value) => value !== 0)).toBe(true);
  });

  it('the folds choose the same penalty, intercept and coefficients as they do in scikit-learn', () => {
    const fit = crossValidated(folds);
    expect(fit.penalty).toBeCloseTo(sample.penalty, 10);
    expect(fit.intercept).toBeCloseTo(sample.intercept, 5);
    expectClose(fit.coefficients, sample.coefficients, 3);
  });

  it('the share explained of other rows, by their sums alone, is the R² of scikit-learn and that of the residuals', () => {
    const fit = crossValidated(folds);
    const share = explainedShare(judging, fit);
    expect(share).toBeCloseTo(sample.together, 3);
    const mean = judged.reduce((sum, value) => sum + value, 0) / judged.length;
    const left = residuals(judgingDesign, judged, fit).reduce((sum, value) => sum + value ** 2, 0);
    const total = judged.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(share).toBeCloseTo(1 - left / total, 10);
  });

  it('each feature explains alone, and adds, what it does when scikit-learn fits the others again', () => {
    const explain = createExplainer(
      features.map((training, k) => ({ id: `feature-${k}`, columns: [{ training, judging: judgingFeatures[k]! }] })),
      { fold, folds: 4, judging: judged.length },
    );
    const explained = explain(sample.target, sample.judged)!;
    expect(explained.share).toBeCloseTo(sample.together, 3);
    expect(explained.contributions.map(({ id }) => id).sort()).toEqual(
      sample.contributions.map(({ feature }) => `feature-${feature}`),
    );
    for (const { feature, alone, adds } of sample.contributions) {
      const own = explained.contributions.find(({ id }) => id === `feature-${feature}`)!;
      expect(own.alone).toBeCloseTo(alone, 5);
      expect(own.adds).toBeCloseTo(adds, 3);
    }
    const adds = explained.contributions.map((one) => one.adds);
    expect(adds).toEqual([...adds].sort((a, b) => b - a));
    expectClose(explained.leftByOthers('feature-0'), sample.leftByOthers, 2);
  });
});

it('a signal that does not change is not explained', () => {
  const explain = createExplainer(
    [{ id: 'only', columns: [{ training: features[0]!, judging: judgingFeatures[0]! }] }],
    { fold, folds: 4, judging: judgingFeatures[0]!.length },
  );
  expect(explain(new Uint8Array(fold.length).fill(3), judgingFeatures[1]!)).toBeNull();
  expect(explain(features[1]!, new Uint8Array(judgingFeatures[0]!.length))).toBeNull();
});

/** The same descent, loop by loop. */
function plainLasso(features: Float64Array, target: Float64Array, penalty: number, left: ReadonlySet<number>) {
  const width = target.length;
  const coefficients = new Float64Array(width);
  const gradient = target.slice();
  for (let sweep = 0, largest = 1; sweep < 2000 && largest > 1e-5; sweep++) {
    largest = 0;
    for (let feature = 0; feature < width; feature++) {
      const variance = features[feature * width + feature]!;
      if (left.has(feature) || variance <= 1e-9) continue;
      const alone = gradient[feature]! + variance * coefficients[feature]!;
      const change = (Math.sign(alone) * Math.max(0, Math.abs(alone) - penalty)) / variance - coefficients[feature]!;
      coefficients[feature]! += change;
      for (let other = 0; other < width; other++) gradient[other]! -= change * features[feature * width + other]!;
      largest = Math.max(largest, Math.abs(change) * Math.sqrt(variance));
    }
  }
  return coefficients;
}

it.each([1, 2, 5, 12])('a lasso of %i features is that of plain loops, to the last digit', (width) => {
  const random = mixedRandom(3);
  const rows = Array.from({ length: 40 }, () => {
    const common = random.uniform();
    return Float64Array.from({ length: width }, (_, k) => (k === 3 ? 0 : random.uniform() + common));
  });
  const features = Float64Array.from({ length: width * width }, (_, at) =>
    rows.reduce((sum, row) => sum + row[at % width]! * row[Math.floor(at / width)]!, 0),
  );
  const target = Float64Array.from({ length: width }, () => 20 * (random.uniform() - 0.3));
  for (const penalty of [0, 0.1, 3, 100]) {
    for (const left of [new Set<number>(), new Set([0]), new Set(Array.from({ length: width }, (_, k) => k))]) {
      const found = lasso({ features, target }, penalty, { left });
      expect([...found].map((value) => value + 0)).toEqual(
        [...plainLasso(features, target, penalty, left)].map((value) => value + 0),
      );
    }
  }
});
