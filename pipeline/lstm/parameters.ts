// What an LSTM is made of, and in which order: the canonical form that every file format is converted to.

/** The gates in the order of their columns in a kernel; g is the candidate, which Keras calls c. */
export const GATES = ['i', 'f', 'g', 'o'] as const;
export type Gate = (typeof GATES)[number];

/**
 * σ(x), or clip(slope·x + offset, 0, 1): 0.2 and 0.5 in Keras 1, 2 and TensorFlow.js, 1/6 and 0.5 in Keras 3. With any
 * other the gates need not lie between 0 and 1.
 */
export type RecurrentActivation =
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'hard-sigmoid'; readonly slope: number; readonly offset: number }
  | { readonly kind: 'other'; readonly function: CellActivation };

/** The function of a dense layer. */
export type Activation = 'linear' | 'tanh' | 'sigmoid' | 'relu';
export type OutputActivation = Activation | 'softmax';

/** The function of the candidate g and of c on its way to h. In brackets what it takes besides. */
export type CellActivation =
  | Activation
  | `leaky-relu(${number})`
  | 'relu6'
  | 'elu'
  | `elu(${number})`
  | 'selu'
  | 'exponential'
  | 'softplus'
  | 'softsign'
  | 'log-sigmoid'
  | 'hard-tanh'
  | `hard-sigmoid(${number},${number})`
  | 'swish'
  | 'hard-swish'
  | 'mish'
  | 'gelu'
  | 'gelu-tanh';

/** A dense layer between the last LSTM layer and the output. */
export interface HiddenLayer {
  readonly units: number;
  readonly activation: Activation;
}

export interface Architecture {
  /** What it reads at each step: the number of a character (the default), or a row of numbers. */
  readonly reads?: 'characters' | 'numbers';
  /** The size of the vocabulary, or the count of numbers in a row. */
  readonly inputs: number;
  /** Width of the embedding of characters; left out where the first layer reads them one-hot. */
  readonly embedding?: number;
  /** Units of each LSTM layer, first to last. */
  readonly units: readonly number[];
  /** For each layer whether it reads backwards too, with as many units again; left out where none does. */
  readonly bidirectional?: readonly boolean[];
  /** Dense layers below the last one; left out where there are none. */
  readonly hidden?: readonly HiddenLayer[];
  /** Width of the last dense layer; 0 where there is none, and the last LSTM layer's h is the output. */
  readonly outputs: number;
  /** Softmax where left out. */
  readonly outputActivation?: OutputActivation;
  readonly cellActivation: CellActivation;
  readonly recurrentActivation: RecurrentActivation;
  /** What its cells are where they are no LSTM's: see gru.ts. */
  readonly cell?: GruCell;
}

/** Cells of a GRU, and which of the two variants they are. */
export interface GruCell {
  readonly kind: 'gru';
  readonly resetsAfter: boolean;
}

/** A row-major matrix; a vector is a matrix of one row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** One direction of one layer. */
export interface LayerParameters<M = Matrix> {
  /** [inputs, 4·units], of a GRU 3·units */
  readonly kernel: M;
  /** [units, 4·units], of a GRU 3·units */
  readonly recurrentKernel: M;
  /** [1, 4·units], of a GRU 3·units */
  readonly bias: M;
  /** Of a GRU that resets after the product, [1, 3·units]: what is added to h·U. */
  readonly recurrentBias?: M;
}

export interface DenseParameters<M = Matrix> {
  /** [inputs, outputs] */
  readonly kernel: M;
  /** [1, outputs] */
  readonly bias: M;
}

export interface Parameters<M = Matrix> {
  /** [inputs, embedding] */
  readonly embedding?: M;
  readonly layers: readonly LayerParameters<M>[];
  /** For each layer the direction that reads backwards; undefined where it reads forwards only. */
  readonly backward: readonly (LayerParameters<M> | undefined)[];
  /** The hidden layers and the output; empty where there is no output layer. */
  readonly dense: readonly DenseParameters<M>[];
}

/** Whether it reads rows of numbers; else the numbers of characters. */
export function readsNumbers({ reads }: Pick<Architecture, 'reads'>): boolean {
  return reads === 'numbers';
}

/** Whether a layer, from 0, reads backwards too. */
export function isBidirectional({ bidirectional }: Architecture, layer: number): boolean {
  return bidirectional?.[layer] === true;
}

/** Whether its cells are those of a GRU. */
export function isGruNetwork({ cell }: Pick<Architecture, 'cell'>): boolean {
  return cell !== undefined;
}

