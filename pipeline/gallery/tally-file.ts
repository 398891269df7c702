// A shard's tally in a file: what it belongs to, and of each network the counts and held-out values of all its cells.
// It is a sealed file of packed arrays. Of a network `model` or `twin` they are, a row a column (cells × signals), with whole
// numbers as narrow as they all fit:
//
//   low, high, edges     where its 256 bins begin and end
//   counts               training values by bin
//   positives            the same of those that bear a label: alignments × binary labels × bins
//   rankSums             sums of real labels' doubled midranks by bin: alignments × real labels × bins
//   values               the shard's judging values
//   start, end           h and c of all layers, in one row, where its reading began and ended; none where there is none
//
// The metadata says what it is of, and holds the hash of all the rest, for a tally comes from another machine.
import { z } from 'zod';
import { preparationSchema } from '../base/preparation.ts';
import { ARRAYS, type ArrayDtype, type NumberArray } from '../files/safetensors-header.ts';
import { type SealedFormat, sha256Schema, type Table, writeSealed } from '../files/sealed.ts';
import type { NetworkState } from '../lstm/state.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';

export const FORMAT: SealedFormat = {
  name: 'cellarium-tally',
  version: 5,
  again: 'Write the tally again with `cellarium score … --shard`.',
};

export const descriptionSchema = z.strictObject({
  /** As it was named: a gallery, or the path of a file of activations. */
  scored: z.string().min(1),
  /** Ids; null where none were named. */
  hypotheses: z.array(z.string()).nullable(),
  /** Of a file of activations, what its user said of it: the text's file, and the arrays that are meant. */
  text: z.string().exactOptional(),
  dataset: z.array(z.string()).exactOptional(),
  /** How that text is prepared, and in which encoding its file is. */
  prepare: preparationSchema.exactOptional(),
  encoding: z.string().exactOptional(),
  shard: z.int().positive(),
  of: z.int().positive(),
  /** The cells from the first number up to, not including, the second; all where left out. */
  cells: z.tuple([z.int().nonnegative(), z.int().positive()]).exactOptional(),
  /** Of all that must be the same for tallies to be added. */
  fingerprints: z.strictObject({
    text: sha256Schema,
    labels: sha256Schema,
    weights: sha256Schema,
    plan: sha256Schema,
    engine: z.string(),
    version: z.string(),
  }),
});

/** What a tally belongs to. */
export type TallyDescription = z.infer<typeof descriptionSchema>;

export interface NetworkTally {
  readonly name: string;
  /** In runs of neighbouring cells. */
  readonly tallies: readonly ShardTally[];
  /** Where its reading began and ended; null where nothing was carried. */
  readonly ends: { readonly start: NetworkState; readonly end: NetworkState } | null;
}

/** Writes them, atomically. @throws {InputError} a full disk, a folder that cannot be written */
export function writeTally(path: string, description: TallyDescription, networks: readonly NetworkTally[]): void {
  writeSealed(path, FORMAT, description, networks.flatMap(tablesOf));
}

/** The narrowest format that holds all of the whole numbers; the arrays' own where they are none. */
function dtypeOf(arrays: readonly NumberArray[]): ArrayDtype {
  const dtypes = Object.keys(ARRAYS) as ArrayDtype[];
  const like = dtypes.find((dtype) => arrays.some((array) => array instanceof ARRAYS[dtype])) ?? 'U8';
  if (like === 'U8' || like === 'F32') return like;
  let most = 0;
  for (const array of arrays) {
    for (let index = 0; index < array.length; index++) {
      const value = array[index]!;
      if (like === 'F64' && (Object.is(value, -0) || !(value >= 0 && Number.isInteger(value)))) return like;
      if (value > most) most = value;
    }
  }
  if (most < 2 ** 8) return 'U8';
  if (most < 2 ** 16) return 'U16';
  return most < 2 ** 32 ? 'U32' : 'F64';
}

function tablesOf({ name, tallies, ends }: NetworkTally): Table[] {
  const columns = tallies.reduce((sum, { tally }) => sum + tally.columns, 0);
  const lengthOf = (arrays: readonly NumberArray[]) => arrays.reduce((sum, { length }) => sum + length, 0);
  const table = (key: string, of: (tally: ShardTally) => NumberArray): Table => {
    const arrays = tallies.map(of);
    const shape = [columns, lengthOf(arrays) / columns];
    return { name: `${name}.${key}`, shape, dtype: dtypeOf(arrays), arrays };
  };
  const state = (key: string, layers: NetworkState): Table => {
    const arrays = layers.flatMap(({ h, c }) => [h, c]);
    return { name: `${name}.${key}`, shape: [lengthOf(arrays)], dtype: 'F32', arrays };
  };
  return [
    table('low', ({ tally }) => tally.edges.low),
    table('high', ({ tally }) => tally.edges.high),
    table('edges', ({ tally }) => tally.edges.edges),
    table('counts', ({ tally }) => tally.counts),
    table('positives', ({ tally }) => tally.positives),
    table('rankSums', ({ tally }) => tally.rankSums),
    table('values', ({ sample }) => sample.values),
    ...(ends === null ? [] : [state('start', ends.start), state('end', ends.end)]),
  ];
}
