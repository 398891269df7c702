// What machines hand on to each other about a network's reading, each a sealed file: a round, which says where the segments
// start; what one shard found at the ends of its own; and the bins that all shards sort their values into.
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import type { NumberArray } from '../files/safetensors-header.ts';
import { openSealed, type SealedFile, type SealedFormat, type Table, writeSealed } from '../files/sealed.ts';
import type { Architecture } from '../lstm/parameters.ts';
import { type NetworkState, statePartsOf, zeroState } from '../lstm/state.ts';
import { BINS, type BinEdges } from '../scoring/tally/bin-edges.ts';
import type { FoundEnds } from '../trace/ends.ts';
import { READS, type Round } from '../trace/rounds.ts';

const again = 'Remove it: it is made anew when it is needed.';
const formatOf = (name: string): SealedFormat => ({ name: `cellarium-${name}`, version: 1, again });
const [ROUND, ENDS, BIN_EDGES] = ['round', 'ends', 'bins'].map(formatOf) as [SealedFormat, SealedFormat, SealedFormat];

const roundSchema = z.strictObject({
  reads: z.enum(READS),
  /** Null for an infinite one. */
  gapBefore: z.number().nonnegative().nullable(),
});
const endsSchema = z.strictObject({
  reads: z.enum(READS),
  first: z.int().nonnegative(),
  last: z.int().positive(),
});
const binsSchema = z.strictObject({ firstWindows: z.array(z.string()) });

export function writeRound(path: string, { reads, starts, gapBefore }: Round): void {
  const description = { reads, gapBefore: Number.isFinite(gapBefore) ? gapBefore : null };
  writeSealed(path, ROUND, description, stateTables('start', starts));
}

/** @throws {InputError} a file that is damaged, or of another architecture */
export function readRound(path: string, architecture: Architecture, streams: number): Round {
  return withFile(path, ROUND, roundSchema, (file) => {
    const { reads, gapBefore } = file.description;
    const starts = readState(file, path, 'start', architecture, streams);
    return { reads, starts, gapBefore: gapBefore ?? Number.POSITIVE_INFINITY };
  });
}

export function writeEnds(path: string, { range, reads, starts, ends }: FoundEnds): void {
  const { first, last } = range;
  const memory = ends.memory.map((data, layer) => floats(`layer${layer + 1}.memory`, data));
  const tables = [...stateTables('start', starts), ...stateTables('end', ends.state), ...memory];
  writeSealed(path, ENDS, { reads, first, last }, tables);
}

/** @throws {InputError} a file that is damaged, or of another architecture */
export function readEndsFile(path: string, architecture: Architecture): FoundEnds {
  return withFile(path, ENDS, endsSchema, (file) => {
    const { reads, first, last } = file.description;
    const streams = last - first;
    return {
      ...{ range: { first, last }, reads, starts: readState(file, path, 'start', architecture, streams) },
      ends: {
        state: readState(file, path, 'end', architecture, streams),
        memory: architecture.units.map((units, layer) =>
          numbers(file, path, `layer${layer + 1}.memory`, streams * units, Float32Array),
        ),
      },
    };
  });
}

/** The bins of a scored round, and of each segment a hash of its first signals, by which a shard knows that it reads the same. */
export interface Bins {
  readonly edges: BinEdges;
  readonly firstWindows: readonly string[];
}

export function writeBins(path: string, { edges, firstWindows }: Bins): void {
  const table = (name: string, dtype: 'F32' | 'F64', width: number, data: NumberArray): Table => {
    return { name, dtype, shape: [edges.columns, width], arrays: [data] };
  };
  writeSealed(path, BIN_EDGES, { firstWindows }, [
    table('low', 'F64', 1, edges.low),
    table('high', 'F64', 1, edges.high),
    table('edges', 'F32', BINS, edges.edges),
  ]);
}

/** @throws {InputError} a file that is damaged, or of another number of columns */
export function readBins(path: string, columns: number): Bins {
  return withFile(path, BIN_EDGES, binsSchema, (file) => ({
    firstWindows: file.description.firstWindows,
    edges: {
      columns,
      low: numbers(file, path, 'low', columns, Float64Array),
      high: numbers(file, path, 'high', columns, Float64Array),
      edges: numbers(file, path, 'edges', columns * BINS, Float32Array),
    },
  }));
}

function withFile<D, T>(path: string, format: SealedFormat, schema: z.ZodType<D>, use: (file: SealedFile<D>) => T): T {
  const file = openSealed(path, format, schema);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

const floats = (name: string, data: Float32Array): Table => ({
  name,
  shape: [data.length],
  dtype: 'F32',
  arrays: [data],
});

function stateTables(key: string, state: NetworkState): Table[] {
  return state.flatMap(({ h, c }, layer) =>
    [floats(`layer${layer + 1}.${key}.h`, h), floats(`layer${layer + 1}.${key}.c`, c)].filter(
      ({ shape }) => shape[0]! > 0,
    ),
  );
}

function readState<D>(
  file: SealedFile<D>,
  path: string,
  key: string,
  architecture: Architecture,
  streams: number,
): NetworkState {
  const parts = statePartsOf(architecture);
  return zeroState(architecture, streams).map((layer, index) => {
    const [h, c = layer.c] = parts.map((part) =>
      numbers(file, path, `layer${index + 1}.${key}.${part}`, layer[part].length, Float32Array),
    );
    return { h: h!, c };
  });
}

function numbers<D, A extends NumberArray>(
  file: SealedFile<D>,
  path: string,
  name: string,
  count: number,
  Type: abstract new (...args: never[]) => A,
): A {
  const shape = file.shapeOf(name);
  const data = shape === undefined ? undefined : file.rows(name, 0, shape[0]!);
  if (data instanceof Type && data.length === count) return data;
  throw new InputError(
    `It should hold ${count} numbers, and holds ${data?.length ?? 'none'}.`,
    { file: path, tensor: name },
    again,
  );
}