/** Whether all its layers are of LSTM cells and read forwards alone. */
export function isForwardLstm(architecture: Pick<Architecture, 'cell' | 'bidirectional'>): boolean {
  return !isGruNetwork(architecture) && !architecture.bidirectional?.includes(true);
}

/** Width of what a layer passes upwards: its units, twice where it reads both ways. */
export function layerWidth(architecture: Architecture, layer: number): number {
  return architecture.units[layer]! * (isBidirectional(architecture, layer) ? 2 : 1);
}

/** Width of what a layer reads. */
export function inputWidth(architecture: Architecture, layer: number): number {
  return layer === 0 ? (architecture.embedding ?? architecture.inputs) : layerWidth(architecture, layer - 1);
}

interface NamedShape {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** Name and shape of every tensor, in the order in which they are stored, optimised and counted. */
export function tensorShapes(architecture: Architecture): NamedShape[] {
  const { inputs, embedding, units, hidden = [], outputs, cell } = architecture;
  const gates = cell === undefined ? GATES.length : 3;
  const table = embedding === undefined ? [] : [{ name: 'embedding', rows: inputs, columns: embedding }];
  const layers = units.flatMap((size, layer) =>
    directionsOf(architecture, layer).flatMap((prefix) => [
      { name: `${prefix}kernel`, rows: inputWidth(architecture, layer), columns: gates * size },
      { name: `${prefix}recurrent_kernel`, rows: size, columns: gates * size },
      { name: `${prefix}bias`, rows: 1, columns: gates * size },
      ...(cell?.resetsAfter ? [{ name: `${prefix}recurrent_bias`, rows: 1, columns: gates * size }] : []),
    ]),
  );
  const widths = [layerWidth(architecture, units.length - 1), ...hidden.map((layer) => layer.units), outputs];
  const dense = denseNames(architecture).flatMap((name, index) => [
    { name: `${name}.kernel`, rows: widths[index]!, columns: widths[index + 1]! },
    { name: `${name}.bias`, rows: 1, columns: widths[index + 1]! },
  ]);
  return [...table, ...layers, ...dense];
}

/** What the names of a layer's tensors begin with, a direction each. */
function directionsOf(architecture: Architecture, layer: number): string[] {
  const name = `layer${layer + 1}.`;
  return isBidirectional(architecture, layer) ? [name, `${name}backward_`] : [name];
}

function denseNames({ hidden = [], outputs }: Architecture): string[] {
  return outputs === 0 ? [] : [...hidden.map((_, index) => `hidden${index + 1}`), 'dense'];
}

/** The tensors of {@link tensorShapes}, in its order. */
export function listTensors<M>({ embedding, layers, backward, dense }: Parameters<M>): M[] {
  const directions = layers.flatMap((layer, index) => [layer, backward[index]]);
  return [
    ...(embedding === undefined ? [] : [embedding]),
    ...directions.flatMap((part) => {
      if (part === undefined) return [];
      const { kernel, recurrentKernel, bias, recurrentBias } = part;
      return [kernel, recurrentKernel, bias, ...(recurrentBias === undefined ? [] : [recurrentBias])];
    }),
    ...dense.flatMap(({ kernel, bias }) => [kernel, bias]),
  ];
}

/** The values of every tensor by its name, as the inputs of a computation. */
export function namedValues(architecture: Architecture, parameters: Parameters): Record<string, Float32Array> {
  const tensors = listTensors(parameters);
  return Object.fromEntries(tensorShapes(architecture).map(({ name }, index) => [name, tensors[index]!.data]));
}

/** Puts a list in the order of {@link tensorShapes} back together. */
export function assembleParameters<M>(architecture: Architecture, tensors: readonly M[]): Parameters<M> {
  const left = tensors.values();
  const next = () => left.next().value!;
  const direction = (): LayerParameters<M> => ({
    kernel: next(),
    recurrentKernel: next(),
    bias: next(),
    ...(architecture.cell?.resetsAfter ? { recurrentBias: next() } : {}),
  });
  const embedding = architecture.embedding === undefined ? {} : { embedding: next() };
  const layers: LayerParameters<M>[] = [];
  const backward: (LayerParameters<M> | undefined)[] = [];
  architecture.units.forEach((_, layer) => {
    layers.push(direction());
    backward.push(isBidirectional(architecture, layer) ? direction() : undefined);
  });
  const dense = denseNames(architecture).map(() => ({ kernel: next(), bias: next() }));
  return { ...embedding, layers, backward, dense };
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
