import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auroc,
  bestBoundary,
  cohenD,
  confusionAt,
  f1,
  matthews,
  pearson,
  rankCorrelation,
  spearman,
} from '../../pipeline/statistics/association.ts';
import { averagePrecision, orderRows } from '../../pipeline/statistics/ordered.ts';
import { strengthOfAuroc } from '../../pipeline/statistics/strength.ts';
import { aurocByPairs, histograms, rankSums, sums } from './histograms.ts';

interface Sample {
  name: string;
  values: number[];
  label: number[];
  real: number[];
  direction: 1 | -1;
  auroc: number;
  averagePrecision: number;
  pointBiserial: number;
  cohenD: number;
  bestF1: number;
  mcc: number;
  pearson: number;
  spearman: number;
  midranks: number[];
}

// Made by SciPy and scikit-learn; see the script beside it.
const fixture = new URL('../fixtures/scoring/statistics.json', import.meta.url);
const samples: Sample[] = JSON.parse(readFileSync(fixture, 'utf8'));

describe.each(samples)('on a sample with $name', (sample) => {
  const { values, label, real, direction } = sample;
  const { counts, positives } = histograms(values, label);

  it('the AUROC is that of scikit-learn', () => {
    expect(auroc(positives, counts)).toBeCloseTo(sample.auroc, 12);
  });

  it('the average precision is that of scikit-learn', () => {
    const ordered = orderRows(Float32Array.from(values));
    expect(averagePrecision(ordered, Uint8Array.from(label), direction)).toBeCloseTo(sample.averagePrecision, 12);
  });

  it('the point-biserial correlation is that of SciPy', () => {
    expect(pearson(sums(values, label))).toBeCloseTo(sample.pointBiserial, 12);
  });

  it("Cohen's d is the difference of means over the pooled standard deviation of NumPy", () => {
    expect(cohenD(sums(values, label))).toBeCloseTo(sample.cohenD, 10);
  });

  it('the best boundary reaches the best F1 of scikit-learn, and its MCC is the same', () => {
    const boundary = bestBoundary(positives, counts, direction);
    const confusion = confusionAt(values, Uint8Array.from(label), boundary, direction);
    expect(f1(confusion)).toBeCloseTo(sample.bestF1, 12);
    expect(matthews(confusion)).toBeCloseTo(sample.mcc, 12);
  });

  it("Pearson's and Spearman's correlations are those of SciPy", () => {
    const ranks = rankSums(values, real);
    expect(pearson(sums(values, real))).toBeCloseTo(sample.pearson, 12);
    expect(spearman(counts, ranks.sums, ranks.squares)).toBeCloseTo(sample.spearman, 12);
  });

  it('Spearman’s correlation of the pairs themselves is that of SciPy too', () => {
    expect(rankCorrelation(values, real)).toBeCloseTo(sample.spearman, 12);
  });

  it('the doubled midranks are twice the ranks of SciPy', () => {
    expect(Array.from(rankSums(values, real).ranks)).toEqual(sample.midranks.map((rank) => 2 * rank));
  });
});

/** Values over a few bins, so that ties are common, with a label that has both sides. */
const labelled = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1)), { minLength: 2, maxLength: 60 })
  .filter((rows) => rows.some(([, y]) => y === 1) && rows.some(([, y]) => y === 0))
  .map((rows) => ({ values: rows.map(([x]) => x), label: rows.map(([, y]) => y) }));

describe('the AUROC of any labelled values', () => {
  it('is the share of pairs that the positive wins', () => {
    fc.assert(
      fc.property(labelled, ({ values, label }) => {
        const { counts, positives } = histograms(values, label);
        expect(auroc(positives, counts)).toBeCloseTo(aurocByPairs(values, label), 12);
      }),
    );
  });
});

it('a statistic of a label without positives is not a number', () => {
  const { counts, positives } = histograms([1, 2, 3], [0, 0, 0]);
  expect(auroc(positives, counts)).toBeNaN();
  expect(averagePrecision(orderRows(Float32Array.of(1, 2, 3)), new Uint8Array(3), 1)).toBeNaN();
});

describe('a constant signal', () => {
  it('has no rank correlation, however its bins and the ranks of the labels round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 3000 }), (real) => {
        const values = new Array<number>(real.length).fill(7);
        const { counts } = histograms(values, new Array<number>(real.length).fill(0));
        const { sums: ofRanks, squares } = rankSums(values, real);
        expect(spearman(counts, ofRanks, squares)).toBeNaN();
      }),
    );
    // Rank sums of a real text of 48,363 characters, whose centring by sums left a rest.
    const counts = new Uint32Array(256);
    counts[255] = 48_363;
    const ofRanks = new Float64Array(256);
    ofRanks[255] = 2_339_794_060;
    expect(spearman(counts, ofRanks, 150_898_503_246_818)).toBeNaN();
  });

  it('has neither a linear correlation nor an effect size, whatever its value', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -10, max: 10, noNaN: true }),
        fc.array(fc.constantFrom(0, 1), { minLength: 20, maxLength: 500 }),
        (value, label) => {
          const constant = sums(new Array<number>(label.length).fill(value), label);
          expect(pearson(constant)).toBeNaN();
          expect(Number.isFinite(cohenD(constant))).toBe(false);
        },
      ),
    );
  });
});

it('the strength of an AUROC does not depend on its direction', () => {
  expect(strengthOfAuroc(0.9)).toBeCloseTo(0.8, 12);
  expect(strengthOfAuroc(0.1)).toBeCloseTo(0.8, 12);
});

it('a boundary of direction -1 calls the low values on', () => {
  const [values, label] = [[10, 20, 200, 210], Uint8Array.of(1, 1, 0, 0)];
  const { counts, positives } = histograms(values, label);
  expect(confusionAt(values, label, bestBoundary(positives, counts, -1), -1)).toEqual({
    truePositives: 2,
    falsePositives: 0,
    falseNegatives: 0,
    trueNegatives: 2,
  });
});
