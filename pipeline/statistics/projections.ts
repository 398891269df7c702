// Projections of many columns onto directions: sums of the columns, each times a number.
import { instantiate, reserve } from './kernels.ts';

const FLOAT_BYTES = 4;
/** Bytes of a vector of the kernel. */
const VECTOR = 16;
/** Directions that are projected onto together, for reading the columns takes longer than adding them up. */
export const AT_ONCE = 4;
/** Bytes of a column that are added up before the next ones are: few enough for the sums to stay in the nearest cache. */
const PART = 4096;

/** See weighted-rows.wat. */
type AddUpFour = (
  ...how: [rows: number, end: number, offset: number, factors: number, sums: number, apart: number, width: number]
) => void;

/**
 * @param columns of equal length, at least one
 * @returns for up to {@link AT_ONCE} directions, each a weight a column, the sums of the columns times these; they hold until the
 *   next call
 */
export function createProjections(
  columns: readonly ArrayLike<number>[],
): (directions: readonly ArrayLike<number>[]) => Float32Array[] {
  const length = columns[0]!.length;
  const rowBytes = Math.ceil((length * FLOAT_BYTES) / VECTOR) * VECTOR;
  const listBytes = Math.ceil((columns.length * FLOAT_BYTES) / VECTOR) * VECTOR;
  const [rowsAt, factorsAt, sumsAt] = [0, listBytes, (1 + AT_ONCE) * listBytes];
  const tableAt = sumsAt + AT_ONCE * rowBytes;
  const memory = new WebAssembly.Memory({ initial: 0 });
  reserve(memory, tableAt + columns.length * rowBytes);
  const { addUpFour } = instantiate<{ addUpFour: AddUpFour }>('weighted-rows', memory);
  const rows = new Int32Array(memory.buffer, rowsAt, columns.length);
  columns.forEach((column, k) => {
    rows[k] = tableAt + k * rowBytes;
    new Float32Array(memory.buffer, rows[k], length).set(column);
  });
  const end = rowsAt + columns.length * FLOAT_BYTES;
  const factors = new Float32Array(memory.buffer, factorsAt, AT_ONCE * columns.length);
  const sums = new Float32Array(memory.buffer, sumsAt, (AT_ONCE * rowBytes) / FLOAT_BYTES);
  return (directions) => {
    directions.forEach((weights, k) => {
      for (let column = 0; column < columns.length; column++) factors[AT_ONCE * column + k] = weights[column]!;
    });
    sums.fill(0);
    for (let offset = 0; offset < rowBytes; offset += PART) {
      const width = Math.min(PART, rowBytes - offset);
      addUpFour(rowsAt, end, offset, factorsAt, sumsAt + offset, rowBytes, width);
    }
    return directions.map((_, k) => new Float32Array(memory.buffer, sumsAt + k * rowBytes, length));
  };
}
