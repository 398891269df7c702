// The operations as ONNX nodes: each appends one to the graph.
import onnx from 'onnx-proto';
import { type Loop, type Looped, type Ops, type Shape, unroll } from '../lstm/ops.ts';

const { AttributeProto, TensorProto } = onnx.onnx;

/** A value in the graph under construction. Index columns are rank 1, all else rank 2. */
export interface Handle extends Shape {
  readonly name: string;
}

/** What a device's kernels can do. */
export interface Limits {
  /** Whether loops are written out step by step, for a device that has none of its own. */
  readonly unrolled: boolean;
  /** Outputs of one Split, at least 2. */
  readonly split: number;
  /** Inputs of one Concat, at least 2. */
  readonly concat: number;
}

export const NO_LIMITS: Limits = {
  unrolled: false,
  split: Number.POSITIVE_INFINITY,
  concat: Number.POSITIVE_INFINITY,
};

export type Node = onnx.onnx.INodeProto;

export class GraphOps implements Ops<Handle> {
  /** Of the graph, or of the body of the loop that is being written. */
  nodes: Node[] = [];
  readonly initializers = new Map<string, onnx.onnx.ITensorProto>();
  readonly #limits: Limits;
  /** What came out of a loop, [steps, n, m], by the name of the same as one matrix. */
  readonly #stacked = new Map<string, string>();
  #count = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  #node(
    operator: string,
    inputs: readonly string[],
    shapes: readonly { rows: number; columns: number }[],
    attributes: Record<string, number | number[]> = {},
  ): Handle[] {
    const outputs = shapes.map((shape) => ({ name: `v${this.#count++}`, ...shape }));
    this.nodes.push({
      opType: operator,
      input: [...inputs],
      output: outputs.map(({ name }) => name),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return outputs;
  }

  #one(
    operator: string,
    inputs: readonly Handle[],
    rows: number,
    columns: number,
    attributes: Record<string, number | number[]> = {},
  ): Handle {
    const names = inputs.map(({ name }) => name);
    return this.#node(operator, names, [{ rows, columns }], attributes)[0]!;
  }

  initializer(name: string, dims: number[], data: Float32Array | BigInt64Array): string {
    if (!this.initializers.has(name)) {
      const dataType = data instanceof Float32Array ? TensorProto.DataType.FLOAT : TensorProto.DataType.INT64;
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.initializers.set(name, { name, dims, dataType, rawData });
    }
    return name;
  }

  constant(value: number, rows: number, columns: number): Handle {
    const data = new Float32Array(rows * columns).fill(value);
    return { name: this.initializer(`constant ${value} ${rows}x${columns}`, [rows, columns], data), rows, columns };
  }

  matmul(a: Handle, b: Handle, options: { transposeA?: boolean; transposeB?: boolean; addend?: Handle } = {}): Handle {
    const { transposeA = false, transposeB = false, addend } = options;
    const rows = transposeA ? a.columns : a.rows;
    const columns = transposeB ? b.rows : b.columns;
    if (addend === undefined && !transposeA && !transposeB) return this.#one('MatMul', [a, b], rows, columns);
    const inputs = addend === undefined ? [a, b] : [a, b, addend];
    return this.#one('Gemm', inputs, rows, columns, { transA: Number(transposeA), transB: Number(transposeB) });
  }

  #elementwise(operator: string, a: Handle, b: Handle): Handle {
    return this.#one(operator, [a, b], Math.max(a.rows, b.rows), Math.max(a.columns, b.columns));
  }

  add = (a: Handle, b: Handle) => this.#elementwise('Add', a, b);
  sub = (a: Handle, b: Handle) => this.#elementwise('Sub', a, b);
  mul = (a: Handle, b: Handle) => this.#elementwise('Mul', a, b);

  #unary = (operator: string, x: Handle, attributes: Record<string, number> = {}) =>
    this.#one(operator, [x], x.rows, x.columns, attributes);

  sigmoid = (x: Handle) => this.#unary('Sigmoid', x);
  tanh = (x: Handle) => this.#unary('Tanh', x);
  relu = (x: Handle) => this.#unary('Relu', x);
  isPositive = (x: Handle) => this.#unary('Sign', this.relu(x));
  exp = (x: Handle) => this.#unary('Exp', x);
  logSoftmax = (x: Handle) => this.#unary('LogSoftmax', x, { axis: 1 });
  hardSigmoid = (x: Handle, slope: number, offset: number) =>
    this.#one(
      'Clip',
      [this.add(this.mul(x, this.constant(slope, 1, 1)), this.constant(offset, 1, 1)), ...this.#unit()],
      x.rows,
      x.columns,
    );

  /** Bounds of the unit interval, as the scalars that Clip takes. */
  #unit(): Handle[] {
    return [0, 1].map((bound) => ({
      name: this.initializer(`scalar ${bound}`, [], Float32Array.of(bound)),
      rows: 1,
      columns: 1,
    }));
  }

  inUnitInterval(x: Handle): Handle {
    // sign(x)·sign(1 − x) is 1 inside, 0 on the bounds, and a hard sigmoid's values never lie outside.
    return this.mul(this.#unary('Sign', x), this.#unary('Sign', this.sub(this.constant(1, 1, 1), x)));
  }

  /** Equal parts: by one node, or where they are more than a node may give, of parts of parts. */
  #split(x: Handle, parts: number, axis: 0 | 1): Handle[] {
    if (parts === 1) return [x];
    const length = (axis === 0 ? x.rows : x.columns) / parts;
    const pieces = shareOut(parts, Math.min(parts, this.#limits.split));
    const shapes = pieces.map((count) =>
      axis === 0 ? { rows: count * length, columns: x.columns } : { rows: x.rows, columns: count * length },
    );
    const lengths = pieces.map((count) => count * length);
    const areEqual = lengths.every((other) => other === lengths[0]);
    const inputs = areEqual ? [x.name] : [x.name, this.#integers(lengths)];
    return this.#node('Split', inputs, shapes, { axis }).flatMap((piece, k) => this.#split(piece, pieces[k]!, axis));
  }

  #integers(values: readonly number[]): string {
    return this.initializer(`integers ${values}`, [values.length], BigInt64Array.from(values, BigInt));
  }

  splitColumns = (x: Handle, parts: number) => this.#split(x, parts, 1);
  splitRows = (x: Handle, parts: number) => this.#split(x, parts, 0);

  /** By one node, or where they are more than a node may take, of what others put together. */
  #concat(xs: readonly Handle[], axis: 0 | 1): Handle {
    const sum = (of: 'rows' | 'columns') => xs.reduce((total, x) => total + x[of], 0);
    const [rows, columns] = axis === 0 ? [sum('rows'), xs[0]!.columns] : [xs[0]!.rows, sum('columns')];
    if (xs.length <= this.#limits.concat) return this.#one('Concat', xs, rows, columns, { axis });
    let from = 0;
    const pieces = shareOut(xs.length, this.#limits.concat).map((count) => {
      const some = xs.slice(from, from + count);
      from += count;
      return some.length === 1 ? some[0]! : this.#concat(some, axis);
    });
    return this.#one('Concat', pieces, rows, columns, { axis });
  }

  concatColumns = (xs: readonly Handle[]) => this.#concat(xs, 1);
  concatRows = (xs: readonly Handle[]) => this.#concat(xs, 0);

  gatherRows(table: Handle, indices: Handle): Handle {
    return this.#one('Gather', [table, indices], indices.rows, table.columns, { axis: 0 });
  }

  oneHot(indices: Handle, width: number): Handle {
    const data = new Float32Array(width * width);
    for (let k = 0; k < width; k++) data[k * width + k] = 1;
    const name = this.initializer(`identity ${width}`, [width, width], data);
    return this.gatherRows({ name, rows: width, columns: width }, indices);
  }

  sumRows(x: Handle): Handle {
    const axes = { name: this.#integers([0]), rows: 1, columns: 1 };
    return this.#one('ReduceSum', [x, axes], 1, x.columns, { keepdims: 1 });
  }

  shiftRows(x: Handle, first: Handle): Handle {
    const kept = { name: '', rows: x.rows - first.rows, columns: x.columns };
    const [from, to] = [[0], [kept.rows]].map((bound) => ({ ...kept, name: this.#integers(bound) }));
    return this.concatRows([first, this.#one('Slice', [x, from!, to!, from!], kept.rows, kept.columns)]);
  }

  /** As a Scan: its body is written once, so that a graph stays small and its products' weights are packed once. */
  loop(loop: Loop<Handle>): Looped<Handle> {
    const { steps, states, slices, reversed, step } = loop;
    if (this.#limits.unrolled || steps === 1) return unroll(this, loop);
    const inputs = slices.map((slice) => {
      const rows = slice.rows / steps;
      return this.#reshape(slice, slice.kind === 'index' ? [steps, rows] : [steps, rows, slice.columns]);
    });
    const outer = this.nodes;
    this.nodes = [];
    const [taken, read] = [states, slices].map((values) => values.map((value) => this.#named(value)));
    const parts = read!.map((slice) => ({ ...slice, rows: slice.rows / steps }));
    const result = step(taken!, parts);
    const given = this.#distinct([...result.states, ...result.outputs], [...taken!, ...parts]);
    const body = {
      name: `loop ${given[0]!.name}`,
      node: this.nodes,
      input: [...taken!, ...parts].map(({ name, ...shape }) => valueInfo(name, shape)),
      output: given.map(({ name, ...shape }) => valueInfo(name, shape)),
    };
    this.nodes = outer;
    const shapes = given.map(({ rows, columns }) => ({ rows, columns }));
    const names = [...states, ...inputs].map(({ name }) => name);
    const directions = (values: readonly unknown[]) => values.map(() => (reversed ? 1 : 0));
    const outputs = this.#node('Scan', names, shapes, {
      num_scan_inputs: slices.length,
      scan_input_directions: directions(slices),
      scan_output_directions: directions(result.outputs),
    });
    this.nodes.at(-1)!.attribute!.push({ name: 'body', type: AttributeProto.AttributeType.GRAPH, g: body });
    const whole = outputs.slice(states.length).map((part) => {
      const rows = steps * part.rows;
      const flat = { ...this.#reshape(part, [rows, part.columns]), rows };
      this.#stacked.set(flat.name, part.name);
      return flat;
    });
    return { states: outputs.slice(0, states.length), outputs: whole };
  }

  #reshape(x: Handle, dims: readonly number[]): Handle {
    const shape = { name: this.#integers(dims), rows: 1, columns: 1 };
    return this.#one('Reshape', [x, shape], x.rows, x.columns);
  }

  /** A name for what a loop's body is given. */
  #named = (value: Handle): Handle => ({ ...value, name: `v${this.#count++}` });

  /** What a body gives out: each value under a name of its own, and made by one of its nodes. */
  #distinct(values: readonly Handle[], given: readonly Handle[]): Handle[] {
    const taken = new Set(given.map(({ name }) => name));
    return values.map((value) => {
      const isNew = !taken.has(value.name) && this.nodes.some(({ output }) => output!.includes(value.name));
      taken.add(value.name);
      return isNew ? value : this.#one('Identity', [value], value.rows, value.columns);
    });
  }

  /** A graph's output is named by a node of its own, so that one value can be given out under two names. */
  output(x: Handle, name: string): void {
    this.nodes.push({ opType: 'Identity', input: [this.#stacked.get(x.name) ?? x.name], output: [name] });
  }
}

/** How many of `count` things each of `shares` gets, as equally as can be. */
function shareOut(count: number, shares: number): number[] {
  return Array.from(
    { length: shares },
    (_, k) => Math.floor(((k + 1) * count) / shares) - Math.floor((k * count) / shares),
  );
}

function attribute(name: string, value: number | number[]): onnx.onnx.IAttributeProto {
  if (Array.isArray(value)) return { name, type: AttributeProto.AttributeType.INTS, ints: value };
  return { name, type: AttributeProto.AttributeType.INT, i: value };
}

export function valueInfo(name: string, { rows, columns, kind }: Shape): onnx.onnx.IValueInfoProto {
  const elemType = kind === 'index' ? TensorProto.DataType.INT32 : TensorProto.DataType.FLOAT;
  const dims = kind === 'index' ? [rows] : [rows, columns];
  return { name, type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } };
}
