// TensorFlow's checkpoints and SavedModels as foreign networks: their variables by name, and of a model that Keras saved
// also its description. The graph of operations in a SavedModel is not read.
import { join } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { isFile, readBytes, readText } from '../../../files/files.ts';
import { type ForeignNetwork, unsupported } from '../../foreign.ts';
import type { LayeredModel } from '../../graph/model.ts';
import { cellActivation, recurrentActivation } from '../keras/functions.ts';
import type { Attributes, Hdf5Content, StoredArray } from '../keras/hdf5.ts';
import { readKerasContent } from '../keras/read.ts';
import type { StoredLayer } from '../keras/stored-weights.ts';
import type { WeightsOptions } from '../keras/weights-only.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { firstLayers } from './first.ts';
import { frozenVariables, refuseFrozen } from './frozen.ts';
import { type KerasMetadata, readMetadata } from './metadata.ts';
import { inOrder, isListed, type PlacedVariable, placeVariables, type SavedLayer, savedLayers } from './objects.ts';
import { tensorflowPlace } from './places.ts';
import { WireError } from './wire.ts';

const CONVERT = `Make a model of Keras of its layers, in Python; as it stands each reads the one before it, so change that where yours are connected otherwise (the first line is for TensorFlow 2.16 or later, with tf_keras installed):
    import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf
    layers = [layer for layer in tf.keras.models.load_model("folder").layers if hasattr(layer, "cell")]
    x = inputs = tf.keras.Input((None, layers[0].cell.kernel.shape[0]))
    for layer in layers: x = layer(x)
    tf.keras.Model(inputs, x).save("model.keras")`;

/**
 * Reads a SavedModel, a checkpoint or a frozen graph.
 * @param path a folder, one of the files in it, or what the files of a checkpoint have in common
 * @throws {InputError} files that are broken or missing; what is not supported, by its name
 */
export function readTensorflow(path: string, options: WeightsOptions = {}): ForeignNetwork | LayeredModel {
  const place = tensorflowPlace(path);
  if (place === undefined) return frozenGraph(path, options);
  if (place.format === 'tensorflow-saved-model') return savedModel(place.folder, options);
  return weightsAlone(readCheckpoint(latestIndex(place.folder, place.indices)), 'checkpoint', path, options);
}

function savedModel(folder: string, options: WeightsOptions): ForeignNetwork | LayeredModel {
  const index = join(folder, 'variables', 'variables.index');
  if (!isFile(index)) {
    const fix = 'Put the folder "variables" of the same model beside saved_model.pb: it holds the numbers.';
    throw new InputError('It is a SavedModel of TensorFlow without its variables.', { file: folder }, fix);
  }
  const checkpoint = readCheckpoint(index);
  const file = join(folder, 'keras_metadata.pb');
  const metadata = isFile(file) ? metadataOf(file) : undefined;
  if (metadata?.modelConfig !== undefined) {
    const content = withDescription(checkpoint, metadata, metadata.modelConfig);
    return readKerasContent(content, 'SavedModel', folder, options);
  }
  const said = metadata === undefined ? {} : functionsOf(metadata, folder);
  return weightsAlone(checkpoint, 'SavedModel', folder, { ...said, ...options });
}

function frozenGraph(file: string, options: WeightsOptions): ForeignNetwork | LayeredModel {
  const variables = frozenVariables(file);
  if (![...variables.keys()].some((name) => /lstm.*\/kernel$/i.test(name))) refuseFrozen(file);
  return weightsAlone({ variables, nodes: [] }, 'frozen graph', file, options);
}

function metadataOf(file: string): KerasMetadata {
  try {
    return readMetadata(readBytes(file));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InputError(`It cannot be read: ${error.message}.`, { file }, 'Save the model again.');
  }
}

/** The layout of an HDF5 file that Keras 2 writes: the arrays of each layer of the description, by its name. */
function withDescription(checkpoint: Checkpoint, metadata: KerasMetadata, modelConfig: string): Hdf5Content {
  const variables = placeVariables(checkpoint);
  const layers = metadata.nodes.flatMap(({ path, name }) => {
    const [root, child, ...deeper] = path.split('.');
    if (root !== 'root' || child === undefined || deeper.length > 0) return [];
    const own = variables.filter((variable) => variable.path.startsWith(`${child}/`));
    return own.length === 0 ? [] : [{ name, arrays: inOrder(own).map(named) }];
  });
  const { kerasVersion } = metadata;
  const head: Attributes = new Map([
    ['model_config', modelConfig],
    ...(kerasVersion === undefined ? [] : [['keras_version', kerasVersion] as const]),
  ]);
  return contentOf(layers, head);
}

const named = ({ path, fullName, variable }: PlacedVariable) => ({
  name: fullName.includes('/') ? fullName : path,
  shape: variable.shape,
  data: variable.read(),
});

