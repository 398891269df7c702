import { expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { binaryInterval, createJudge, realInterval } from '../../pipeline/scoring/judge/judge.ts';
import { resample, weightedSums } from '../../pipeline/statistics/bootstrap.ts';
import { doubledMidranks } from '../../pipeline/statistics/ranks.ts';
import { aurocByPairs, histograms } from './histograms.ts';

const PARAGRAPHS = 40;
const ROWS = 25;
const LENGTH = PARAGRAPHS * ROWS + 1;
const REPLICATES = 1000;

const random = seededRandom(21);
const positions = Int32Array.from({ length: LENGTH - 1 }, (_, row) => row);
const paragraph = positions.map((row) => Math.floor(row / ROWS));
/** Labels and values that go together within a paragraph, so that paragraphs are the evidence and not characters. */
const level = Float64Array.from({ length: PARAGRAPHS }, () => normal(random));
const label = Uint8Array.from({ length: LENGTH }, (_, t) =>
  normal(random) + level[Math.floor(t / ROWS)]! > 0.5 ? 1 : 0,
);
const real = Float64Array.from({ length: LENGTH }, (_, t) =>
  Math.round(4 * (normal(random) + (level[Math.floor(t / ROWS)] ?? 0))),
);
const bins = Uint8Array.from(positions, (t) =>
  Math.max(0, Math.min(255, Math.round(128 + 20 * (label[t]! + 0.4 * level[paragraph[t]!]! + normal(random))))),
);
const resampling = resample(PARAGRAPHS, random, REPLICATES);
const judge = createJudge({
  positions,
  labels: { binary: [label], real: [doubledMidranks(real, positions)] },
  hypotheses: [
    { kind: 'binary', index: 0 },
    { kind: 'real', index: 0 },
  ],
  paragraph,
  resampling,
  shifts: [],
});

/** The rows of every replicate, paragraph by paragraph. */
function replicateRows(replicate: number): number[] {
  return Array.from(positions).flatMap((row) =>
    Array.from({ length: resampling.weights[replicate * PARAGRAPHS + paragraph[row]!]! }, () => row),
  );
}

function quantiles(values: number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[Math.floor(0.025 * sorted.length)]!, sorted[Math.floor(0.975 * sorted.length)]!];
}

it('every replicate draws as many paragraphs as there are', () => {
  const totals = weightedSums(resampling, new Float64Array(PARAGRAPHS).fill(1));
  expect(totals.every((total) => total === PARAGRAPHS)).toBe(true);
});

it("an AUROC's interval lies within 0.01 of a bootstrap that recounts every replicate", () => {
  const rows = Array.from(positions, (t) => label[t]!);
  const { counts, positives } = histograms(bins, rows);
  const observed = aurocByPairs(bins, rows);
  const [low, high] = binaryInterval(observed, positives, counts, bins, judge.judged.reading[0]!, judge);

  const recounted = Array.from({ length: 500 }, (_, replicate) => {
    const drawn = replicateRows(replicate);
    const again = histograms(
      drawn.map((row) => bins[row]!),
      drawn.map((row) => rows[row]!),
    );
    return aurocOfHistograms(again);
  });
  const [expectedLow, expectedHigh] = quantiles(recounted);
  expect(expectedHigh - expectedLow).toBeGreaterThan(0.04);
  expect(Math.abs(low - expectedLow)).toBeLessThan(0.01);
  expect(Math.abs(high - expectedHigh)).toBeLessThan(0.01);
});

it("a Spearman correlation's interval lies within 0.03 of a bootstrap that ranks every replicate anew", () => {
  const x = doubledMidranks(bins, positions);
  const ranks = Float64Array.from(x, (rank) => rank - (positions.length + 1));
  const [low, high] = realInterval(ranks, judge.judged.reading[1]!, judge)!;

  const recounted = Array.from({ length: 200 }, (_, replicate) => {
    const drawn = replicateRows(replicate);
    const index = Int32Array.from(drawn.keys());
    const rx = doubledMidranks(
      drawn.map((row) => bins[row]!),
      index,
    );
    const ry = doubledMidranks(
      drawn.map((row) => real[row]!),
      index,
    );
    const mean = drawn.length + 1;
    let [xy, xx, yy] = [0, 0, 0];
    for (const t of index) {
      xy += (rx[t]! - mean) * (ry[t]! - mean);
      xx += (rx[t]! - mean) ** 2;
      yy += (ry[t]! - mean) ** 2;
    }
    return xy / Math.sqrt(xx * yy);
  });
  const [expectedLow, expectedHigh] = quantiles(recounted);
  expect(expectedHigh - expectedLow).toBeGreaterThan(0.05);
  expect(Math.abs(low - expectedLow)).toBeLessThan(0.03);
  expect(Math.abs(high - expectedHigh)).toBeLessThan(0.03);
});

it('the interval of a perfect separation is one point', () => {
  const perfect = Uint8Array.from(positions, (t) => (label[t] === 1 ? 200 : 50));
  const { counts, positives } = histograms(
    perfect,
    Array.from(positions, (t) => label[t]!),
  );
  const [low, high] = binaryInterval(1, positives, counts, perfect, judge.judged.reading[0]!, judge);
  expect(low).toBeCloseTo(1, 12);
  expect(high).toBeCloseTo(1, 12);
});

/** Σ over pairs of bins, so that it shares no step with what it is compared with. */
function aurocOfHistograms({ counts, positives }: { counts: Uint32Array; positives: Uint32Array }): number {
  let wins = 0;
  let pairs = 0;
  positives.forEach((positive, p) => {
    if (positive === 0) return;
    counts.forEach((count, n) => {
      const negative = count - positives[n]!;
      pairs += positive * negative;
      wins += positive * negative * (p > n ? 1 : p === n ? 0.5 : 0);
    });
  });
  return wins / pairs;
}
