// All LSTM nodes of a file in one form: time first, weights in float32, and no state or length that changes nothing.
import onnx from 'onnx-proto';
import type { Value } from '../../../engines/index.ts';
import { cut, extraNode } from './cut.ts';
import type { Folder } from './fold.ts';
import { Node } from './node.ts';
import type { Source } from './source.ts';
import { damaged, toTensor } from './tensors.ts';

const { AttributeType } = onnx.onnx.AttributeProto;

const QUANTIZED = 'com.microsoft.DynamicQuantizeLSTM';

/** Operators that leave zeros zeros, and a state what it is. */
export const MOVES: ReadonlySet<string> = new Set(
  'Identity Cast Transpose Reshape Squeeze Unsqueeze Slice Gather Concat Expand Tile Flatten Split Dropout'.split(' '),
);

export interface Uniform {
  /** Whether a first state comes from whoever runs the file. */
  readonly readsState: boolean;
  readonly notes: readonly string[];
}

/** Rewrites the LSTM nodes of a source, which then computes what it did before, from the zero state. */
export async function makeUniform(source: Source, folder: Folder): Promise<Uniform> {
  const notes = new Set<string>();
  const rewriter = new Rewriter(source, folder, notes);
  await rewriter.widen();
  rewriter.turn();
  const readsState = await rewriter.dropStates();
  return { readsState, notes: [...notes] };
}

const isLstm = ({ operator }: Node) => operator === 'LSTM';
const quoted = (names: Iterable<string>) => [...names].map((name) => `"${name}"`).join(', ');

class Rewriter {
  readonly #source: Source;
  readonly #folder: Folder;
  readonly #notes: Set<string>;
  readonly #zeros = new Map<string, boolean>();
  #count = 0;

  constructor(source: Source, folder: Folder, notes: Set<string>) {
    this.#source = source;
    this.#folder = folder;
    this.#notes = notes;
  }

