// Every operation as plain loops over typed arrays, with no dependency, in float32 or float64.
import { type Loop, type Looped, type Ops, unroll } from '../lstm/ops.ts';
import type { Numbers } from './engine.ts';

export interface Dense<A extends Numbers> {
  readonly rows: number;
  readonly columns: number;
  readonly data: A;
}

export type ArrayType<A extends Numbers> = new (length: number) => A;

/**
 * Adds a·b to `out`. The inner loop goes along contiguous memory, through four rows of b at once: what it adds to is then
 * read and written a quarter as often, which makes a product with a single row twice as fast.
 */
function multiplyInto<A extends Numbers>(out: Dense<A>, a: Dense<A>, b: Dense<A>): void {
  const { data, columns } = b;
  for (let r = 0; r < a.rows; r++) {
    const row = out.data.subarray(r * columns, (r + 1) * columns);
    const factors = a.data.subarray(r * a.columns, (r + 1) * a.columns);
    let k = 0;
    for (; k + 4 <= a.columns; k += 4) {
      const [p, q, s, t] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
      const first = k * columns;
      const second = first + columns;
      const third = second + columns;
      const fourth = third + columns;
      for (let j = 0; j < columns; j++) {
        row[j]! += p * data[first + j]! + q * data[second + j]! + s * data[third + j]! + t * data[fourth + j]!;
      }
    }
    for (; k < a.columns; k++) {
      const factor = factors[k]!;
      for (let j = 0; j < columns; j++) row[j]! += factor * data[k * columns + j]!;
    }
  }
}

export class PlainOps<A extends Numbers> implements Ops<Dense<A>> {
  readonly #ArrayType: ArrayType<A>;

  constructor(arrayType: ArrayType<A>) {
    this.#ArrayType = arrayType;
  }

  #empty(rows: number, columns: number): Dense<A> {
    return { rows, columns, data: new this.#ArrayType(rows * columns) };
  }

