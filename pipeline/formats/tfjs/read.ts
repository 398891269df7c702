// TensorFlow.js layers models: model.json, which holds the layers' configuration and the manifest of the weights, and
// binary shards beside it. Graph models are another format, which has no layers any more.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runLayersModel } from '../../engines/index.ts';
import { InputError } from '../../errors.ts';
import { explainingFailure } from '../files.ts';
import { type ForeignLayer, type ForeignNetwork, unsupported } from '../foreign.ts';
import { parseWith, readJson } from '../json.ts';
import { readLayers } from './layers.ts';
import { orderedLayers, SAVE_AGAIN } from './topology.ts';
import { manifestSchema, readWeights, type Weights } from './weights.ts';

const fileSchema = z.object({
  format: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()).nullish(),
  weightsManifest: z.unknown().optional(),
});

const modelSchema = z.object({ class_name: z.string(), config: z.unknown() });
const topologySchema = z.object({
  keras_version: z.string().nullish(),
  /** Where TensorFlow.js's converter puts the model. */
  model_config: modelSchema.exactOptional(),
});

const isFolder = (path: string) => explainingFailure('read', path, () => statSync(path)).isDirectory();

/**
 * @param path model.json, or the folder that holds it
 * @throws {InputError} a model of another format or with what is not supported, by name; files that are missing, cut
 *   off or lie elsewhere
 */
export async function readTfjs(path: string): Promise<ForeignNetwork> {
  const file = isFolder(path) ? join(path, 'model.json') : path;
  const { format, modelTopology, weightsManifest } = readJson(file, fileSchema, SAVE_AGAIN);
  if (format === 'graph-model' || modelTopology?.node !== undefined) throw graphModel(file);
  if (modelTopology === undefined || modelTopology === null || weightsManifest === undefined) {
    const missing = weightsManifest === undefined ? 'weightsManifest' : 'modelTopology';
    throw new InputError(`It has no "${missing}".`, { file }, SAVE_AGAIN);
  }
  const { keras_version, model_config } = parseWith(topologySchema, modelTopology, file, SAVE_AGAIN, 'modelTopology');
  if (keras_version?.startsWith('3.')) throw kerasThree(keras_version, file);
  const model = model_config ?? parseWith(modelSchema, modelTopology, file, SAVE_AGAIN, 'modelTopology');
  const configs = orderedLayers(model, file);
  const manifest = parseWith(manifestSchema, weightsManifest, file, SAVE_AGAIN, 'weightsManifest');
  const weights = readWeights(manifest, file);
  const { layers, stateful, unused } = readLayers(configs, weights.tensors, file);
  return {
    format: 'TensorFlow.js layers model',
    layers,
    gateOrder: 'i f c o',
    biases: 'one',
    stateful,
    notes: [
      ...weights.quantized.map((dtype) => `Weights were stored as ${dtype}, and are restored as far as that goes.`),
      ...(unused.length === 0 ? [] : [`Left out, as no layer asks for them: ${unused.join(', ')}.`]),
    ],
    run: (sequence, steps) => run({ modelTopology, weights, layers, file }, sequence, steps),
  };
}

function graphModel(file: string): InputError {
  return unsupported(
    'It is a graph model',
    { file },
    'Convert the Keras model with `tensorflowjs_converter --output_format=tfjs_layers_model`, or import the Keras file.',
  );
}

function kerasThree(version: string, file: string): InputError {
  return unsupported(
    `It was converted from Keras ${version}, whose configuration TensorFlow.js does not read either`,
    { file },
    'Import the .keras file itself.',
  );
}

interface Runnable {
  readonly modelTopology: object;
  readonly weights: Weights;
  readonly layers: readonly ForeignLayer[];
  readonly file: string;
}

/** Lets TensorFlow.js read the sequence in one batch of one, for which its shape is put in the place of the model's. */
async function run({ modelTopology, weights, layers, file }: Runnable, sequence: Float32Array, steps: number) {
  const shape = layers[0]?.kind === 'embedding' ? [1, steps] : [1, steps, sequence.length / steps];
  const topology: object = JSON.parse(JSON.stringify(modelTopology), (key, value) => {
    if (key === 'batch_input_shape') return shape;
    return key === 'input_length' ? null : value;
  });
  try {
    return await runLayersModel({ topology, specs: weights.specs, data: weights.data }, sequence, shape);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`TensorFlow.js itself cannot run it: ${reason}`, { file }, SAVE_AGAIN);
  }
}
