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
  /** [k·n, m] into the same a step later: `first` [n, m] comes in front, and the last n rows go. */
  shiftRows(x: M, first: M): M;
  /** Takes the steps of a window one after the other; see {@link Loop}. */
  loop(loop: Loop<M>): Looped<M>;
}

/** What is done at each step of a window, with what the step before it left. */
export interface Loop<M> {
  readonly steps: number;
  /** Where the first step starts. */
  readonly states: readonly M[];
  /** What there is to read at the steps, each time-major, [steps·n, m]; a step gets its [n, m]. */
  readonly slices: readonly M[];
  /** Whether the last step is taken first. What the steps give lies in the order of time all the same. */
  readonly reversed?: boolean;
  /**
   * One step. It may use other values too, those that are the same at each step.
   * @returns where the next one starts, of the same shapes, and what the step gives, whose steps are put together
   */
  step(states: readonly M[], slices: readonly M[]): { readonly states: readonly M[]; readonly outputs: readonly M[] };
}

/** What is left when it is over. */
export interface Looped<M> {
  readonly states: M[];
  /** Each [steps·n, m]. */
  readonly outputs: M[];
}

/** A {@link Loop} written out step by step, for engines that have no loop of their own. */
export function unroll<M>(ops: Ops<M>, { steps, states, slices, reversed, step }: Loop<M>): Looped<M> {
  const cut = slices.map((slice) => (steps === 1 ? [slice] : ops.splitRows(slice, steps)));
  const order = Array.from({ length: steps }, (_, k) => (reversed ? steps - 1 - k : k));
  const given: (readonly M[])[] = [];
  let end = states;
  for (const t of order) {
    const result = step(
      end,
      cut.map((slice) => slice[t]!),
    );
    end = result.states;
    given[t] = result.outputs;
  }
  const outputs = given[0]!.map((only, k) => (steps === 1 ? only : ops.concatRows(given.map((step) => step[k]!))));
  return { states: [...end], outputs };
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
