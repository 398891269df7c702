// The arrays of an ml5 folder by what they are for, which the names of TensorFlow's variables tell, and its cells as
// layers in canonical form.
import { InputError } from '../../../base/errors.ts';
import { besideManifest } from '../../../files/open.ts';
import { readRaw } from '../../../files/raw.ts';
import { countValues, DTYPES } from '../../../files/safetensors-header.ts';
import { GATES, type Gate, gateColumns, type Matrix } from '../../../lstm/parameters.ts';
import { type ForeignLstm, unsupported } from '../../foreign.ts';

/** One of TensorFlow's BasicLSTMCells, as the file holds it. */
export interface BasicCell {
  /** As `cell_0`. */
  readonly name: string;
  /** [inputs + units, 4·units]: below the rows of what it reads are those of its own h; gates in the order i j f o. */
  readonly kernel: Matrix;
  /** [1, 4·units]; the cell adds 1 to f's as it computes. */
  readonly bias: Matrix;
}

export interface Arrays {
  /** [vocabulary, width]; characters are read one-hot where there is none. */
  readonly embedding?: Matrix;
  /** First to last. */
  readonly cells: readonly BasicCell[];
  /** [units, vocabulary] and [1, vocabulary] */
  readonly softmax: { readonly kernel: Matrix; readonly bias: Matrix };
  /** Names of single numbers, as the count of the training's steps, which are no part of the network. */
  readonly scalars: readonly string[];
}

interface Entry {
  readonly filename: string;
  readonly shape: readonly number[];
}

export const FIX = 'Write the folder again from the checkpoint: manifest.json, vocab.json, and a file for each array.';

/** Each variable's name here: `embedding`, `softmax_w`, `softmax_b`, or as `cell_0/kernel`, which was once `weights`. */
function nameOf(variable: string, file: string): string {
  const other = /^(?:.*\/)?(embedding|softmax_w|softmax_b)$/.exec(variable)?.[1];
  if (other !== undefined) return other;
  const cell = /^(?:.*?\/)?(?:cell_(\d{1,4})\/)?basic_lstm_cell\/(weights|kernel|biases|bias)$/.exec(variable);
  if (cell === null) {
    const fix = 'Supported are BasicLSTMCells with an embedding or none and a softmax.';
    throw unsupported(`The variable "${variable}" belongs to another kind of network`, { file }, fix);
  }
  return `cell_${Number(cell[1] ?? 0)}/${cell[2]!.startsWith('b') ? 'bias' : 'kernel'}`;
}

/**
 * Reads every array of the manifest.
 * @throws {InputError} a variable that no such network has, one that is missing or there twice, a file of another size
 */
export function readArrays(manifest: Readonly<Record<string, Entry>>, file: string): Arrays {
  const variables = Object.entries(manifest);
  const scalars = variables.filter(([, { shape }]) => shape.length === 0).map(([variable]) => variable);
  const entries = new Map<string, Entry>();
  for (const [variable, entry] of variables) {
    if (entry.shape.length === 0) continue;
    const name = nameOf(variable, file);
    if (entries.has(name)) throw new InputError(`It holds "${name}" twice.`, { file }, FIX);
    entries.set(name, entry);
  }
  const take = (name: string, rank: 1 | 2): Matrix => {
    const entry = entries.get(name);
    if (entry === undefined) throw new InputError(`It lacks the variable "${name}".`, { file }, FIX);
    const { filename, shape } = entry;
    if (shape.length !== rank) {
      const found = `It has the shape [${shape.join(', ')}], where ${rank} dimensions are asked for.`;
      throw new InputError(found, { file, tensor: name }, FIX);
    }
    const bytes = readRaw([besideManifest(file, filename)], countValues(shape) * DTYPES.F32.size, file);
    const columns = shape.at(-1)!;
    return { rows: countValues(shape) / columns, columns, data: DTYPES.F32.toFloat32(bytes) };
  };
  const cellCount = [...entries.keys()].filter((name) => name.endsWith('/kernel')).length;
  const cells = Array.from({ length: cellCount }, (_, index): BasicCell => {
    const name = `cell_${index}`;
    return { name, kernel: take(`${name}/kernel`, 2), bias: take(`${name}/bias`, 1) };
  });
  return {
    ...(entries.has('embedding') ? { embedding: take('embedding', 2) } : {}),
    cells,
    softmax: { kernel: take('softmax_w', 2), bias: take('softmax_b', 1) },
    scalars,
  };
}

// TensorFlow's BasicLSTMCell -> a layer in canonical form.

/** The order of its gates; the candidate g is its j. */
const ORDER: readonly Gate[] = ['i', 'g', 'f', 'o'];

/** What the cell adds to the forget gate's bias unless it is told otherwise, and a checkpoint does not say. */
const FORGET_BIAS = 1;

/** Some rows of a matrix [n, 4·units], with their gates in canonical order. */
function canonicalRows({ columns, data }: Matrix, from: number, to: number): Matrix {
  const units = columns / 4;
  const result = new Float32Array((to - from) * columns);
  for (let row = from; row < to; row++) {
    for (const gate of GATES) {
      const source = row * columns + ORDER.indexOf(gate) * units;
      result.set(data.subarray(source, source + units), (row - from) * columns + gateColumns(gate, units).from);
    }
  }
  return { rows: to - from, columns, data: result };
}

/**
 * Takes the kernel apart into what belongs to the input and what belongs to h, and makes the constant a part of the
 * bias.
 * @param file for messages
 * @throws {InputError} arrays of a shape that no such cell has
 */
export function cellLayer({ name, kernel, bias }: BasicCell, file: string): ForeignLstm {
  const units = kernel.columns / 4;
  const inputs = kernel.rows - units;
  if (!Number.isInteger(units) || inputs < 1 || bias.columns !== kernel.columns) {
    throw new InputError(
      `A kernel [${kernel.rows}, ${kernel.columns}] and a bias [${bias.columns}] make no cell: they should be ` +
        '[inputs + units, 4·units] and [4·units].',
      { file, tensor: name },
      FIX,
    );
  }
  const canonicalBias = canonicalRows(bias, 0, 1);
  const forget = gateColumns('f', units);
  for (let k = forget.from; k < forget.to; k++) canonicalBias.data[k]! += FORGET_BIAS;
  return {
    kind: 'lstm',
    name,
    forward: {
      kernel: canonicalRows(kernel, 0, inputs),
      recurrentKernel: canonicalRows(kernel, inputs, kernel.rows),
      bias: canonicalBias,
    },
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
}
