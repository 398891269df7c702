// A layer's arrays as Keras has stored them in its three ways, and the canonical matrices that they become.
import { InputError } from '../../../base/errors.ts';
import { sliceColumns } from '../../../lstm/gates.ts';
import { GATES, type Gate, type LayerParameters, type Matrix } from '../../../lstm/parameters.ts';
import { addBiases, transposed } from '../../gate-rows.ts';
import type { NamedArray } from './stored-weights.ts';

/** How an LSTM layer lay in the file. */
export interface Layout {
  readonly gateOrder: string;
  readonly biases: string;
}

/** What a network says of the layouts of its layers: each that there is, once. */
export function describeLayouts(layouts: readonly Layout[]): Layout {
  const distinct = (texts: readonly string[]) => [...new Set(texts)].join('; ');
  return {
    gateOrder: distinct(layouts.map(({ gateOrder }) => gateOrder)),
    biases: distinct(layouts.map(({ biases }) => biases)),
  };
}

export interface ReadLstm {
  readonly parameters: LayerParameters;
  readonly layout: Layout;
}

export function wrongShape({ name, shape }: NamedArray, expected: string, file: string): InputError {
  return new InputError(
    `It has the shape [${shape.join(', ')}], where ${expected} is expected.`,
    { file, tensor: name },
    'The file is damaged, or its layers belong to different models: save the model again.',
  );
}

/** @throws {InputError} an array that is no matrix, or has no values */
export function matrix(array: NamedArray, file: string): Matrix {
  const [rows = 0, columns = 0] = array.shape;
  if (array.shape.length !== 2 || rows * columns === 0) throw wrongShape(array, 'a matrix', file);
  return { rows, columns, data: array.data };
}

/** A vector as a matrix of one row; zeros where there is none. @throws {InputError} another shape */
export function biasOf(array: NamedArray | undefined, columns: number, file: string): Matrix {
  if (array === undefined) return { rows: 1, columns, data: new Float32Array(columns) };
  if (array.shape.length !== 1 || array.shape[0] !== columns) throw wrongShape(array, `[${columns}]`, file);
  return { rows: 1, columns, data: array.data };
}

/** @throws {InputError} a layer that has a description and no arrays */
export function checkBuilt(arrays: readonly NamedArray[], layer: string, file: string): void {
  if (arrays.length > 0) return;
  throw new InputError(
    'The layer has no arrays (0): the model was saved before it was built or trained.',
    { file, tensor: layer },
    'Build it by calling it once, or with model.build(…), give it its weights, and save it again.',
  );
}

/** Whether arrays are those of an LSTM layer, by their number and shapes alone. */
export function looksLikeLstm(arrays: readonly NamedArray[]): boolean {
  if (arrays.length === 12) return byName(arrays) !== undefined;
  const [kernel, recurrent, bias] = arrays.map(({ shape }) => shape);
  if (arrays.length < 2 || arrays.length > 3 || kernel?.length !== 2 || recurrent?.length !== 2) return false;
  const units = recurrent[0]!;
  return (
    recurrent[1] === 4 * units &&
    kernel[1] === 4 * units &&
    (bias === undefined || (bias.length === 1 && (bias[0] === 4 * units || bias[0] === 8 * units)))
  );
}

/**
 * One direction of an LSTM layer: twelve arrays of Keras 1, or kernel, recurrent kernel and perhaps a bias.
 * @throws {InputError} another number of arrays, or shapes that do not belong together
 */
export function readLstm(arrays: readonly NamedArray[], layer: string, file: string): ReadLstm {
  checkBuilt(arrays, layer, file);
  const named = arrays.length === 12 ? byName(arrays) : undefined;
  if (named !== undefined) return { parameters: besideEachOther(named, file), layout: KERAS_1 };
  const [kernel, recurrent, bias] = arrays;
  if (kernel === undefined || recurrent === undefined || arrays.length > 3) {
    throw new InputError(
      `The LSTM layer has ${arrays.length} arrays, where it needs a kernel, a recurrent kernel and perhaps a bias.`,
      { file, tensor: layer },
      'The file is damaged, or its weights belong to another model: save the model again.',
    );
  }
  const parts = { kernel: matrix(kernel, file), recurrentKernel: matrix(recurrent, file) };
  const units = parts.recurrentKernel.rows;
  for (const [array, { columns }] of [
    [kernel, parts.kernel],
    [recurrent, parts.recurrentKernel],
  ] as const) {
    if (columns !== 4 * units) throw wrongShape(array, `[${array.shape[0]}, ${4 * units}]`, file);
  }
  if (bias?.shape.length === 1 && bias.shape[0] === 8 * units) return fromCudnn(parts, bias.data);
  const biases = bias === undefined ? 'none, taken as zeros' : 'one';
  return {
    parameters: { ...parts, bias: biasOf(bias, 4 * units, file) },
    layout: { gateOrder: 'i f c o', biases },
  };
}

