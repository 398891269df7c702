// The description of a network that Keras stores as JSON beside the weights: its layers, first to last, and their
// activation functions.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { parseJson, parseWith } from '../../../files/json.ts';
import { unsupported } from '../../foreign.ts';

export interface LayerConfig {
  /** As Keras calls the kind of layer: `LSTM`, `Dense`. */
  readonly className: string;
  readonly name: string;
  /** Where Keras 3 has it: `keras.layers`, or `keras.src.ops.numpy` of an operation; empty in other versions. */
  readonly module: string;
  /** What the layer was made with. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface ModelConfig {
  /** In the order of the file, which some files' weights are named by. */
  readonly stored: readonly LayerConfig[];
  /** The same layers, each reading what the one before it gives. */
  readonly chain: readonly LayerConfig[];
}

export const layerSchema = z.object({
  class_name: z.string(),
  module: z.string().nullish(),
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.unknown().optional(),
});
type StoredLayer = z.infer<typeof layerSchema>;

const graphSchema = z.object({ layers: z.array(layerSchema), output_layers: z.unknown().optional() });
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() });
/** Before Keras 2.2.3 the bare list of layers. */
const sequentialSchema = z.union([z.array(layerSchema), z.object({ layers: z.array(layerSchema) })]);

const CHAIN = 'Only networks are supported in which every layer reads the one before it, from one input to one output.';
const SAVE_AGAIN = 'Save the model again.';
/** Deeper than any description of one call of a layer. */
const DEEPEST = 16;

/**
 * @param json the `model_config` of an HDF5 file, or the `config.json` of a `.keras` archive
 * @throws {InputError} no such description, or a network that is no chain of layers
 */
export function parseModelConfig(json: string, file: string): ModelConfig {
  const refuse = (why: string) =>
    new InputError(`The description of the model is not JSON: ${why}.`, { file }, SAVE_AGAIN);
  const model = check(modelSchema, parseJson(json, refuse), file);
  if (model.class_name === 'Sequential') {
    const config = check(sequentialSchema, model.config, file);
    const layers = (Array.isArray(config) ? config : config.layers).map(describeLayer);
    return { stored: layers, chain: layers };
  }
  if (model.class_name === 'Functional' || model.class_name === 'Model') {
    const { layers, output_layers } = check(graphSchema, model.config, file);
    return { stored: layers.map(describeLayer), chain: followChain(layers, references(output_layers), file) };
  }
  throw unsupported(
    `The model is a ${model.class_name}`,
    { file },
    `Save it as a Sequential or Functional one. ${CHAIN}`,
  );
}

function check<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  return parseWith(schema, value, file, SAVE_AGAIN, 'model_config');
}

/** A layer inside another one, as in `TimeDistributed`. */
export function innerLayer(layer: LayerConfig, key: string, file: string): LayerConfig {
  return describeLayer(check(layerSchema, layer.options[key], file));
}

export function describeLayer({ class_name, name, module, config }: StoredLayer): LayerConfig {
  const given = config.name ?? name;
  const called = typeof given === 'string' ? given : class_name;
  return { className: class_name, name: called, module: module ?? '', options: config };
}

interface Reference {
  readonly layer: string;
  /** Which of its outputs. */
  readonly output: number;
}

/**
 * What a layer's calls read. Keras 1 and 2 write `["lstm", 0, 0]`, Keras 3 a tensor whose `keras_history` is that; both
 * may lie in lists of lists.
 */
function references(value: unknown, depth = 0): Reference[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  if (!Array.isArray(value)) return Object.values(value).flatMap((item) => references(item, depth + 1));
  const [layer, node, output, ...rest] = value;
  if (typeof layer === 'string' && typeof node === 'number' && typeof output === 'number') {
    return [{ layer, output }, ...references(rest, depth + 1)];
  }
  return value.flatMap((item) => references(item, depth + 1));
}

function followChain(layers: readonly StoredLayer[], outputs: readonly Reference[], file: string): LayerConfig[] {
  const readers = new Map<string, LayerConfig>();
  const inputs: LayerConfig[] = [];
  for (const stored of layers) {
    const layer = describeLayer(stored);
    const [source, ...others] = references(stored.inbound_nodes);
    if (source === undefined) {
      inputs.push(layer);
      continue;
    }
    if (others.length > 0) throw unsupported(`The layer "${layer.name}" reads several inputs`, { file }, CHAIN);
    if (source.output !== 0) throw unsupported(`"${layer.name}" reads the state of a layer`, { file }, CHAIN);
    if (readers.has(source.layer)) throw unsupported(`"${source.layer}" is read by two layers`, { file }, CHAIN);
    readers.set(source.layer, layer);
  }
  if (inputs.length !== 1) throw unsupported(`The model has ${inputs.length} inputs`, { file }, CHAIN);
  const chain: LayerConfig[] = [];
  for (let next = inputs[0]; next !== undefined && chain.length < layers.length; next = readers.get(next.name)) {
    chain.push(next);
  }
  const [output, ...others] = outputs;
  const isLast = output?.layer === chain.at(-1)?.name && output?.output === 0;
  if (chain.length < layers.length || !isLast || others.length > 0) {
    throw unsupported('The model returns something other than its last layer', { file }, CHAIN);
  }
  return chain;
}
