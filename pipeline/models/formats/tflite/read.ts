// A TensorFlow Lite model as a foreign network: its LSTM operations, which have an array for each gate, with an embedding
// before them and dense layers behind. Source of the places of the arrays:
// tensorflow/lite/kernels/unidirectional_sequence_lstm.cc.
import { InputError } from '../../../base/errors.ts';
import { readBytes } from '../../../files/files.ts';
import { GATES, type Gate, type Matrix, type OutputActivation } from '../../../lstm/parameters.ts';
import {
  type ForeignDense,
  type ForeignLayer,
  type ForeignLstm,
  type ForeignNetwork,
  unsupported,
} from '../../foreign.ts';
import { transposed } from '../../gate-rows.ts';
import { concatenated } from '../keras/arrays.ts';
import { FlatbufferError } from './flatbuffer.ts';
import { type LiteModel, type LiteOperation, type LiteTensor, parseLite } from './model.ts';

const LSTM = 44;
const FULLY_CONNECTED = 9;
const GATHER = 36;
/** Operations that move numbers about, or make whole numbers of characters. */
const PASSED = new Set([22 /* reshape */, 53 /* cast */, 43 /* squeeze */, 70 /* expand dims */]);
const FUNCTIONS: Readonly<Record<number, OutputActivation>> = { 14: 'sigmoid', 19: 'relu', 25: 'softmax', 28: 'tanh' };
/** Those that a network of TensorFlow Lite may have where an LSTM was. */
const NAMES: Readonly<Record<number, string>> = {
  ...{ 0: 'ADD', 3: 'CONV_2D', 16: 'LSTM', 18: 'MUL', 32: 'CUSTOM', 34: 'PAD', 39: 'TRANSPOSE', 40: 'MEAN' },
  ...{ 45: 'STRIDED_SLICE', 52: 'BIDIRECTIONAL_SEQUENCE_LSTM', 105: 'REVERSE_V2', 119: 'WHILE', 2: 'CONCATENATION' },
};

/** Where an operation's arrays are, by gate: of the input, of the outputs, and the biases. */
const PLACES: Readonly<Record<Gate, readonly [kernel: number, recurrent: number, bias: number]>> = {
  i: [1, 5, 12],
  f: [2, 6, 13],
  g: [3, 7, 14],
  o: [4, 8, 15],
};
/** Peepholes, a projection, and normalised gates. */
const OTHERS: readonly (readonly [from: number, to: number, what: string])[] = [
  [9, 12, 'peepholes'],
  [16, 18, 'a projection'],
  [20, 24, 'normalised gates'],
];
/** The functions of cells by TensorFlow Lite's numbers. 0, for none, is what a field says that is lost, and no cell has it. */
const CELLS = { 1: 'relu', 4: 'tanh' } as const;

const SAVE = 'Give the model from which it was converted: the .keras or .h5 file, or the SavedModel.';

/** @throws {InputError} a file that is damaged, holds no LSTM operation, or what is not supported, by its name */
export function readTflite(file: string): ForeignNetwork {
  try {
    return networkOf(parseLite(readBytes(file)), file);
  } catch (error) {
    if (!(error instanceof FlatbufferError)) throw error;
    const fix = 'The file is damaged or cut off: convert or fetch it again.';
    throw new InputError(`It cannot be read as TensorFlow Lite: ${error.message}.`, { file }, fix);
  }
}

function networkOf(model: LiteModel, file: string): ForeignNetwork {
  const { operations, tensors } = model;
  const last = operations.findLastIndex(({ code }) => code === LSTM);
  if (last < 0) {
    const found = [...new Set(operations.map(({ code }) => NAMES[code] ?? `operation ${code}`))].slice(0, 8);
    throw unsupported(
      `It is a TensorFlow Lite model without the operation UNIDIRECTIONAL_SEQUENCE_LSTM; it has ${found.join(', ')}`,
      { file },
      SAVE,
    );
  }
  const layers: ForeignLayer[] = [];
  const notes: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const { code } = operation;
    if (code === LSTM) layers.push(lstmOf(operation, tensors, layers.length, file));
    else if (code === GATHER && layers.length === 0) layers.push(embeddingOf(operation, tensors, file));
    else if (PASSED.has(code)) continue;
    else if (index < last) {
      throw unsupported(`Before its last LSTM there is ${NAMES[code] ?? `the operation ${code}`}`, { file }, SAVE);
    } else if (!behind(layers, operation, tensors)) {
      notes.push(
        'What follows the LSTM layers is not a chain of dense layers that is read, and is left out from there on.',
      );
      break;
    }
  }
  const clip = Math.max(...operations.map(({ code, options }) => (code === LSTM ? (options?.float32(1) ?? 0) : 0)));
  if (clip > 0) notes.push(`TensorFlow Lite keeps c within ${clip} of 0; here nothing does.`);
  if (operations.some(({ inputs }) => inputs.some((input) => input !== undefined && tensors[input]!.quantized))) {
    notes.push(
      'Weights that are stored in eight bits are widened; TensorFlow Lite rounds what they are multiplied by, too.',
    );
  }
  return {
    format: 'TensorFlow Lite',
    layers,
    gateOrder: 'i f g o, an array each',
    biases: 'one',
    stateful: false,
    notes,
  };
}

