// The operations that an LSTM and its gradient need, on row-major matrices. An engine supplies them: one computes
// at once, another writes a graph down and compiles it. `M` is whatever the engine holds a matrix in.

export interface Ops<M> {
  /** A matrix filled with one value. */
  constant(value: number, rows: number, columns: number): M;
  /** a·b, either factor transposed first if asked; plus `addend`, of the product's shape or a row that is repeated. */
  matmul(a: M, b: M, options?: { transposeA?: boolean; transposeB?: boolean; addend?: M }): M;
  /** Element by element. `b` has the shape of `a`, or is a row that is repeated, or a single value. */
  add(a: M, b: M): M;
  sub(a: M, b: M): M;
  mul(a: M, b: M): M;
  /** 1 / (1 + exp(−x)) */
  sigmoid(x: M): M;
  /** clip(slope·x + offset, 0, 1) */
  hardSigmoid(x: M, slope: number, offset: number): M;
  /** 1 where 0 < x < 1, else 0: where a hard sigmoid that gave x has a gradient. */
  inUnitInterval(x: M): M;
  tanh(x: M): M;
  /** max(x, 0) */
  relu(x: M): M;
  /** 1 where x > 0, else 0. */
  isPositive(x: M): M;
  exp(x: M): M;
  /** The natural logarithm of x > 0. */
  log(x: M): M;
  /** Row by row, x − log Σ exp x, without overflow. */
  logSoftmax(x: M): M;
  /** Equal parts side by side: [n, k·m] into k of [n, m]. */
  splitColumns(x: M, parts: number): M[];
  concatColumns(xs: readonly M[]): M;
  /** Equal parts one below the other: [k·n, m] into k of [n, m]. */
  splitRows(x: M, parts: number): M[];
  concatRows(xs: readonly M[]): M;
  /** Row `indices[k]` of the table as row k; `indices` is an index column [n, 1]. */
  gatherRows(table: M, indices: M): M;
  /** [n, width] with a one in column `indices[k]` of row k. */
  oneHot(indices: M, width: number): M;
  /** [n, m] into [1, m] */
  sumRows(x: M): M;
}

/** What a program takes or gives: a matrix of numbers, or a column of row indices. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly kind?: 'number' | 'index';
}

/** A computation written over {@link Ops}, with its inputs by name. */
export interface Computation {
  readonly inputs: Readonly<Record<string, Shape>>;
  body<M>(ops: Ops<M>, inputs: Readonly<Record<string, M>>): Record<string, M>;
}