  #map(x: Dense<A>, f: (value: number) => number): Dense<A> {
    const out = this.#empty(x.rows, x.columns);
    for (let k = 0; k < x.data.length; k++) out.data[k] = f(x.data[k]!);
    return out;
  }

  /** `b` is of a's shape, or a row that is repeated, or one value: all three are `k mod length`. */
  #zip(a: Dense<A>, b: Dense<A>, f: (x: number, y: number) => number): Dense<A> {
    const out = this.#empty(a.rows, a.columns);
    const period = b.data.length;
    for (let k = 0, j = 0; k < a.data.length; k++) {
      out.data[k] = f(a.data[k]!, b.data[j]!);
      if (++j === period) j = 0;
    }
    return out;
  }

  #transpose(x: Dense<A>): Dense<A> {
    const out = this.#empty(x.columns, x.rows);
    for (let r = 0; r < x.rows; r++) {
      for (let c = 0; c < x.columns; c++) out.data[c * x.rows + r] = x.data[r * x.columns + c]!;
    }
    return out;
  }

  constant(value: number, rows: number, columns: number): Dense<A> {
    const out = this.#empty(rows, columns);
    out.data.fill(value);
    return out;
  }

  matmul(
    a: Dense<A>,
    b: Dense<A>,
    options: { transposeA?: boolean; transposeB?: boolean; addend?: Dense<A> } = {},
  ): Dense<A> {
    const left = options.transposeA ? this.#transpose(a) : a;
    const right = options.transposeB ? this.#transpose(b) : b;
    const zero = this.#empty(left.rows, right.columns);
    const out = options.addend === undefined ? zero : this.add(zero, options.addend);
    multiplyInto(out, left, right);
    return out;
  }

  add(a: Dense<A>, b: Dense<A>): Dense<A> {
    return this.#zip(a, b, (x, y) => x + y);
  }

  sub(a: Dense<A>, b: Dense<A>): Dense<A> {
    if (a.data.length < b.data.length) return this.#zip(b, a, (y, x) => x - y);
    return this.#zip(a, b, (x, y) => x - y);
  }

  mul(a: Dense<A>, b: Dense<A>): Dense<A> {
    return this.#zip(a, b, (x, y) => x * y);
  }

  sigmoid(x: Dense<A>): Dense<A> {
    return this.#map(x, (value) => 1 / (1 + Math.exp(-value)));
  }

  hardSigmoid(x: Dense<A>, slope: number, offset: number): Dense<A> {
    return this.#map(x, (value) => Math.min(1, Math.max(0, slope * value + offset)));
  }

  inUnitInterval(x: Dense<A>): Dense<A> {
    return this.#map(x, (value) => (value > 0 && value < 1 ? 1 : 0));
  }

  tanh(x: Dense<A>): Dense<A> {
    return this.#map(x, Math.tanh);
  }

  relu(x: Dense<A>): Dense<A> {
    return this.#map(x, (value) => Math.max(value, 0));
  }

  isPositive(x: Dense<A>): Dense<A> {
    return this.#map(x, (value) => (value > 0 ? 1 : 0));
  }

  exp(x: Dense<A>): Dense<A> {
    return this.#map(x, Math.exp);
  }

  logSoftmax(x: Dense<A>): Dense<A> {
    const out = this.#empty(x.rows, x.columns);
    for (let r = 0; r < x.rows; r++) {
      const row = x.data.subarray(r * x.columns, (r + 1) * x.columns);
      let maximum = Number.NEGATIVE_INFINITY;
      for (const value of row) maximum = Math.max(maximum, value);
      let sum = 0;
      for (const value of row) sum += Math.exp(value - maximum);
      const shift = maximum + Math.log(sum);
      for (let c = 0; c < x.columns; c++) out.data[r * x.columns + c] = row[c]! - shift;
    }
    return out;
  }

  splitColumns(x: Dense<A>, parts: number): Dense<A>[] {
    const width = x.columns / parts;
    return Array.from({ length: parts }, (_, part) => {
      const out = this.#empty(x.rows, width);
      for (let r = 0; r < x.rows; r++) {
        const from = r * x.columns + part * width;
        out.data.set(x.data.subarray(from, from + width), r * width);
      }
      return out;
    });
  }

  concatColumns(xs: readonly Dense<A>[]): Dense<A> {
    const columns = xs.reduce((sum, x) => sum + x.columns, 0);
    const out = this.#empty(xs[0]!.rows, columns);
    for (let r = 0; r < out.rows; r++) {
      let to = r * columns;
      for (const x of xs) {
        out.data.set(x.data.subarray(r * x.columns, (r + 1) * x.columns), to);
        to += x.columns;
      }
    }
    return out;
  }

  splitRows(x: Dense<A>, parts: number): Dense<A>[] {
    const rows = x.rows / parts;
    const size = rows * x.columns;
    return Array.from({ length: parts }, (_, part) => ({
      rows,
      columns: x.columns,
      data: x.data.subarray(part * size, (part + 1) * size) as A,
    }));
  }

  concatRows(xs: readonly Dense<A>[]): Dense<A> {
    const out = this.#empty(
      xs.reduce((sum, x) => sum + x.rows, 0),
      xs[0]!.columns,
    );
    let to = 0;
    for (const x of xs) {
      out.data.set(x.data, to);
      to += x.data.length;
    }
    return out;
  }

  gatherRows(table: Dense<A>, indices: Dense<A>): Dense<A> {
    const out = this.#empty(indices.rows, table.columns);
    for (let r = 0; r < out.rows; r++) {
      const from = indices.data[r]! * table.columns;
      out.data.set(table.data.subarray(from, from + table.columns), r * table.columns);
    }
    return out;
  }

  oneHot(indices: Dense<A>, width: number): Dense<A> {
    const out = this.#empty(indices.rows, width);
    for (let r = 0; r < out.rows; r++) out.data[r * width + indices.data[r]!] = 1;
    return out;
  }

  sumRows(x: Dense<A>): Dense<A> {
    const out = this.#empty(1, x.columns);
    for (let r = 0; r < x.rows; r++) {
      for (let c = 0; c < x.columns; c++) out.data[c]! += x.data[r * x.columns + c]!;
    }
    return out;
  }

  shiftRows(x: Dense<A>, first: Dense<A>): Dense<A> {
    const out = this.#empty(x.rows, x.columns);
    out.data.set(first.data);
    out.data.set(x.data.subarray(0, x.data.length - first.data.length), first.data.length);
    return out;
  }

  loop(loop: Loop<Dense<A>>): Looped<Dense<A>> {
    return unroll(this, loop);
  }
}
