// TensorFlow.js layers models: model.json, which holds Keras's description of the layers and the manifest of the
// weights, and binary shards beside it. Graph models are another format, which has no layers any more.
import { statSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { runLayersModel } from '../../../engines/index.ts';
import { explainingFailure } from '../../../files/files.ts';
import { parseWith, readJson } from '../../../files/json.ts';
import { fileBelow } from '../../../files/open.ts';
import { type ForeignNetwork, unsupported } from '../../foreign.ts';
import type { LayeredModel } from '../../graph/model.ts';
import { parseTopology } from '../keras/topology.ts';
import { readWholeModel } from '../keras/whole-model.ts';
import { manifestSchema, namedWeights, readWeights, SAVE_AGAIN, unusedArrays, type Weights } from './weights.ts';

const fileSchema = z.object({
  format: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()).nullish(),
  weightsManifest: z.unknown().optional(),
});
const versionSchema = z.object({ keras_version: z.string().nullish() });

/** What TensorFlow.js assumes where the description of a layer is silent. */
const DEFAULTS: Readonly<Record<string, object>> = {
  LSTM: { activation: 'tanh', recurrent_activation: 'hard_sigmoid' },
  GRU: { activation: 'tanh', recurrent_activation: 'hard_sigmoid' },
  Dense: { activation: 'linear' },
};

/** What makes something to open of the model that a graph model was converted from. */
const CONVERT = [
  'Open the model that it was converted from: a Keras file as it is, and a SavedModel as ONNX by',
  '`pip install tf2onnx` and `python -m tf2onnx.convert --saved-model folder --output model.onnx`;',
  'or convert a Keras file again by `tensorflowjs_converter --input_format=keras --output_format=tfjs_layers_model model.h5 folder`.',
].join(' ');

const FORMAT = 'TensorFlow.js layers model';

/** Its hard sigmoid is that of Keras 2, whose descriptions it reads and writes. */
const KERAS = 2;

const isFolder = (path: string) => explainingFailure('read', path, () => statSync(path)).isDirectory();

/**
 * @param path model.json, or the folder that holds it
 * @throws {InputError} a model of another format or with what is not supported, by name; files that are missing, cut
 *   off or lie elsewhere
 */
export async function readTfjs(path: string): Promise<ForeignNetwork | LayeredModel> {
  const file = isFolder(path) ? fileBelow(path, 'model.json') : path;
  const { format, modelTopology, weightsManifest } = readJson(file, fileSchema, SAVE_AGAIN);
  if (format === 'graph-model' || modelTopology?.node !== undefined) {
    throw unsupported('It is a graph model, which holds operations and no layers, and that', { file }, CONVERT);
  }
  if (modelTopology === undefined || modelTopology === null || weightsManifest === undefined) {
    const missing = weightsManifest === undefined ? 'weightsManifest' : 'modelTopology';
    throw new InputError(`It has no "${missing}".`, { file }, SAVE_AGAIN);
  }
  const { keras_version } = parseWith(versionSchema, modelTopology, file, SAVE_AGAIN, 'modelTopology');
  if (keras_version?.startsWith('3.')) {
    const what = `It was converted from Keras ${keras_version}, whose description TensorFlow.js does not read either`;
    throw unsupported(what, { file }, 'Import the .keras file itself.');
  }
  const config = describe(modelTopology);
  const topology = parseTopology(config, file);
  const manifest = parseWith(manifestSchema, weightsManifest, file, SAVE_AGAIN, 'weightsManifest');
  const weights = readWeights(manifest, file);
  const named = namedWeights(weights.tensors, file);
  const found = readWholeModel({ config, topology, weights: named, version: KERAS, format: FORMAT }, file);
  const unused = unusedArrays(weights.tensors, config);
  const notes = [
    ...found.notes,
    ...weights.quantized.map((dtype) => `Weights were stored as ${dtype}, and are restored as far as that goes.`),
    ...(unused.length === 0 ? [] : [`Left out, as no layer asks for them: ${unused.join(', ')}.`]),
  ];
  // What TensorFlow.js runs is the whole of the file.
  const withRun = (network: ForeignNetwork): ForeignNetwork => {
    if (network.withoutHead !== undefined) return { ...network, notes };
    const isEmbedded = network.layers[0]?.kind === 'embedding';
    return {
      ...network,
      notes,
      run: (sequence, steps) =>
        run(modelTopology, weights, sequence, isEmbedded ? [1, steps] : [1, steps, sequence.length / steps], file),
    };
  };
  if (!('nodes' in found)) return withRun(found);
  return { ...found, notes, ...(found.whole === undefined ? {} : { whole: withRun(found.whole) }) };
}

/** Keras's description of the model, which the converter puts one level deeper, with all defaults written out. */
function describe(modelTopology: Readonly<Record<string, unknown>>): string {
  const model = JSON.stringify(modelTopology.model_config ?? modelTopology);
  return JSON.stringify(
    JSON.parse(model, (_, value) => {
      const defaults = Object.hasOwn(DEFAULTS, value?.class_name) ? DEFAULTS[value.class_name] : undefined;
      return defaults === undefined ? value : { ...value, config: { ...defaults, ...value.config } };
    }),
  );
}

/** Lets TensorFlow.js read a sequence as one batch, for which the sequence's shape is put in the place of the model's. */
async function run(
  modelTopology: object,
  { specs, data }: Weights,
  sequence: Float32Array,
  shape: number[],
  file: string,
) {
  const topology: object = JSON.parse(JSON.stringify(modelTopology), (key, value) => {
    if (key === 'batch_input_shape') return shape;
    return key === 'input_length' ? null : value;
  });
  try {
    return await runLayersModel({ topology, specs, data }, sequence, shape);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`TensorFlow.js itself cannot run it: ${reason}`, { file }, SAVE_AGAIN);
  }
}
