import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerBelow, seededRandom } from '../../../pipeline/base/random.ts';
import type { ShardLabels } from '../../../pipeline/scoring/plan/labels.ts';
import { BINS, createBinEdges } from '../../../pipeline/scoring/tally/bin-edges.ts';
import { BinSums, labelWords, WORDS } from '../../../pipeline/scoring/tally/label-sums.ts';
import { addShard, createTally, loadLabels } from '../../../pipeline/scoring/tally/tally.ts';

const random = seededRandom(17);

function randomWords(groups: number, rows: number): Uint32Array {
  return Uint32Array.from({ length: groups * rows * WORDS }, () => Math.floor(2 ** 32 * random.uniform()));
}

/** [groups, BINS, WORDS]: the sums word by word, modulo 2³². */
function plainSums(words: Uint32Array, groups: number, rows: number, bins: Uint8Array, first: number): Uint32Array {
  const sums = new Uint32Array(groups * BINS * WORDS);
  for (let group = 0; group < groups; group++) {
    bins.forEach((bin, index) => {
      const [from, to] = [(group * rows + first + index) * WORDS, (group * BINS + bin) * WORDS];
      for (let word = 0; word < WORDS; word++) sums[to + word]! += words[from + word]!;
    });
  }
  return sums;
}

describe('sums of rows by bin', () => {
  it('with vectors are those word by word, modulo 2³², of any rows, however often others were there before', () => {
    const vectors = new BinSums();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2000 }), fc.nat(), (groups, rows, seed) => {
        const words = randomWords(groups, rows);
        vectors.allocate(groups, rows).set(words);
        const first = seed % rows;
        const bins = Uint8Array.from({ length: rows - first }, () => integerBelow(BINS, random));
        expect(vectors.sum(bins, first)).toEqual(plainSums(words, groups, rows, bins, first));
      }),
      { numRuns: 20 },
    );
  });

  it('are those of the rows of each bin', () => {
    const words = randomWords(2, 50);
    const vectors = new BinSums();
    vectors.allocate(2, 50).set(words);
    const bins = Uint8Array.from({ length: 50 }, (_, row) => row % 7);
    const sums = vectors.sum(bins, 0);
    for (let bin = 0; bin < BINS; bin++) {
      for (let word = 0; word < WORDS; word++) {
        let expected = 0n;
        bins.forEach((own, row) => {
          if (own === bin) expected += BigInt(words[(50 + row) * WORDS + word]!);
        });
        expect(BigInt(sums[(BINS + bin) * WORDS + word]!)).toBe(expected % 2n ** 32n);
      }
    }
  });
});

it('a tally is exact where sums of ranks, or counts, would overflow a word if all rows were added up at once', () => {
  const rows = 65_536;
  const everyRow = Uint16Array.from({ length: rows }, (_, row) => row);
  const ranks = Float32Array.from({ length: rows }, () => 2 ** 23 - integerBelow(1000, random));
  const labels: ShardLabels = { rows, positives: [everyRow, everyRow.slice(1)], reals: [ranks, ranks] };
  expect(labelWords(labels, new BinSums()).rowsAtMost).toBeLessThan(600);

  const tally = createTally(createBinEdges(1), 1, 1);
  addShard(tally, { bins: new Uint8Array(rows).fill(3), stride: rows, labels: loadLabels(labels) });
  expect(tally.counts[3]).toBe(rows);
  expect(tally.positives[3]).toBe(rows);
  expect(tally.positives[BINS + 3]).toBe(rows - 1);
  expect(tally.rankSums[3]).toBe(Number(ranks.reduce((sum, rank) => sum + BigInt(rank), 0n)));
});