/** Keras's layout for layers alone: the group of each lists its arrays. */
function contentOf(layers: readonly StoredLayer[], head: Attributes = new Map()): Hdf5Content {
  const attributes = new Map<string, Attributes>([
    ['', new Map([...head, ['layer_names', layers.map(({ name }) => name)]])],
  ]);
  const arrays = new Map<string, StoredArray>();
  for (const { name, arrays: own } of layers) {
    attributes.set(name, new Map([['weight_names', own.map((array) => array.name)]]));
    for (const { name: weight, shape, data } of own) arrays.set(`${name}/${weight}`, { shape, data });
  }
  return { attributes, arrays };
}

function weightsAlone(
  checkpoint: Checkpoint,
  kind: string,
  path: string,
  options: WeightsOptions,
): ForeignNetwork | LayeredModel {
  if (checkpoint.variables.size === 0) {
    throw unsupported('It holds no variable of floating-point numbers', { file: path }, 'Take another checkpoint.');
  }
  const fromKeras = (layers: readonly StoredLayer[]) => readKerasContent(contentOf(layers), kind, path, options);
  if (checkpoint.nodes.length > 0) {
    const variables = placeVariables(checkpoint);
    const layers = savedLayers(variables);
    checkOrdered(layers, variables, path);
    const network = fromKeras(layers.map(({ name, variables }) => ({ name, arrays: variables.map(named) })));
    return withFacts(network, { format: `TensorFlow 2, ${kind}, weights only` });
  }
  const { layers, joined, assumed } = firstLayers(checkpoint.variables, path);
  const network = fromKeras(layers);
  const hasGru = 'nodes' in network;
  const gateOrder = `${hasGru ? 'r z and n apart' : 'i g f o'}, kernel and recurrent kernel in one matrix`;
  return withFacts(
    network,
    { format: `TensorFlow 1, ${kind}, weights only`, ...(joined ? { gateOrder, biases: 'one' } : {}) },
    assumed,
  );
}

/** What is known of the file, of the network that is computed whole too. */
function withFacts(
  network: ForeignNetwork | LayeredModel,
  facts: Partial<Pick<ForeignNetwork, 'format' | 'gateOrder' | 'biases'>>,
  assumed: readonly string[] = [],
): ForeignNetwork | LayeredModel {
  const told = { ...facts, assumed: [...assumed, ...(network.assumed ?? [])] };
  if (!('nodes' in network)) return { ...network, ...told };
  const { whole } = network;
  if (whole === undefined) return { ...network, ...told };
  return { ...network, ...told, whole: { ...whole, ...facts, assumed: [...assumed, ...(whole.assumed ?? [])] } };
}

/** @throws {InputError} several LSTM layers in a list that is in no order, as `model.export` writes it */
function checkOrdered(layers: readonly SavedLayer[], variables: readonly PlacedVariable[], path: string): void {
  const recurrent = layers.filter((layer) => layer.variables.some(({ fullName }) => /recurrent_kernel/.test(fullName)));
  if (recurrent.length < 2 || !variables.every((variable) => isListed(variable.path))) return;
  throw new InputError(
    `Its variables are a list in no order, so it is not known which of its recurrent layers reads which: ${recurrent.map(({ name }) => name).join(', ')}.`,
    { file: path },
    'Save the model itself, with model.save("model.keras").',
  );
}

/** The functions that the layers of a model of its own class have, where all have the same. */
function functionsOf({ nodes, kerasVersion }: KerasMetadata, folder: string): WeightsOptions {
  const version = Number(/^\d+/.exec(kerasVersion ?? '2')?.[0] ?? 2);
  const found = nodes
    .filter(({ className }) => className === 'LSTM')
    .map((layer) => ({
      cellActivation: cellActivation({ ...layer, module: '' }, version, folder),
      recurrentActivation: recurrentActivation({ ...layer, module: '' }, version, folder),
    }));
  const [first] = found;
  if (first === undefined) return {};
  if (found.every((one) => JSON.stringify(one) === JSON.stringify(first))) return first;
  throw unsupported('Its LSTM layers have different activations', { file: folder }, CONVERT);
}

/** The `.index` file that a folder's `checkpoint` names as its latest, or the only one there is. */
function latestIndex(folder: string, indices: readonly string[]): string {
  const list = join(folder, 'checkpoint');
  const latest = isFile(list) ? /^model_checkpoint_path: "(.*)"$/m.exec(readText(list))?.[1] : undefined;
  const named = latest === undefined ? undefined : `${latest.split(/[\\/]/).at(-1)}.index`;
  const only = indices.length === 1 ? indices[0] : undefined;
  const index = named !== undefined && indices.includes(named) ? named : only;
  if (index !== undefined) return join(folder, index);
  throw new InputError(
    `It holds ${indices.length} checkpoints: ${indices.slice(0, 5).join(', ')}.`,
    { file: folder },
    `Give one of them, such as ${join(folder, indices.at(-1) ?? 'model.ckpt.index')}.`,
  );
}
