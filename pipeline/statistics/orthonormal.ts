// Makes rows orthonormal. It takes the third power of their number, and a network's fresh weights have a thousand of them, so
// the loop is a kernel; it adds up in the order of the plain loop of `lstm/initialise.ts`, and gives the very same numbers.
import { instantiate, reserve } from './kernels.ts';

type TakeAway = (row: number, end: number, pairs: number, last: number) => void;

const NUMBER_BYTES = 8;
/** Rows that the kernel takes away at once. */
const AT_ONCE = 4;

/** Gram and Schmidt's process, run twice over each row. @param numbers row by row, of `columns` each; changed in place */
export function orthonormalise(numbers: Float64Array, columns: number): void {
  const rows = numbers.length / columns;
  const rowBytes = columns * NUMBER_BYTES;
  const pairsAt = Math.ceil(rowBytes / 16) * 16;
  const memory = new WebAssembly.Memory({ initial: 0 });
  // The kernel looks at four rows more than there are, which are zeros.
  reserve(memory, pairsAt + (Math.ceil(rows / AT_ONCE) + 1) * AT_ONCE * rowBytes);
  const { takeAway } = instantiate<{ takeAway: TakeAway }>('orthonormal-rows', memory);
  const row = new Float64Array(memory.buffer, 0, columns);
  for (let r = 0; r < rows; r++) {
    const own = numbers.subarray(r * columns, (r + 1) * columns);
    row.set(own);
    const last = pairsAt + Math.ceil(r / AT_ONCE) * AT_ONCE * rowBytes;
    for (let pass = 0; r > 0 && pass < 2; pass++) takeAway(0, rowBytes, pairsAt, last);
    const norm = Math.hypot(...row);
    const pair = new Float64Array(memory.buffer, pairsAt + (r >> 1) * 2 * rowBytes, 2 * columns);
    for (let k = 0; k < columns; k++) pair[2 * k + (r % 2)] = own[k] = row[k]! / norm;
  }
}
