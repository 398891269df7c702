// A Keras file of weights alone: which layers they make is told by names and shapes, their functions are taken for granted.
import { InputError } from '../../../base/errors.ts';
import type { Matrix } from '../../../lstm/parameters.ts';
import type { ForeignDense, ForeignEmbedding, ForeignLayer, ForeignLstm, FunctionOptions } from '../../foreign.ts';
import { biasOf, type Layout, looksLikeLstm, matrix, readLstm } from './arrays.ts';
import type { ReadLayers } from './layers.ts';
import type { NamedArray, StoredLayer } from './stored-weights.ts';

const isMatrix = ({ shape }: NamedArray) => shape.length === 2;

function isDense([kernel, bias, ...others]: readonly NamedArray[]): boolean {
  if (kernel === undefined || bias === undefined || others.length > 0) return false;
  return isMatrix(kernel) && bias.shape.length === 1 && bias.shape[0] === kernel.shape[1];
}

/** Halves, where there are the arrays of two directions. */
function directionsOf(arrays: readonly NamedArray[]): (readonly NamedArray[])[] {
  if (looksLikeLstm(arrays)) return [arrays];
  const halves = [arrays.slice(0, arrays.length / 2), arrays.slice(arrays.length / 2)];
  return arrays.length % 2 === 0 && halves.every(looksLikeLstm) ? halves : [];
}

/**
 * Takes the layers that can follow each other, in the order of the file: an embedding, LSTM layers, dense layers. What
 * is none of these, or does not fit what comes before it, is left out and named in the notes.
 * @param options functions other than tanh, the logistic sigmoid, and for dense layers relu, or softmax above an embedding
 * @throws {InputError} where no LSTM layer is left
 */
export function readWeightsOnly(
  stored: readonly StoredLayer[],
  { cellActivation = 'tanh', recurrentActivation = { kind: 'sigmoid' }, ...dense }: FunctionOptions,
  file: string,
): ReadLayers {
  const layers: ForeignLayer[] = [];
  const layouts: Layout[] = [];
  const leftOut: string[] = [];
  /** Of what the next layer reads; unknown before the first. */
  let width: number | undefined;

  const fits = (kernel: Matrix) => width === undefined || kernel.rows === width;
  const readRecurrent = (name: string, directions: (readonly NamedArray[])[]): ForeignLstm | undefined => {
    const [ahead, back] = directions.map((arrays) => readLstm(arrays, name, file));
    if (ahead === undefined || !fits(ahead.parameters.kernel) || layers.at(-1)?.kind === 'dense') return undefined;
    layouts.push(ahead.layout);
    const backward = back === undefined ? {} : { backward: back.parameters };
    return { kind: 'lstm', name, forward: ahead.parameters, ...backward, cellActivation, recurrentActivation };
  };
  const readDense = (name: string, arrays: readonly NamedArray[]): ForeignDense | undefined => {
    if (!isDense(arrays) || width === undefined || layers.at(-1)?.kind === 'embedding') return undefined;
    const kernel = matrix(arrays[0]!, file);
    if (!fits(kernel)) return undefined;
    return { kind: 'dense', name, kernel, bias: biasOf(arrays[1], kernel.columns, file), activation: 'linear' };
  };
  const readEmbedding = (name: string, [table, ...others]: readonly NamedArray[]): ForeignEmbedding | undefined => {
    if (table === undefined || others.length > 0 || !isMatrix(table) || layers.length > 0) return undefined;
    return /embedding/i.test(`${name}/${table.name}`)
      ? { kind: 'embedding', name, table: matrix(table, file) }
      : undefined;
  };

  for (const { name, arrays } of stored) {
    const layer = readEmbedding(name, arrays) ?? readRecurrent(name, directionsOf(arrays)) ?? readDense(name, arrays);
    if (layer === undefined)
      leftOut.push(`"${name}" (${arrays.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')})`);
    else {
      layers.push(layer);
      width = widthOf(layer);
    }
  }
  if (!layers.some(({ kind }) => kind === 'lstm')) {
    const found = leftOut.length === 0 ? 'none at all' : leftOut.join(', ');
    throw new InputError(`None of its layers is an LSTM layer; it has ${found}.`, { file }, 'Choose another file.');
  }
  const finished = withFunctions(layers, dense);
  const taken = [
    `${cellActivation} in the cells`,
    `${recurrentActivation.kind} at the gates`,
    ...finished.flatMap((layer) => (layer.kind === 'dense' ? [`${layer.activation} for "${layer.name}"`] : [])),
  ];
  const notes = [
    ...(leftOut.length === 0
      ? []
      : [`Left out, for they are not supported or do not fit the layer before: ${leftOut.join(', ')}.`]),
    `The file does not say which functions its layers have. Taken are ${taken.join(', ')}. Name others where the ` +
      'model had others: before Keras 2.3, gates had a hard sigmoid unless told otherwise.',
  ];
  return { layers: finished, layouts, notes, stateful: false };
}

function widthOf(layer: ForeignLayer): number {
  if (layer.kind === 'embedding') return layer.table.columns;
  if (layer.kind === 'dense') return layer.kernel.columns;
  return layer.forward.recurrentKernel.rows * (layer.backward === undefined ? 1 : 2);
}

/** What reads numbers of characters is taken to foresee the next one. */
function withFunctions(
  layers: readonly ForeignLayer[],
  { hiddenActivation = 'relu', outputActivation }: FunctionOptions,
): ForeignLayer[] {
  const output = outputActivation ?? (layers[0]?.kind === 'embedding' ? 'softmax' : 'linear');
  return layers.map((layer, index) => {
    if (layer.kind !== 'dense') return layer;
    return { ...layer, activation: index === layers.length - 1 ? output : hiddenActivation };
  });
}
