// Reads a tally, some columns at a time; tally-file.ts says what is in it.
import { InputError } from '../base/errors.ts';
import { type ArraysReader, openArrays } from '../files/safetensors.ts';
import { countValues } from '../files/safetensors-header.ts';
import type { JudgedShard } from '../scoring/plan/segments.ts';
import { BINS, type BinEdges } from '../scoring/tally/bin-edges.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';
import {
  beginSeal,
  bytesOf,
  descriptionSchema,
  FORMAT,
  metadataSchema,
  type TallyDescription,
  VERSION,
} from './tally-file.ts';

/** How large a network's tensors must be. */
export interface TallyShape {
  readonly columns: number;
  readonly binary: number;
  readonly real: number;
  readonly judged: JudgedShard;
}

export interface TallyFile {
  readonly path: string;
  readonly description: TallyDescription;
  /** @throws {InputError} tensors that are missing or have another shape */
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
  const file = openArrays(path);
  try {
    return tallyOf(file, path);
  } catch (error) {
    file.close();
    throw error;
  }
}

function tallyOf(file: ArraysReader, path: string): TallyFile {
  const description = parseDescription(file, path);
  const entries = new Map(file.entries.map((entry) => [entry.name, entry]));
  /** The rows [from, to) of a tensor. */
  const rows = (name: string, from: number, to: number) => {
    const entry = entries.get(name)!;
    const width = entry.shape[1]!;
    return file.read(entry, from * width, (to - from) * width);
  };
  const floats = (name: string, from: number, to: number) => Float64Array.from(rows(name, from, to));
  const edges = (network: string, from: number, to: number): BinEdges => ({
    columns: to - from,
    low: floats(`${network}.low`, from, to),
    high: floats(`${network}.high`, from, to),
    edges: Float32Array.from(rows(`${network}.edges`, from, to)),
  });
  return {
    path,
    description,
    check(network, shape) {
      for (const [key, width] of Object.entries(widthsOf(shape))) {
        const found = entries.get(`${network}.${key}`)?.shape;
        if (found?.length === 2 && found[0] === shape.columns && found[1] === width) continue;
        const is = found === undefined ? 'is missing' : `has the shape [${found}]`;
        throw new InputError(
          `It ${is}, and should have [${shape.columns},${width}].`,
          { file: path, tensor: `${network}.${key}` },
          AGAIN,
        );
      }
    },
    edges,
    tally(network, { binary, real }, from, to) {
      const [counts, positives] = ['counts', 'positives'].map((key) =>
        Uint32Array.from(rows(`${network}.${key}`, from, to)),
      );
      const values = Float32Array.from(rows(`${network}.values`, from, to));
      return {
        tally: {
          ...{ edges: edges(network, from, to), columns: to - from, binary, real },
          ...{ counts: counts!, positives: positives!, rankSums: floats(`${network}.rankSums`, from, to) },
          rankSquares: new Float64Array(2 * real),
        },
        sample: { values },
      };
    },
    end(network, which) {
      const entry = entries.get(`${network}.${which}`);
      return entry === undefined ? null : Float32Array.from(file.read(entry, 0, countValues(entry.shape)));
    },
    close: file.close,
  };
}

/** Values that are read at a time to be hashed. */
const HASHED = 2 ** 19;

/** What the metadata says, once it is proved that nothing was changed since. */
function parseDescription(file: ArraysReader, path: string): TallyDescription {
  const metadata = metadataSchema.safeParse(file.metadata);
  if (!metadata.success) throw new InputError(`It is no file of the format ${FORMAT}.`, { file: path }, AGAIN);
  const { version, description, sha256 } = metadata.data;
  if (Number(version) > VERSION) {
    const what = `It is of version ${version} of its format, and this program knows up to ${VERSION}.`;
    throw new InputError(what, { file: path }, 'Use a newer version of Cellarium.');
  }
  if (Number(version) < VERSION) {
    throw new InputError(
      `It is of version ${version} of its format, which is not read any more.`,
      { file: path },
      AGAIN,
    );
  }
  const seal = beginSeal(description, file.entries);
  for (const entry of file.entries) {
    const count = countValues(entry.shape);
    for (let index = 0; index < count; index += HASHED) {
      seal.update(bytesOf(file.read(entry, index, Math.min(HASHED, count - index))));
    }
  }
  if (seal.digest('hex') !== sha256) {
    const fix = 'The file is damaged: write or fetch it again.';
    throw new InputError('Its bytes are not those written.', { file: path }, fix);
  }
  const parsed = descriptionSchema.safeParse(JSON.parse(description));
  if (parsed.success) return parsed.data;
  const { path: keys, message } = parsed.error.issues[0]!;
  throw new InputError(`Its description is wrong at "${keys.join('.')}": ${message}.`, { file: path }, AGAIN);
}

const AGAIN = 'Write the tally again with `cellarium score … --shard`.';

/** Numbers in a row of each tensor. */
function widthsOf({ binary, real, judged }: TallyShape): Record<string, number> {
  const rows = judged.rows[1] - judged.rows[0];
  return {
    ...{ low: 1, high: 1, edges: BINS, counts: BINS, positives: 2 * binary * BINS, rankSums: 2 * real * BINS },
    values: rows,
  };
}
