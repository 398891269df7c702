// The oracle: every operation as plain loops over typed arrays, with no dependency, in float32 or float64.
import type { Computation, Ops } from '../lstm/ops.ts';
import { checkInputs, type Engine, type Inputs, type Numbers } from './engine.ts';

interface Dense<A extends Numbers> {
  readonly rows: number;
  readonly columns: number;
  readonly data: A;
}

type ArrayType<A extends Numbers> = new (length: number) => A;

/** Adds a·b to `out`; the order of the loops keeps the inner one on contiguous memory. */
function multiplyInto<A extends Numbers>(out: Dense<A>, a: Dense<A>, b: Dense<A>): void {
  for (let r = 0; r < a.rows; r++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[r * a.columns + k]!;
      if (factor === 0) continue;
      const to = r * out.columns;
      const from = k * b.columns;
      for (let j = 0; j < b.columns; j++) out.data[to + j]! += factor * b.data[from + j]!;
    }
  }
}

class ReferenceOps<A extends Numbers> implements Ops<Dense<A>> {
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
}

/** Runs at once, on typed arrays of the given kind: Float64Array for finite differences. Runs in a browser too. */
export function referenceEngine<A extends Numbers>(arrayType: ArrayType<A>): Engine<A> {
  const ops = new ReferenceOps(arrayType);
  return {
    name: 'reference',
    device: 'cpu',
    async compile(computation: Computation, constants: Inputs = {}) {
      return {
        async run(changing) {
          const inputs = { ...constants, ...changing };
          checkInputs(computation, inputs);
          const dense = Object.entries(computation.inputs).map(([name, { rows, columns }]) => {
            const data = new arrayType(rows * columns);
            data.set(inputs[name]!);
            return [name, { rows, columns, data }] as const;
          });
          const outputs = computation.body<Dense<A>>(ops, Object.fromEntries(dense));
          return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
        },
        async dispose() {},
      };
    },
  };
}
