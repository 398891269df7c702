import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { association } from '../../../pipeline/scoring/choose.ts';
import { type Labels, labelShard, pairedPositions } from '../../../pipeline/scoring/plan/labels.ts';
import { judgedSegments } from '../../../pipeline/scoring/plan/segments.ts';
import {
  BINS,
  type BinEdges,
  binColumn,
  createBinEdges,
  fixColumn,
  lowerEdge,
} from '../../../pipeline/scoring/tally/bin-edges.ts';
import { createMoments } from '../../../pipeline/scoring/tally/moments.ts';
import {
  addShard,
  addTally,
  createTally,
  loadLabels,
  positivesOf,
  type Tally,
} from '../../../pipeline/scoring/tally/tally.ts';
import { doubledMidranks } from '../../../pipeline/statistics/ranks.ts';
import { aurocByPairs } from '../../statistics/histograms.ts';

const LENGTH = 200;
const COLUMNS = 3;
const random = seededRandom(5);
const everywhere = new Uint8Array(LENGTH).fill(1);
const positions = pairedPositions(everywhere);
const values = Float32Array.from({ length: LENGTH * COLUMNS }, () => normal(random));
const plain: Labels = {
  binary: [0.1, 0.5].map((share) => Uint8Array.from({ length: LENGTH }, () => (random.uniform() < share ? 1 : 0))),
  // More than one group of lanes.
  real: Array.from({ length: 4 }, () => Float32Array.from({ length: LENGTH }, () => Math.floor(20 * random.uniform()))),
};
const all = Int32Array.from({ length: LENGTH }, (_, index) => index);
const labels: Labels = { ...plain, real: plain.real.map((label) => doubledMidranks(label, all)) };
const edges = createBinEdges(COLUMNS);
for (let column = 0; column < COLUMNS; column++) {
  fixColumn(edges, column, { data: values, offset: column, stride: COLUMNS }, all);
}

function tallyOf(rows: Int32Array, binEdges: BinEdges = edges): Tally {
  const bins = new Uint8Array(COLUMNS * rows.length);
  for (let column = 0; column < COLUMNS; column++) {
    binColumn(binEdges, column, { data: values, offset: column, stride: COLUMNS }, rows, bins, column * rows.length);
  }
  const tally = createTally(binEdges, plain.binary.length, plain.real.length);
  addShard(tally, { bins, stride: rows.length, labels: loadLabels(labelShard(rows, labels)) });
  return tally;
}

describe('a tally', () => {
  it('of two shards is the sum of theirs exactly, however the text is divided', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }), (first) => {
        const sum = tallyOf(positions.filter((t) => first[t]!));
        addTally(sum, tallyOf(positions.filter((t) => !first[t]!)));
        expect(sum).toEqual(tallyOf(positions));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses to be added to one with other bin edges', () => {
    const others = createBinEdges(COLUMNS);
    expect(() => addTally(tallyOf(positions), tallyOf(positions, others))).toThrow(/different bin edges/);
  });

  it('pairs a signal with the label of its own character, or with that of the next one', () => {
    const tally = tallyOf(positions);
    for (const [alignment, offset] of [
      ['reading', 0],
      ['predicting', 1],
    ] as const) {
      const label = Array.from(positions, (t) => plain.binary[0]![t + offset]!);
      const bins = new Uint8Array(positions.length);
      binColumn(edges, 1, { data: values, offset: 1, stride: COLUMNS }, positions, bins, 0);
      const byPairs = 2 * aurocByPairs(bins, label) - 1;
      expect(association(tally, 1, alignment, { kind: 'binary', index: 0 })).toBeCloseTo(byPairs, 12);
      const labelled = label.reduce((sum, value) => sum + value, 0);
      expect(positivesOf(tally, 1, alignment, 0).reduce((sum, count) => sum + count, 0)).toBe(labelled);
    }
  });

  it("gives every real label's Spearman correlation, as computed from the ranks one by one", () => {
    const tally = tallyOf(positions);
    const bins = new Uint8Array(positions.length);
    binColumn(edges, 2, { data: values, offset: 2, stride: COLUMNS }, positions, bins, 0);
    const rows = Int32Array.from({ length: bins.length }, (_, row) => row);
    const x = doubledMidranks(bins, rows);
    plain.real.forEach((_, index) => {
      const y = Array.from(positions, (t) => labels.real[index]![t + 1]!);
      const mean = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0) / numbers.length;
      const [meanX, meanY] = [mean(x), mean(y)];
      let [xy, xx, yy] = [0, 0, 0];
      y.forEach((value, row) => {
        xy += (x[row]! - meanX) * (value - meanY);
        xx += (x[row]! - meanX) ** 2;
        yy += (value - meanY) ** 2;
      });
      const expected = xy / Math.sqrt(xx * yy);
      expect(association(tally, 2, 'predicting', { kind: 'real', index })).toBeCloseTo(expected, 12);
    });
  });
});

