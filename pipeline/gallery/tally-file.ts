// A shard's tally in a file: what it belongs to, and of each network the counts, sums, bins and bytes of all its cells.
// The container is that of array-file.ts. Of a network `model` or `twin` the tables are, a row a column (cells × signals):
//
//   low, high, edges     where its 256 bins begin and end
//   counts               training values by bin
//   positives            the same of those that bear a label: alignments × binary labels × bins
//   rankSums             sums of real labels' doubled midranks by bin: alignments × real labels × bins
//   x, xx, xy            sums over the shard's judging values, of each segment apart; of xy for each label too
//   bins, bytes          of the shard's judging values
//   start, end           h and c of all layers, in one row, where its reading began and ended; no table where there is none
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { type Table, writeArrayFile } from '../files/array-file.ts';
import { openArrayFile } from '../files/array-file-reader.ts';
import type { NetworkState } from '../lstm/state.ts';
import type { JudgedShard } from '../scoring/plan/segments.ts';
import { BINS, type BinEdges } from '../scoring/tally/bin-edges.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';

const KIND = { format: 'cellarium-tally', version: 1 } as const;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const descriptionSchema = z.strictObject({
  /** As it was named: a gallery, or the path of a file of activations. */
  scored: z.string().min(1),
  /** Ids; null where none were named. */
  hypotheses: z.array(z.string()).nullable(),
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
  writeArrayFile(path, KIND, description, networks.flatMap(tablesOf));
}

function tablesOf({ name, tallies, ends }: NetworkTally): Table[] {
  const columns = tallies.reduce((sum, { tally }) => sum + tally.columns, 0);
  const table = (key: string, of: (tally: ShardTally) => Table['pieces'][number]): Table => {
    const pieces = tallies.map(of);
    return { name: `${name}.${key}`, width: pieces.reduce((sum, { length }) => sum + length, 0) / columns, pieces };
  };
  const state = (key: string, layers: NetworkState): Table => {
    const pieces = layers.flatMap(({ h, c }) => [h, c]);
    return { name: `${name}.${key}`, width: pieces.reduce((sum, { length }) => sum + length, 0), pieces };
  };
  return [
    table('low', ({ tally }) => tally.edges.low),
    table('high', ({ tally }) => tally.edges.high),
    table('edges', ({ tally }) => tally.edges.edges),
    table('counts', ({ tally }) => tally.counts),
    table('positives', ({ tally }) => tally.positives),
    table('rankSums', ({ tally }) => tally.rankSums),
    table('x', ({ sample }) => sample.moments.x),
    table('xx', ({ sample }) => sample.moments.xx),
    table('xy', ({ sample }) => sample.moments.xy),
    table('bins', ({ sample }) => sample.bins),
    table('bytes', ({ sample }) => sample.bytes),
    ...(ends === null ? [] : [state('start', ends.start), state('end', ends.end)]),
  ];
}

/** How large a network's tables must be. */
export interface TallyShape {
  readonly columns: number;
  readonly binary: number;
  readonly real: number;
  readonly judged: JudgedShard;
}

export interface TallyFile {
  readonly path: string;
  readonly description: TallyDescription;
  /** @throws {InputError} tables that are missing or have another shape */
  check(network: string, shape: TallyShape): void;
  /** Of the columns [from, to), as {@link check} found them. */
  edges(network: string, from: number, to: number): BinEdges;
  tally(network: string, shape: TallyShape, from: number, to: number): ShardTally;
  /** h and c of all layers in one; null where nothing was carried. */
  end(network: string, which: 'start' | 'end'): Float32Array | null;
  close(): void;
}

/** @throws {InputError} a file that is no tally, of a later version, or damaged */
export function openTally(path: string): TallyFile {
  const file = openArrayFile(path, KIND);
  const parsed = descriptionSchema.safeParse(file.description);
  if (!parsed.success) {
    file.close();
    const { path: keys, message } = parsed.error.issues[0]!;
    throw new InputError(`Its description is wrong at "${keys.join('.')}": ${message}.`, { file: path }, AGAIN);
  }
  const floats = (name: string, from: number, to: number) => Float64Array.from(file.read(name, from, to));
  const edges = (network: string, from: number, to: number): BinEdges => ({
    columns: to - from,
    low: floats(`${network}.low`, from, to),
    high: floats(`${network}.high`, from, to),
    edges: Float32Array.from(file.read(`${network}.edges`, from, to)),
  });
  return {
    path,
    description: parsed.data,
    check(network, shape) {
      for (const [key, width] of Object.entries(widthsOf(shape))) {
        const found = file.shapeOf(`${network}.${key}`);
        // A table without columns has no rows either.
        if (found?.width === width && found.rows === (width === 0 ? 0 : shape.columns)) continue;
        const is = found === undefined ? 'is missing' : `has ${found.rows} rows of ${found.width} numbers`;
        const what = `Its table "${network}.${key}" ${is}, and should have ${shape.columns} of ${width}.`;
        throw new InputError(what, { file: path }, AGAIN);
      }
    },
    edges,
    tally(network, { binary, real }, from, to) {
      const [counts, positives] = ['counts', 'positives'].map((key) =>
        Uint32Array.from(file.read(`${network}.${key}`, from, to)),
      );
      const [x, xx, xy] = ['x', 'xx', 'xy'].map((key) => floats(`${network}.${key}`, from, to));
      const [bins, bytes] = ['bins', 'bytes'].map((key) => Uint8Array.from(file.read(`${network}.${key}`, from, to)));
      return {
        tally: {
          ...{ edges: edges(network, from, to), columns: to - from, binary, real },
          ...{ counts: counts!, positives: positives!, rankSums: floats(`${network}.rankSums`, from, to) },
          rankSquares: new Float64Array(2 * real),
        },
        sample: { moments: { x: x!, xx: xx!, xy: xy! }, bins: bins!, bytes: bytes! },
      };
    },
    end(network, which) {
      const name = `${network}.${which}`;
      return file.shapeOf(name) === undefined ? null : Float32Array.from(file.read(name, 0, 1));
    },
    close: file.close,
  };
}

const AGAIN = 'Write the tally again with `cellarium score … --shard`.';

/** Numbers in a row of each table. */
function widthsOf({ binary, real, judged }: TallyShape): Record<string, number> {
  const rows = judged.rows[1] - judged.rows[0];
  const pieces = judged.segments[1] - judged.segments[0];
  return {
    ...{ low: 1, high: 1, edges: BINS, counts: BINS, positives: 2 * binary * BINS, rankSums: 2 * real * BINS },
    ...{ x: pieces, xx: pieces, xy: pieces * 2 * (binary + real), bins: rows, bytes: rows },
  };
}
