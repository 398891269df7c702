// Keras files as foreign networks: HDF5 of every version, whole models or weights only, and the archives of Keras 3.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { readBytes } from '../../../files/files.ts';
import { readZip } from '../../../files/zip.ts';
import type { Matrix } from '../../../lstm/parameters.ts';
import {
  type ForeignDense,
  type ForeignEmbedding,
  type ForeignLayer,
  type ForeignLstm,
  type ForeignNetwork,
  type FunctionOptions,
  unsupported,
} from '../../foreign.ts';
import { biasOf, describeLayouts, type Layout, looksLikeLstm, matrix, readLstm } from './arrays.ts';
import { decodeHdf5, type Hdf5Content } from './hdf5.ts';
import { type ReadLayers, readLayers } from './layers.ts';
import { parseModelConfig } from './model-config.ts';
import { listedWeights, type NamedArray, type StoredLayer, variableWeights } from './stored-weights.ts';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/**
 * Reads `.h5`, `.hdf5` and `.weights.h5` files of Keras 1, 2 and 3.
 * @param options functions of a file of weights alone, which does not say them; of no use where the file does
 * @throws {InputError} a file that is broken, holds no LSTM, or a layer that is not supported, by its name
 */
export async function readKerasHdf5(path: string, options: FunctionOptions = {}): Promise<ForeignNetwork> {
  return readKerasContent(await decodeHdf5(readBytes(path), path), 'HDF5', path, options);
}

/**
 * What a file holds that Keras wrote, or what another kind of file holds of a Keras model, in the layout of HDF5 files.
 * @param kind of the file, for its name
 */
export function readKerasContent(
  content: Hdf5Content,
  kind: string,
  path: string,
  options: FunctionOptions = {},
): ForeignNetwork {
  const version = attribute(content, 'keras_version');
  const config = attribute(content, 'model_config');
  if (config !== undefined) {
    if (Object.keys(options).length > 0) {
      const fix = 'Leave the options out; they are for files of weights alone.';
      throw new InputError('The file itself says which functions its layers have.', { file: path }, fix);
    }
    const { chain, stored } = parseModelConfig(config, path);
    const weights = listedWeights(content, path) ?? variableWeights(content, stored);
    return network(readLayers(chain, weights, majorVersion(version, path), path), name(version, kind));
  }
  const listed = listedWeights(content, path);
  const { layers } = listed ?? variableWeights(content);
  const form = version === undefined && listed === undefined ? `${kind} by variables` : kind;
  return network(readWeightsOnly(layers, options, path), name(version, `${form}, weights only`));
}

/** Of the file, or of the group in which whole models keep their weights. */
function attribute({ attributes }: Hdf5Content, key: string): string | undefined {
  const value = attributes.get('')?.get(key) ?? attributes.get('model_weights')?.get(key);
  return typeof value === 'string' ? value : undefined;
}

const metadataSchema = z.object({ keras_version: z.string() });

/**
 * Reads the `.keras` archive of Keras 3, and of Keras 2 from 2.12 on.
 * @throws {InputError} as {@link readKerasHdf5}; an archive that is broken or would take up far more than its size
 */
export async function readKerasArchive(path: string): Promise<ForeignNetwork> {
  const files = readZip(readBytes(path), [CONFIG, METADATA, WEIGHTS], path);
  const take = (wanted: string) => {
    const content = files.get(wanted);
    if (content !== undefined) return content;
    const fix = 'Choose a file that Keras wrote with model.save("name.keras").';
    throw new InputError(`It holds no "${wanted}", as archives of Keras do.`, { file: path }, fix);
  };
  const { chain, stored } = parseModelConfig(utf8(take(CONFIG)), path);
  const version = versionOf(utf8(take(METADATA)));
  const content = await decodeHdf5(take(WEIGHTS), `${path} (${WEIGHTS})`);
  const weights = variableWeights(content, stored);
  return network(readLayers(chain, weights, majorVersion(version, path), path), name(version, 'archive'));
}

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function versionOf(metadata: string): string | undefined {
  try {
    return metadataSchema.parse(JSON.parse(metadata)).keras_version;
  } catch {
    return undefined;
  }
}

const name = (version: string | undefined, form: string) =>
  `Keras${version === undefined ? '' : ` ${version}`}, ${form}`;

/** Keras 1 said its version from 1.1 on. */
function majorVersion(version: string | undefined, file: string): number {
  const major = version === undefined ? 1 : Number(/^(\d+)\./.exec(version)?.[1] ?? Number.NaN);
  if (major >= 0) return major;
  throw unsupported(`It was written by Keras "${version}"`, { file }, 'Save the model again, with Keras 1, 2 or 3.');
}

function network({ layers, layouts, notes, stateful }: ReadLayers, format: string): ForeignNetwork {
  return {
    format,
    layers,
    ...describeLayouts(layouts),
    stateful,
    notes,
  };
}

// Weights alone: names and shapes tell which layers they make; their functions are assumed.

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
    `The file does not say which functions its layers have. Assumed are ${taken.join(', ')}. Name others where the ` +
      'model had others: before Keras 2.3, gates had a hard sigmoid by default.',
  ];
  return { layers: finished, layouts, notes, stateful: false };
}

function widthOf(layer: ForeignLayer): number {
  if (layer.kind === 'embedding') return layer.table.columns;
  if (layer.kind === 'dense') return layer.kernel.columns;
  return layer.forward.recurrentKernel.rows * (layer.backward === undefined ? 1 : 2);
}

/** A network that reads numbers of characters is assumed to predict the next one. */
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
