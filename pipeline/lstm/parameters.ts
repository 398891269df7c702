// What an LSTM is made of, and in which order: the canonical form that every file format is converted to.

/** The gates in the order of their columns in a kernel; g is the candidate, which Keras calls c. */
export const GATES = ['i', 'f', 'g', 'o'] as const;
export type Gate = (typeof GATES)[number];

/** σ(x), or clip(slope·x + offset, 0, 1): 0.2 and 0.5 in Keras 1, 2 and TensorFlow.js, 1/6 and 0.5 in Keras 3. */
export type RecurrentActivation =
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'hard-sigmoid'; readonly slope: number; readonly offset: number };

export type CellActivation = 'tanh';

export interface Architecture {
  /** Width of the first layer's input: the size of the vocabulary. */
  readonly inputs: number;
  /** Units of each LSTM layer, first to last. */
  readonly units: readonly number[];
  /** Width of the dense layer's output. */
  readonly outputs: number;
  readonly cellActivation: CellActivation;
  readonly recurrentActivation: RecurrentActivation;
}

/** A row-major matrix; a vector is a matrix of one row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export interface LayerParameters<M = Matrix> {
  /** [inputs, 4·units] */
  readonly kernel: M;
  /** [units, 4·units] */
  readonly recurrentKernel: M;
  /** [1, 4·units] */
  readonly bias: M;
}

export interface Parameters<M = Matrix> {
  readonly layers: readonly LayerParameters<M>[];
  readonly dense: { /** [units, outputs] */ readonly kernel: M /** [1, outputs] */; readonly bias: M };
}

/** Name and shape of every tensor, in the order in which they are stored, optimised and counted. */
export function tensorShapes({
  inputs,
  units,
  outputs,
}: Architecture): { name: string; rows: number; columns: number }[] {
  const layers = units.flatMap((size, index) => [
    { name: `layer${index + 1}.kernel`, rows: index === 0 ? inputs : units[index - 1]!, columns: 4 * size },
    { name: `layer${index + 1}.recurrent_kernel`, rows: size, columns: 4 * size },
    { name: `layer${index + 1}.bias`, rows: 1, columns: 4 * size },
  ]);
  return [
    ...layers,
    { name: 'dense.kernel', rows: units.at(-1)!, columns: outputs },
    { name: 'dense.bias', rows: 1, columns: outputs },
  ];
}

/** The tensors of {@link tensorShapes}, in its order. */
export function listTensors<M>({ layers, dense }: Parameters<M>): M[] {
  return [...layers.flatMap((l) => [l.kernel, l.recurrentKernel, l.bias]), dense.kernel, dense.bias];
}

/** The values of every tensor by its name, as the inputs of a computation. */
export function namedValues(architecture: Architecture, parameters: Parameters): Record<string, Float32Array> {
  const tensors = listTensors(parameters);
  return Object.fromEntries(tensorShapes(architecture).map(({ name }, index) => [name, tensors[index]!.data]));
}

/** Puts a list in the order of {@link tensorShapes} back together. */
export function assembleParameters<M>(architecture: Architecture, tensors: readonly M[]): Parameters<M> {
  const layers = architecture.units.map((_, index) => ({
    kernel: tensors[3 * index]!,
    recurrentKernel: tensors[3 * index + 1]!,
    bias: tensors[3 * index + 2]!,
  }));
  const last = 3 * architecture.units.length;
  return { layers, dense: { kernel: tensors[last]!, bias: tensors[last + 1]! } };
}

/** Columns [from, to) of one gate in a kernel of a layer of `units` cells. */
export function gateColumns(gate: Gate, units: number): { from: number; to: number } {
  const index = GATES.indexOf(gate);
  return { from: index * units, to: (index + 1) * units };
}

/** Number of trainable values. */
export function countParameters(architecture: Architecture): number {
  return tensorShapes(architecture).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}
