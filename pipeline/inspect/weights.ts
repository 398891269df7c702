// Every array of a network: its shape, its norm and range, and which of its columns are which gate.

import { GRU_GATES, type GruGate, type GruParameters } from '../lstm/gru.ts';
import {
  type Architecture,
  GATES,
  type Gate,
  isGruNetwork,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../lstm/parameters.ts';
import type { ForeignGru, ForeignLstm, StoredDirection } from '../models/foreign.ts';

export const PARTS = ['kernel', 'recurrent', 'bias', 'recurrent-bias', 'projection'] as const;
/**
 * What a gate weighs: what the layer reads, its own output of the step before, or nothing. A GRU that resets after the
 * product has a bias of each. A projection has no gates: it makes the layer's output of what the cells give.
 */
export type Part = (typeof PARTS)[number];

export interface Spread {
  /** Euclidean: the root of the sum of squares. */
  readonly norm: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface GateSlice extends Spread {
  readonly gate: Gate | GruGate;
  /**
   * As papers and Keras write it: W_i, U_f, b_c; c is the candidate, which is g elsewhere in this project. Of a GRU W_r,
   * U_z, b_n, and b'_n for the bias of the state.
   */
  readonly symbol: string;
  /** Columns [from, to). */
  readonly from: number;
  readonly to: number;
}

/** Where in the network a tensor of an LSTM layer belongs. */
export interface Position {
  /** From 1. */
  readonly layer: number;
  readonly backward: boolean;
  readonly part: Part;
}

export interface TensorFacts extends Spread {
  readonly name: string;
  readonly shape: readonly number[];
  readonly matrix: Matrix;
  /** Undefined of an embedding and of dense layers, which have no gates. */
  readonly position: Position | undefined;
  readonly gates: readonly GateSlice[];
}

const SYMBOLS: Readonly<Record<Part, string>> = {
  kernel: 'W',
  recurrent: 'U',
  bias: 'b',
  'recurrent-bias': "b'",
  projection: 'P',
};

/**
 * All tensors in canonical order.
 * @param layers those of LSTM and GRU cells as their file has them, where these are more than the network's, or otherwise
 */
export function describeWeights(
  architecture: Architecture,
  parameters: Parameters,
  layers?: readonly (ForeignLstm | ForeignGru)[],
): TensorFacts[] {
  const tensors = listTensors(parameters);
  const order = isGruNetwork(architecture) ? GRU_GATES : GATES;
  const all = tensorShapes(architecture).map(({ name }, index) => describeTensor(name, tensors[index]!, order));
  if (layers === undefined) return all;
  const [first, last] = [all.findIndex(isOfLayer), all.findLastIndex(isOfLayer)];
  return [...all.slice(0, first), ...layers.flatMap(describeLayer), ...all.slice(last + 1)];
}

const isOfLayer = ({ position }: TensorFacts) => position !== undefined;

function describeLayer(layer: ForeignLstm | ForeignGru, index: number): TensorFacts[] {
  const { forward, backward } = layer.kind === 'gru' ? layer : (layer.stored ?? layer);
  const order = layer.kind === 'gru' ? GRU_GATES : GATES;
  const directions: [prefix: string, direction: (StoredDirection & GruParameters) | undefined][] = [
    ['', forward],
    ['backward_', backward],
  ];
  return directions.flatMap(([prefix, direction]) => {
    if (direction === undefined) return [];
    const { kernel, recurrentKernel, bias, recurrentBias, projection } = direction;
    const name = (part: string) => `layer${index + 1}.${prefix}${part}`;
    return [
      describeTensor(name('kernel'), kernel, order),
      describeTensor(name('recurrent_kernel'), recurrentKernel, order),
      describeTensor(name('bias'), bias, order),
      ...(recurrentBias === undefined ? [] : [describeTensor(name('recurrent_bias'), recurrentBias, order)]),
      ...(projection === undefined ? [] : [describeTensor(name('projection'), projection)]),
    ];
  });
}

function describeTensor(name: string, matrix: Matrix, order: readonly (Gate | GruGate)[] = GATES): TensorFacts {
  const { rows, columns } = matrix;
  const position = positionOf(name);
  const hasGates = position !== undefined && position.part !== 'projection';
  return {
    name,
    shape: name.endsWith('bias') ? [columns] : [rows, columns],
    matrix,
    position,
    ...spreadOf(matrix, 0, columns),
    gates: hasGates ? order.map((gate, index) => describeGate(matrix, gate, index, order.length, position.part)) : [],
  };
}

function positionOf(name: string): Position | undefined {
  const [, layer, backward, kind] =
    /^layer(\d+)\.(backward_)?(kernel|recurrent_kernel|bias|recurrent_bias|projection)$/.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const part =
    kind === 'recurrent_kernel' ? 'recurrent' : kind === 'recurrent_bias' ? 'recurrent-bias' : (kind as Part);
  return { layer: Number(layer), backward: backward !== undefined, part };
}

function describeGate(matrix: Matrix, gate: Gate | GruGate, index: number, gates: number, part: Part): GateSlice {
  const units = matrix.columns / gates;
  const [from, to] = [index * units, (index + 1) * units];
  return { gate, symbol: `${SYMBOLS[part]}_${gate === 'g' ? 'c' : gate}`, from, to, ...spreadOf(matrix, from, to) };
}

function spreadOf(matrix: Matrix, from: number, to: number): Spread {
  let squares = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < matrix.rows; row++) {
    for (const value of sliceRow(matrix, row, from, to)) {
      squares += value * value;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }
  }
  return { norm: Math.sqrt(squares), minimum, maximum };
}

/** Columns [from, to) of a row. */
export function sliceRow({ columns, data }: Matrix, row: number, from: number, to: number): Float32Array {
  return data.subarray(row * columns + from, row * columns + to);
}
