// The arrays of a GRU layer as Keras has stored them in its four ways, and the canonical matrices that they become.
import { InputError } from '../../../base/errors.ts';
import { sliceColumns } from '../../../lstm/gates.ts';
import { GRU_GATES, type GruGate, type GruParameters } from '../../../lstm/gru.ts';
import type { Matrix } from '../../../lstm/parameters.ts';
import { transposed } from '../../gate-rows.ts';
import { biasOf, checkBuilt, concatenated, type Layout, matrix, wrongShape } from './arrays.ts';
import type { NamedArray } from './stored-weights.ts';

export interface ReadGru {
  readonly parameters: GruParameters;
  readonly layout: Layout;
}

/** What Keras calls the gates, in its order: the update gate, the reset gate, and the candidate. */
const KERAS_ORDER: readonly GruGate[] = ['z', 'r', 'n'];
const LETTERS: Readonly<Record<GruGate, string>> = { z: 'z', r: 'r', n: 'h' };

/** The columns of Keras's order in the order of this project. */
function reordered(matrix: Matrix, change: (block: Matrix) => Matrix = (block) => block): Matrix {
  const width = matrix.columns / 3;
  const block = (gate: GruGate) => {
    const from = KERAS_ORDER.indexOf(gate) * width;
    return change(sliceColumns(matrix, from, from + width));
  };
  return concatenated(GRU_GATES.map(block));
}

/** Whether arrays are those of a GRU layer, by their number and shapes alone. */
export function looksLikeGru(arrays: readonly NamedArray[]): boolean {
  if (arrays.length === 9) return byName(arrays) !== undefined;
  const [kernel, recurrent, bias] = arrays.map(({ shape }) => shape);
  if (arrays.length < 2 || arrays.length > 3 || kernel?.length !== 2 || recurrent?.length !== 2) return false;
  const gates = 3 * recurrent[0]!;
  const biases = [[gates], [2 * gates], [2, gates]].map((shape) => shape.join());
  return recurrent[1] === gates && kernel[1] === gates && (bias === undefined || biases.includes(bias.join()));
}

/**
 * One direction of a GRU layer: nine arrays of Keras 1, or kernel, recurrent kernel and perhaps a bias. Keras keeps h by z,
 * as this project does.
 * @param resetsAfter whether its description says that it resets after the product; two biases say so too
 * @throws {InputError} another number of arrays, or shapes that do not belong together
 */
export function readGru(arrays: readonly NamedArray[], resetsAfter: boolean, layer: string, file: string): ReadGru {
  checkBuilt(arrays, layer, file);
  const named = arrays.length === 9 ? byName(arrays) : undefined;
  if (named !== undefined) return { parameters: besideEachOther(named, file), layout: KERAS_1 };
  const [kernel, recurrent, bias] = arrays;
  if (kernel === undefined || recurrent === undefined || arrays.length > 3) {
    throw new InputError(
      `The GRU layer has ${arrays.length} arrays, where it needs a kernel, a recurrent kernel and perhaps a bias.`,
      { file, tensor: layer },
      'The file is damaged, or its weights belong to another model: save the model again.',
    );
  }
  const parts = { kernel: matrix(kernel, file), recurrentKernel: matrix(recurrent, file) };
  const gates = 3 * parts.recurrentKernel.rows;
  for (const [array, { columns }] of [
    [kernel, parts.kernel],
    [recurrent, parts.recurrentKernel],
  ] as const) {
    if (columns !== gates) throw wrongShape(array, `[${array.shape[0]}, ${gates}]`, file);
  }
  if (bias?.shape.length === 1 && bias.shape[0] === 2 * gates) return fromCudnn(parts, bias.data);
  const matrices = { kernel: reordered(parts.kernel), recurrentKernel: reordered(parts.recurrentKernel) };
  if (bias?.shape.length === 2) {
    if (bias.shape[0] !== 2 || bias.shape[1] !== gates) throw wrongShape(bias, `[2, ${gates}]`, file);
    const [own, ofState] = halves(bias.data);
    const biases = { bias: reordered(own), recurrentBias: reordered(ofState) };
    return { parameters: { ...matrices, ...biases }, layout: { gateOrder: 'z r h', biases: 'two, apart' } };
  }
  const zeros = { rows: 1, columns: gates, data: new Float32Array(gates) };
  const parameters = { ...matrices, bias: reordered(biasOf(bias, gates, file)) };
  return {
    parameters: resetsAfter ? { ...parameters, recurrentBias: zeros } : parameters,
    layout: { gateOrder: 'z r h', biases: bias === undefined ? 'none, taken as zeros' : 'one' },
  };
}

function halves(data: Float32Array): [Matrix, Matrix] {
  const columns = data.length / 2;
  const half = (from: number): Matrix => ({ rows: 1, columns, data: data.subarray(from, from + columns) });
  return [half(0), half(columns)];
}

const KERAS_1: Layout = { gateOrder: 'z r h, an array each', biases: 'one' };

/** The arrays by the end of their names, as `W_z`; undefined where one of the nine is missing. */
function byName(arrays: readonly NamedArray[]): ((part: string, gate: GruGate) => NamedArray) | undefined {
  const found = new Map(arrays.map((array) => [/[WUb]_[zrh](?=(:0)?$)/.exec(array.name)?.[0], array]));
  found.delete(undefined);
  return found.size === 9 ? (part, gate) => found.get(`${part}_${LETTERS[gate]}`)! : undefined;
}

/** Joins an array for each gate; Keras 1 resets before the product. */
function besideEachOther(named: (part: string, gate: GruGate) => NamedArray, file: string): GruParameters {
  const units = named('b', 'z').data.length;
  const join = (part: string, read: (array: NamedArray) => Matrix): Matrix => {
    const blocks = GRU_GATES.map((gate) => read(named(part, gate)));
    const { rows } = blocks[0]!;
    blocks.forEach((block, index) => {
      if (block.rows === rows && block.columns === units) return;
      throw wrongShape(named(part, GRU_GATES[index]!), `[${rows}, ${units}]`, file);
    });
    return concatenated(blocks);
  };
  return {
    kernel: join('W', (array) => matrix(array, file)),
    recurrentKernel: join('U', (array) => matrix(array, file)),
    bias: join('b', (array) => biasOf(array, units, file)),
  };
}

/** CuDNNGRU keeps its matrices as CuDNNLSTM does, and resets after the product: see `fromCudnn` of an LSTM's arrays. */
function fromCudnn(
  { kernel, recurrentKernel }: Pick<GruParameters, 'kernel' | 'recurrentKernel'>,
  biases: Float32Array,
): ReadGru {
  const turned = (block: Matrix) => transposed({ rows: block.columns, columns: block.rows, data: block.data });
  const [own, ofState] = halves(biases);
  return {
    parameters: {
      kernel: reordered(kernel, turned),
      recurrentKernel: reordered(recurrentKernel, transposed),
      bias: reordered(own),
      recurrentBias: reordered(ofState),
    },
    layout: { gateOrder: 'z r h, transposed (cuDNN)', biases: 'two, apart' },
  };
}