const KERAS_1: Layout = { gateOrder: 'i c f o, an array each', biases: 'one' };
/** What Keras calls the gates. */
const LETTERS: Readonly<Record<Gate, string>> = { i: 'i', f: 'f', g: 'c', o: 'o' };

/** The arrays by the end of their names, as `W_i`; undefined where one of the twelve is missing. */
function byName(arrays: readonly NamedArray[]): ((part: string, gate: Gate) => NamedArray) | undefined {
  const found = new Map(arrays.map((array) => [/[WUb]_[icfo](?=(:0)?$)/.exec(array.name)?.[0], array]));
  found.delete(undefined);
  return found.size === 12 ? (part, gate) => found.get(`${part}_${LETTERS[gate]}`)! : undefined;
}

/** Joins an array for each gate, `W_i` `U_i` `b_i`, in the canonical order, whatever the order of the file. */
function besideEachOther(named: (part: string, gate: Gate) => NamedArray, file: string): LayerParameters {
  const units = named('b', 'i').data.length;
  const join = (part: string, read: (array: NamedArray) => Matrix): Matrix => {
    const blocks = GATES.map((gate) => read(named(part, gate)));
    const { rows } = blocks[0]!;
    blocks.forEach((block, index) => {
      if (block.rows === rows && block.columns === units) return;
      throw wrongShape(named(part, GATES[index]!), `[${rows}, ${units}]`, file);
    });
    return concatenated(blocks);
  };
  return {
    kernel: join('W', (array) => matrix(array, file)),
    recurrentKernel: join('U', (array) => matrix(array, file)),
    bias: join('b', (array) => biasOf(array, units, file)),
  };
}

/** Side by side. */
export function concatenated(blocks: readonly Matrix[]): Matrix {
  const { rows, columns: width } = blocks[0]!;
  const columns = width * blocks.length;
  const data = new Float32Array(rows * columns);
  blocks.forEach((block, index) => {
    for (let row = 0; row < rows; row++) {
      data.set(block.data.subarray(row * width, (row + 1) * width), row * columns + index * width);
    }
  });
  return { rows, columns, data };
}

/**
 * CuDNNLSTM keeps the matrices as cuDNN reads them. Each gate's block of the recurrent kernel is transposed. Each
 * gate's block of the kernel, cut out as [inputs, units] and read row by row, holds the numbers of a matrix
 * [units, inputs], the transpose of what is sought. cuDNN adds a bias to the input's product and one to the state's:
 * the first half and the second. Source: `_convert_rnn_weights` in keras/engine/saving.py of Keras 2.2, with which Keras
 * itself loads such a file into an LSTM layer.
 */
function fromCudnn({ kernel, recurrentKernel }: Omit<LayerParameters, 'bias'>, biases: Float32Array): ReadLstm {
  const units = recurrentKernel.rows;
  const turned = (block: Matrix) => transposed({ rows: block.columns, columns: block.rows, data: block.data });
  const half = (from: number): Matrix => ({
    rows: 1,
    columns: 4 * units,
    data: biases.subarray(from, from + 4 * units),
  });
  return {
    parameters: {
      kernel: concatenated(blocksOf(kernel).map(turned)),
      recurrentKernel: concatenated(blocksOf(recurrentKernel).map(transposed)),
      bias: addBiases(half(0), half(4 * units)),
    },
    layout: { gateOrder: 'i f c o, transposed (cuDNN)', biases: 'two, added' },
  };
}

/** The four blocks of columns of a matrix. */
function blocksOf(matrix: Matrix): Matrix[] {
  const width = matrix.columns / 4;
  return GATES.map((_, index) => sliceColumns(matrix, index * width, (index + 1) * width));
}
