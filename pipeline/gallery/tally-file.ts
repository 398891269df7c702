// A shard's tally in a file: what it belongs to, and of each network the counts and held-out values of all its cells.
// It is a safetensors file. Of a network `model` or `twin` its tensors are, a row a column (cells × signals), with whole
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
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { preparationSchema } from '../base/preparation.ts';
import { createArrays } from '../files/safetensors.ts';
import { ARRAYS, type ArrayDtype, type NumberArray, sizeOf } from '../files/safetensors-header.ts';
import type { NetworkState } from '../lstm/state.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';

export const FORMAT = 'cellarium-tally';
/** The latest. */
export const VERSION = 4;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

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
  /** Of all that must be the same for tallies to be added. */
  fingerprints: z.strictObject({
    text: hash,
    labels: hash,
    weights: hash,
    plan: hash,
    engine: z.string(),
    version: z.string(),
  }),
});

export const metadataSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.string().regex(/^[1-9]\d*$/),
  /** JSON of what the tally belongs to. */
  description: z.string(),
  sha256: hash,
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

/** A tensor to write: rows that are spread over some arrays, one after the other. */
interface Table {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ArrayDtype;
  readonly arrays: readonly NumberArray[];
}

/** Writes them, atomically. @throws {InputError} a full disk, a folder that cannot be written */
export function writeTally(path: string, description: TallyDescription, networks: readonly NetworkTally[]): void {
  // Wide numbers first, so that each tensor begins where its numbers may.
  const tables = networks.flatMap(tablesOf).sort((a, b) => sizeOf(b.dtype) - sizeOf(a.dtype));
  const json = JSON.stringify(description);
  const seal = beginSeal(json, tables);
  for (const table of tables) for (const array of table.arrays) seal.update(bytesOf(stored(array, table.dtype)));
  const metadata = { format: FORMAT, version: String(VERSION), description: json, sha256: seal.digest('hex') };
  const writer = createArrays(path, new Map(tables.map((table) => [table.name, table])), metadata);
  try {
    for (const { name, dtype, arrays } of tables) {
      let index = 0;
      for (const array of arrays) {
        writer.write(name, index, stored(array, dtype));
        index += array.length;
      }
    }
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** A hash of everything but the tensors' values, which are to be added in their order. */
export function beginSeal(description: string, tensors: readonly Pick<Table, 'name' | 'dtype' | 'shape'>[]): Hash {
  const layout = tensors.map(({ name, dtype, shape }) => [name, dtype, shape]);
  return createHash('sha256').update(JSON.stringify([FORMAT, VERSION, description, layout]));
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: NumberArray) =>
  new Uint8Array(buffer, byteOffset, byteLength);

const stored = (array: NumberArray, dtype: ArrayDtype): NumberArray =>
  array instanceof ARRAYS[dtype] ? array : new ARRAYS[dtype](array);

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
