import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BINS,
  type BinEdges,
  binColumn,
  createBinEdges,
  fixColumn,
} from '../../../pipeline/scoring/tally/bin-edges.ts';
import { Binner, type Tile } from '../../../pipeline/scoring/tally/binning.ts';

const COLUMNS = 5;
const STRIDE = 7;

/** The same, value by value. */
function plainBinner(): Pick<Binner, 'load' | 'bin'> {
  let tile: Tile;
  return {
    load(loaded) {
      tile = loaded;
    },
    bin(edges, column, k) {
      const { data, offset, stride, rows } = tile;
      const bins = new Uint8Array(rows.length);
      return binColumn(edges, column, { data, offset: offset + k, stride }, rows, bins, 0) ? bins : null;
    },
  };
}

/** Values of few kinds, so that many are edges themselves, in a matrix that is wider than the tile. */
const matrices = fc
  .array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-1, -0, 0, 0.5, 1)), {
    minLength: STRIDE,
    maxLength: 60 * STRIDE,
  })
  .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % STRIDE))));

function edgesOf(data: Float32Array): BinEdges {
  const edges = createBinEdges(COLUMNS);
  const everyOther = Array.from({ length: Math.ceil(data.length / STRIDE / 2) }, (_, index) => 2 * index);
  for (let k = 0; k < COLUMNS; k++) fixColumn(edges, k, { data, offset: 1 + k, stride: STRIDE }, everyOther);
  return edges;
}

describe('the bins of a tile of columns', () => {
  it.each([
    ['with vectors', new Binner()],
    ['value by value', plainBinner()],
  ])('%s are the numbers of edges that are not above the values, of any rows in any order', (_, binner) => {
    fc.assert(
      fc.property(matrices, fc.array(fc.nat(), { minLength: 1, maxLength: 80 }), (data, picks) => {
        const rows = Int32Array.from(picks, (pick) => pick % (data.length / STRIDE));
        const edges = edgesOf(data);
        binner.load({ data, offset: 1, stride: STRIDE, rows, columns: COLUMNS });
        for (let k = 0; k < COLUMNS; k++) {
          const own = edges.edges.slice(k * BINS, (k + 1) * BINS);
          const expected = Array.from(rows, (row) => {
            const value = data[1 + row * STRIDE + k]!;
            return own.filter((edge) => edge <= value).length;
          });
          expect(Array.from(binner.bin(edges, k, k)!)).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['with vectors', new Binner()],
    ['value by value', plainBinner()],
  ])('%s are refused where a value of the column, and of no other, is not finite', (_, binner) => {
    const edges = edgesOf(new Float32Array(2 * STRIDE));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const data = new Float32Array(3 * STRIDE);
      data[1 + STRIDE + 2] = value;
      const tile: Tile = { data, offset: 1, stride: STRIDE, rows: Int32Array.of(0, 1, 2), columns: COLUMNS };
      binner.load(tile);
      const refused = [0, 1, 2, 3, 4].filter((k) => binner.bin(edges, k, k) === null);
      expect(refused).toEqual([2]);
    }
  });
});