  #fresh(what: string): string {
    return `${what} #${this.#count++}`;
  }

  /** A node in the place of another, under its name. */
  #changed(node: Node, changes: Partial<onnx.onnx.INodeProto>): Node {
    return new Node({ ...node.proto, name: node.name, ...changes }, this.#source.file);
  }

  /** Weights of 8 bits as numbers. */
  async widen(): Promise<void> {
    const nodes: Node[] = [];
    for (const node of this.#source.nodes) {
      nodes.push(node.operator === QUANTIZED ? ((await this.#widened(node)) ?? node) : node);
      const made = isLstm(node) ? cut(this.#source, node.inputs.slice(1, 3), new Set()).nodes : [];
      if (made.some(({ operator }) => operator === 'DequantizeLinear')) this.#noteWidened(node.name, '');
    }
    this.#source.setNodes(nodes);
  }

  #noteWidened(name: string, more: string): void {
    this.#notes.add(`The weights of "${name}" are stored in 8 bits, and were widened to float32.${more}`);
  }

  async #widened(node: Node): Promise<Node | undefined> {
    const [x = '', w = '', r = '', b = '', lengths = '', h = '', c = '', p = '', ...levels] = node.inputs;
    const values = await Promise.all([w, r, ...levels].map((name) => this.#folder.value(name)));
    const [kernel, recurrent, wScale, wZero, rScale, rZero] = values;
    if (kernel === undefined || recurrent === undefined || wScale === undefined || rScale === undefined)
      return undefined;
    const names = [this.#fresh(`${node.name} W`), this.#fresh(`${node.name} R`)] as const;
    const { file, constants } = this.#source;
    constants.set(names[0], toTensor(names[0], dequantized(kernel, wScale, wZero, file)));
    constants.set(names[1], toTensor(names[1], dequantized(recurrent, rScale, rZero, file)));
    // The tool that quantizes a model adds to the names.
    const name = node.name.replace(/_quant$/, '');
    this.#noteWidened(name, ' The file rounds what it multiplies them with to 8 bits too, which is not done here.');
    return this.#changed(node, { name, opType: 'LSTM', domain: '', input: [x, ...names, b, lengths, h, c, p] });
  }

  /** Where the batch comes first, which onnxruntime has no kernel for. */
  turn(): void {
    const opset = this.#source.opset();
    this.#source.setNodes(
      this.#source.nodes.flatMap((node) => {
        if (!isLstm(node)) return [node];
        const named = [0, 1, 2].map((k) => node.outputs[k] || this.#fresh(`${node.name} ${'YHC'[k]}`));
        if (node.integer('layout', 0) === 0 || opset < 14) return [this.#changed(node, { output: named })];
        const before: Node[] = [];
        const input = node.inputs.map((name, k) => {
          if (name === '' || ![0, 5, 6].includes(k)) return name;
          const turned = this.#fresh(name);
          before.push(transpose(name, turned, [1, 0, 2]));
          return turned;
        });
        const output = named.map((name) => this.#fresh(name));
        const attribute = (node.proto.attribute ?? []).filter(({ name }) => name !== 'layout');
        const after = output.map((name, k) => transpose(name, named[k]!, k === 0 ? [2, 0, 1, 3] : [1, 0, 2]));
        return [...before, this.#changed(node, { input, output, attribute }), ...after];
      }),
    );
  }

  /** @returns whether one of the states that were left out comes from outside */
  async dropStates(): Promise<boolean> {
    const source = this.#source;
    const lstm = source.nodes.filter(isLstm);
    const given = new Set(lstm.flatMap(({ outputs }) => outputs));
    const read = new Set(lstm.flatMap(({ inputs }) => cut(source, inputs.slice(0, 1), given).inputs));
    const states = new Set<string>();
    const lengths = new Set<string>();
    const nodes: Node[] = [];
    for (const node of source.nodes) {
      if (!isLstm(node)) {
        nodes.push(node);
        continue;
      }
      const input = [...node.inputs];
      for (const [k, left] of [
        [4, lengths],
        [5, states],
        [6, states],
      ] as const) {
        const name = input[k] ?? '';
        if (name === '') continue;
        const outside = this.#movedInputs(name);
        const isGiven = outside !== undefined && outside.size > 0 && ![...outside].some((one) => read.has(one));
        if (isGiven) for (const one of outside) left.add(one);
        if (isGiven || (k > 4 && (await this.#isZero(name)))) input[k] = '';
      }
      nodes.push(this.#changed(node, { input }));
    }
    source.setNodes(nodes);
    if (states.size > 0)
      this.#notes.add(`The state is an input of the file (${quoted(states)}), which starts from zero here.`);
    if (lengths.size > 0)
      this.#notes.add(
        `The lengths of sequences are an input of the file (${quoted(lengths)}): here each is read whole.`,
      );
    return states.size > 0;
  }

  /** The inputs of the graph that a value is made of by moving alone; undefined where it is made otherwise. */
  #movedInputs(name: string): Set<string> | undefined {
    const { nodes, inputs, constants } = cut(this.#source, [name], new Set());
    const isMoved = nodes.every(({ operator }) => MOVES.has(operator) || ['Constant', 'Shape'].includes(operator));
    return isMoved && (constants.length === 0 || inputs.length > 0) ? new Set(inputs) : undefined;
  }

  async #isZero(name: string): Promise<boolean> {
    const { nodes, constants } = cut(this.#source, [name], new Set());
    const isZero = (one: string) => this.#zeros.get(one) === true;
    for (const constant of constants) await this.#notice(constant);
    for (const node of nodes) {
      const [source = '', ...others] = node.inputs;
      let zero = false;
      if (node.operator === 'ConstantOfShape') {
        const tensor = node.tensor('value');
        zero = tensor === undefined || isAllZero(this.#source.reader.read(tensor));
      } else if (node.operator === 'Constant') {
        await this.#notice(node.outputs[0] ?? '');
        continue;
      } else if (MOVES.has(node.operator)) {
        zero = isZero(source) && (node.operator !== 'Concat' || others.every(isZero));
      }
      for (const output of node.outputs) this.#zeros.set(output, zero);
    }
    return isZero(name);
  }

  async #notice(constant: string): Promise<void> {
    const value = await this.#folder.value(constant);
    this.#zeros.set(constant, value !== undefined && isAllZero(value));
  }
}

const isAllZero = ({ data }: Value) => data.every((value) => Number(value) === 0);

function transpose(from: string, to: string, perm: number[]): Node {
  return extraNode('Transpose', [from], to, [{ name: 'perm', type: AttributeType.INTS, ints: perm }]);
}

/** [directions, columns, rows] of 8 bits -> [directions, rows, columns]; a scale for each direction, or for each row. */
function dequantized({ dims, data }: Value, scale: Value, zero: Value | undefined, file: string): Value {
  const [directions = 0, columns = 0, rows = 0] = dims;
  const levels = scale.data.length / directions;
  if (dims.length !== 3 || (levels !== 1 && levels !== rows)) {
    damaged(`The scales of its weights have the shape [${scale.dims}], which does not fit [${dims}].`, file);
  }
  const result = new Float32Array(data.length);
  for (let k = 0; k < data.length; k++) {
    const direction = Math.floor(k / (columns * rows));
    const row = k % rows;
    const column = Math.floor(k / rows) % columns;
    const level = levels === 1 ? direction : direction * rows + row;
    const value = (Number(data[k]) - Number(zero?.data[level] ?? 0)) * Number(scale.data[level]);
    result[(direction * rows + row) * columns + column] = value;
  }
  return { type: 'float32', dims: [directions, rows, columns], data: result };
}
