// Constants that a graph computes from constants: exporters cut, turn and join weights on their way to a layer. Each
// operator is run by onnxruntime, once it is known how much it makes.
import { InputError } from '../../../base/errors.ts';
import { openPart, type Value } from '../../../engines/index.ts';
import { cut, encode } from './cut.ts';
import type { Node } from './node.ts';
import type { Source } from './source.ts';
import { countOf } from './tensors.ts';

/** How many values may be computed of constants, for each byte of the file and of what lies beside it. */
const FOLDED_PER_BYTE = 4;

type Inputs = readonly (Value | undefined)[];

const first = ([source]: Inputs) => source?.data.length;
const numbersOf = (value: Value | undefined) => (value === undefined ? undefined : Array.from(value.data, Number));
const product = (sizes: readonly number[] | undefined) => (sizes === undefined ? undefined : countOf(sizes));

/** Of arrays that are repeated along each other's sides. */
function broadcast(shapes: readonly (readonly number[])[]): number {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return countOf(Array.from({ length: rank }, (_, k) => Math.max(...shapes.map((dims) => dims.at(k - rank) ?? 1))));
}

const elementwise = (inputs: Inputs) => broadcast(inputs.map((value) => value?.dims ?? []));

/** How many values an operator makes at most; those that are not here are not folded. */
const MADE: Readonly<Record<string, (inputs: Inputs, node: Node) => number | undefined>> = {
  Identity: first,
  Cast: first,
  Transpose: first,
  Reshape: first,
  Squeeze: first,
  Unsqueeze: first,
  Flatten: first,
  Slice: first,
  Split: first,
  Neg: first,
  ReduceProd: first,
  DequantizeLinear: first,
  Shape: ([source]) => source?.dims.length,
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Concat: (inputs) => inputs.reduce((sum, value) => sum + (value?.data.length ?? 0), 0),
  Expand: ([source, shape]) => broadcast([source?.dims ?? [], numbersOf(shape) ?? []]),
  Tile: ([source, repeats]) => (source?.data.length ?? 0) * (product(numbersOf(repeats)) ?? 1),
  ConstantOfShape: ([shape]) => product(numbersOf(shape)),
  Gather: ([source, indices], node) => {
    const side = source?.dims.at(node.integer('axis', 0)) ?? 0;
    return side === 0 || indices === undefined ? undefined : ((source?.data.length ?? 0) / side) * indices.data.length;
  },
};

export class Folder {
  readonly #source: Source;
  readonly #known = new Map<string, Value | undefined>();
  #left: number;

  constructor(source: Source) {
    this.#source = source;
    const tensors = [...source.constants.values()];
    const lengths = tensors.map(({ externalData }) => externalData?.find(({ key }) => key === 'length')?.value ?? 0);
    this.#left =
      FOLDED_PER_BYTE * (source.size + lengths.reduce<number>((sum, length) => sum + (Number(length) || 0), 0));
  }

  /**
   * @returns undefined where it depends on what the model is given, or comes from an operator that is not folded
   * @throws {InputError} where a file computes far more constants than it holds
   */
  async value(name: string): Promise<Value | undefined> {
    if (!this.#known.has(name)) {
      const { nodes, inputs, constants } = cut(this.#source, [name], new Set());
      for (const constant of inputs.length > 0 ? [] : constants) this.#hold(constant);
      for (const node of inputs.length > 0 ? [] : nodes) await this.#fold(node);
    }
    return this.#known.get(name);
  }

  #hold(name: string): void {
    const tensor = this.#source.constants.get(name);
    if (tensor !== undefined && !this.#known.has(name)) this.#known.set(name, this.#source.reader.read(tensor));
  }

  async #fold(node: Node): Promise<void> {
    const outputs = node.outputs.filter((name) => name !== '');
    if (outputs.every((name) => this.#known.has(name))) return;
    for (const name of outputs) this.#known.set(name, undefined);
    if (node.operator === 'Constant') {
      this.#known.set(outputs[0] ?? '', this.#constant(node));
      return;
    }
    const made = Object.hasOwn(MADE, node.operator) ? MADE[node.operator] : undefined;
    const inputs = node.inputs.map((name) => this.#known.get(name));
    if (made === undefined || node.inputs.some((name, k) => name !== '' && inputs[k] === undefined)) return;
    const count = made(inputs, node);
    if (count === undefined) return;
    this.#spend(count);
    for (const [name, value] of await this.#run(node, inputs, outputs)) this.#known.set(name, value);
  }

  #constant(node: Node): Value | undefined {
    const tensor = node.tensor('value');
    if (tensor !== undefined) return this.#source.reader.read(tensor);
    if (node.has('value_int')) return int64([node.integer('value_int', 0)], []);
    if (node.has('value_float')) return floats([node.number('value_float', 0)], []);
    const integers = node.integers('value_ints');
    if (integers !== undefined) return int64(integers);
    return node.has('value_floats') ? floats(node.numbers('value_floats')) : undefined;
  }

  #spend(values: number): void {
    this.#left -= values;
    if (this.#left >= 0) return;
    throw new InputError(
      'It computes far more constants than it holds.',
      { file: this.#source.file },
      'Export the model again, with its constants folded.',
    );
  }

  async #run(node: Node, inputs: Inputs, wanted: readonly string[]): Promise<Iterable<[string, Value]>> {
    const feeds = new Map(node.inputs.flatMap((name, k) => (inputs[k] === undefined ? [] : [[name, inputs[k]]])));
    const part = { nodes: [node], inputs: [...feeds.keys()], constants: [] };
    const outputs = wanted.map((name) => ({ name }));
    try {
      const program = await openPart(
        encode(this.#source, part, outputs, (name) => feeds.get(name)?.type),
        node.name,
      );
      try {
        return await program.run(feeds, wanted);
      } finally {
        await program.dispose();
      }
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  }
}

function int64(values: readonly number[], dims: readonly number[] = [values.length]): Value {
  return { type: 'int64', dims, data: BigInt64Array.from(values, (value) => BigInt(value)) };
}

function floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
  return { type: 'float32', dims, data: Float32Array.from(values) };
}
