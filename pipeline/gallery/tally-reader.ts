// Reads a tally, some columns at a time; tally-file.ts says what is in it.
import { InputError } from '../base/errors.ts';
import { openSealed } from '../files/sealed.ts';
import type { JudgedShard } from '../scoring/plan/segments.ts';
import { BINS, type BinEdges } from '../scoring/tally/bin-edges.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';
import { descriptionSchema, FORMAT, type TallyDescription } from './tally-file.ts';

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
  const file = openSealed(path, FORMAT, descriptionSchema);
  const { description } = file;
  const { rows } = file;
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
        const found = file.shapeOf(`${network}.${key}`);
        if (found?.length === 2 && found[0] === shape.columns && found[1] === width) continue;
        const is = found === undefined ? 'is missing' : `has the shape [${found}]`;
        throw new InputError(
          `It ${is}, and should have [${shape.columns},${width}].`,
          { file: path, tensor: `${network}.${key}` },
          FORMAT.again,
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
      const shape = file.shapeOf(`${network}.${which}`);
      return shape === undefined ? null : Float32Array.from(rows(`${network}.${which}`, 0, shape[0]!));
    },
    close: file.close,
  };
}

/** Numbers in a row of each tensor. */
function widthsOf({ binary, real, judged }: TallyShape): Record<string, number> {
  const rows = judged.rows[1] - judged.rows[0];
  return {
    ...{ low: 1, high: 1, edges: BINS, counts: BINS, positives: 2 * binary * BINS, rankSums: 2 * real * BINS },
    values: rows,
  };
}
