// Projections of many columns onto directions: sums of the columns, each times a number.
import { instantiate, reserve } from './kernels.ts';

const FLOAT_BYTES = 4;
/** Bytes of a vector of the kernel. */
const VECTOR = 16;

/**
 * @param columns of equal length, at least one
 * @returns for weights, one a column, the sum of the columns times them; it holds until the next call
 */
export function createProjections(columns: readonly ArrayLike<number>[]): (weights: ArrayLike<number>) => Float32Array {
  const length = columns[0]!.length;
  const rowBytes = Math.ceil((length * FLOAT_BYTES) / VECTOR) * VECTOR;
  const listBytes = Math.ceil((columns.length * FLOAT_BYTES) / VECTOR) * VECTOR;
  const [rowsAt, factorsAt, sumAt] = [0, listBytes, 2 * listBytes];
  const tableAt = sumAt + rowBytes;
  const memory = new WebAssembly.Memory({ initial: 0 });
  reserve(memory, tableAt + columns.length * rowBytes);
  const { addUp } = instantiate<{
    addUp(rows: number, end: number, factors: number, sum: number, width: number): void;
  }>('weighted-rows', memory);
  const rows = new Int32Array(memory.buffer, rowsAt, columns.length);
  columns.forEach((column, k) => {
    rows[k] = tableAt + k * rowBytes;
    new Float32Array(memory.buffer, rows[k], length).set(column);
  });
  const factors = new Float32Array(memory.buffer, factorsAt, columns.length);
  const sum = new Float32Array(memory.buffer, sumAt, length);
  return (weights) => {
    factors.set(weights);
    sum.fill(0);
    addUp(rowsAt, rowsAt + columns.length * FLOAT_BYTES, factorsAt, sumAt, rowBytes);
    return sum;
  };
}