function numbersOf(tensor: LiteTensor | undefined, file: string): Matrix {
  const data = tensor?.read?.();
  const [rows, columns] = tensor?.shape.length === 1 ? [1, tensor.shape[0]!] : (tensor?.shape ?? []);
  if (
    data !== undefined &&
    rows !== undefined &&
    columns !== undefined &&
    data.length === rows * columns &&
    data.length > 0
  ) {
    return { rows, columns, data };
  }
  throw unsupported(
    `The array "${tensor?.name ?? ''}" is none of floats or of whole numbers with a scale`,
    { file },
    SAVE,
  );
}

function lstmOf(
  { inputs, options }: LiteOperation,
  tensors: readonly LiteTensor[],
  before: number,
  file: string,
): ForeignLstm {
  const at = (place: number) => (inputs[place] === undefined ? undefined : tensors[inputs[place]]);
  const name = `lstm_${before + 1}`;
  const other = OTHERS.find(([from, to]) => inputs.slice(from, to).some((input) => input !== undefined));
  if (other !== undefined) throw unsupported(`The LSTM has ${other[2]}`, { file }, SAVE);
  if (at(1) === undefined) throw unsupported('The LSTM has no input gate of its own', { file }, SAVE);
  const cellActivation = CELLS[(options?.int8(0) ?? 0) as keyof typeof CELLS];
  if (cellActivation === undefined) throw unsupported('The LSTM has another function in its cells', { file }, SAVE);
  const units = at(8)?.shape[0] ?? 0;
  const beside = (part: 0 | 1 | 2): Matrix => {
    const blocks = GATES.map((gate) => numbersOf(at(PLACES[gate][part]), file));
    const { rows, columns } = blocks[0]!;
    if (
      blocks.some((block) => block.rows !== rows || block.columns !== columns) ||
      (part < 2 ? rows : columns) !== units
    ) {
      throw unsupported(`The arrays of the gates of "${name}" have different shapes`, { file }, SAVE);
    }
    return part === 2 ? concatenated(blocks) : concatenated(blocks.map(transposed));
  };
  return {
    kind: 'lstm',
    name,
    cellActivation,
    recurrentActivation: { kind: 'sigmoid' },
    forward: { kernel: beside(0), recurrentKernel: beside(1), bias: beside(2) },
  };
}

function embeddingOf({ inputs: [table] }: LiteOperation, tensors: readonly LiteTensor[], file: string): ForeignLayer {
  return { kind: 'embedding', name: 'embedding', table: numbersOf(tensors[table ?? -1], file) };
}

/** Adds a dense layer or its function. @returns false for anything else */
function behind(
  layers: ForeignLayer[],
  { code, inputs, options }: LiteOperation,
  tensors: readonly LiteTensor[],
): boolean {
  const before = layers.at(-1)!;
  const activation = FUNCTIONS[code];
  if (activation !== undefined && before.kind === 'dense' && before.activation === 'linear') {
    layers.splice(-1, 1, { ...before, activation });
    return true;
  }
  const kernel = tensors[inputs[1] ?? -1];
  const fused = options?.int8(0) ?? 0;
  const data = kernel?.read?.();
  if (code !== FULLY_CONNECTED || data === undefined || kernel?.shape.length !== 2 || fused > 1) return false;
  const [rows, columns] = kernel.shape as [number, number];
  const width =
    before.kind === 'dense' ? before.kernel.columns : before.kind === 'lstm' ? before.forward.recurrentKernel.rows : 0;
  if (columns !== width) return false;
  const bias = inputs[2] === undefined ? new Float32Array(rows) : tensors[inputs[2]]?.read?.();
  if (bias?.length !== rows) return false;
  const dense: ForeignDense = {
    kind: 'dense',
    name: `dense_${layers.length}`,
    kernel: transposed({ rows, columns, data }),
    bias: { rows: 1, columns: rows, data: bias },
    activation: fused === 1 ? 'relu' : 'linear',
  };
  layers.push(dense);
  return true;
}