describe('moments', () => {
  const segments = judgedSegments(positions, 50);
  const x = Float32Array.from(positions, (t) => values[t * COLUMNS]!);
  const made = createMoments(positions, segments, plain).of(x);
  /** Segment by segment, each in the order of the text. */
  const sum = (of: (row: number) => number) => {
    const sums = new Float64Array(segments.count);
    segments.ofRow.forEach((segment, row) => {
      sums[segment]! += of(row);
    });
    return sums.reduce((all, own) => all + own, 0);
  };

  it('are the sums of the values and their products with the labels, segment by segment', () => {
    expect(segments.count).toBeGreaterThan(2);
    for (const kind of ['binary', 'real'] as const) {
      plain[kind].forEach((label, index) => {
        for (const [alignment, offset] of [
          ['reading', 0],
          ['predicting', 1],
        ] as const) {
          const y = (row: number) => label[positions[row]! + offset]!;
          const sums = made({ kind, index }, alignment);
          expect(sums).toEqual({
            n: positions.length,
            x: sum((row) => x[row]!),
            xx: sum((row) => x[row]! ** 2),
            y: expect.closeTo(sum(y), 9),
            yy: expect.closeTo(
              sum((row) => y(row) ** 2),
              6,
            ),
            xy: sum((row) => x[row]! * y(row)),
          });
        }
      });
    }
  });
});

describe('bin edges', () => {
  const rows = Int32Array.from({ length: 4000 }, (_, row) => row);

  function binned(sample: Float32Array): { bins: Uint8Array; own: BinEdges } {
    const own = createBinEdges(1);
    const column = { data: sample, offset: 0, stride: 1 };
    fixColumn(own, 0, column, rows);
    const bins = new Uint8Array(rows.length);
    binColumn(own, 0, column, rows, bins, 0);
    return { bins, own };
  }

  it('keep the order of values: a larger value is never in a smaller bin', () => {
    const sample = Float32Array.from(rows, () => normal(random)).sort();
    const { bins } = binned(sample);
    for (let row = 1; row < bins.length; row++) expect(bins[row]).toBeGreaterThanOrEqual(bins[row - 1]!);
  });

  it('leave no bin with more than a hundredth of values without ties, even when they are heaped', () => {
    const sample = Float32Array.from(rows, (row) => (row % 10 === 0 ? 5 * normal(random) : 0.05 * normal(random)));
    const counts = new Uint32Array(BINS);
    for (const bin of binned(sample).bins) counts[bin]! += 1;
    expect(Math.max(...counts)).toBeLessThan(rows.length / 100);
  });

  it('put equal values into one bin, and values beyond the sample into the outermost ones', () => {
    const { bins, own } = binned(Float32Array.from(rows, (row) => (row % 3 === 0 ? 0.25 : row / 4000)));
    const ofTie = new Set(rows.filter((row) => row % 3 === 0).map((row) => bins[row]!));
    expect(ofTie.size).toBe(1);
    const outer = new Uint8Array(2);
    const beyond = { data: Float32Array.of(-9, 9), offset: 0, stride: 1 };
    expect(binColumn(own, 0, beyond, [0, 1], outer, 0)).toBe(true);
    expect(outer[0]).toBeLessThanOrEqual(Math.min(...bins));
    expect(outer[1]).toBeGreaterThanOrEqual(Math.max(...bins));
  });

  it('say where a bin begins: values below it are in smaller bins', () => {
    const sample = Float32Array.from(rows, () => normal(random));
    const { bins, own } = binned(sample);
    const edge = lowerEdge(own, 0, 100);
    sample.forEach((value, row) => {
      expect(bins[row]! >= 100).toBe(value >= edge);
    });
  });

  it('notice a value that is not finite', () => {
    const { own } = binned(Float32Array.from(rows, (row) => row));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const column = { data: Float32Array.of(1, value, 2), offset: 0, stride: 1 };
      expect(binColumn(own, 0, column, [0, 1, 2], new Uint8Array(3), 0)).toBe(false);
    }
  });
});
