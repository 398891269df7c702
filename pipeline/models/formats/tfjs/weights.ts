// The arrays of a TensorFlow.js model: the manifest in model.json, the shards that hold them, and the layers that they
// belong to. Format: https://github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts (WeightsManifestConfig).
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { besideManifest } from '../../../files/open.ts';
import { readRaw } from '../../../files/raw.ts';
import type { Tensor } from '../../../files/safetensors.ts';
import { countValues, DTYPES } from '../../../files/safetensors-header.ts';
import { innerLayer, type LayerConfig } from '../keras/model-config.ts';
import type { NamedArray, StoredWeights } from '../keras/stored-weights.ts';

const quantization = z.discriminatedUnion('dtype', [
  z.object({ dtype: z.enum(['uint8', 'uint16']), min: z.number(), scale: z.number() }),
  z.object({ dtype: z.literal('float16') }),
]);

const specSchema = z.object({
  name: z.string().min(1),
  shape: z.array(z.int().positive()),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: quantization.exactOptional(),
});

export const manifestSchema = z.array(z.object({ paths: z.array(z.string()), weights: z.array(specSchema) }));

/** One array, as the manifest describes it. */
export type WeightSpec = z.infer<typeof specSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

export interface Weights {
  /** By their names in the manifest. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** How numbers that were stored shorter are stored, as `uint8`. */
  readonly quantized: readonly string[];
  /** As TensorFlow.js itself takes them. */
  readonly specs: readonly WeightSpec[];
  readonly data: ArrayBuffer;
}

const SIZES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

const storedAs = ({ dtype, quantization }: WeightSpec) => quantization?.dtype ?? dtype;
const byteLength = (spec: WeightSpec) => countValues(spec.shape) * SIZES[storedAs(spec)];

/** A quantized value q stands for scale·q + min. */
function decode(spec: WeightSpec, bytes: ArrayBuffer): Float32Array {
  const { dtype, quantization } = spec;
  if (quantization?.dtype === 'float16') return DTYPES.F16.toFloat32(bytes);
  if (quantization !== undefined) {
    const levels = quantization.dtype === 'uint8' ? new Uint8Array(bytes) : new Uint16Array(bytes);
    return Float32Array.from(levels, (level) => level * quantization.scale + quantization.min);
  }
  if (dtype === 'float32') return DTYPES.F32.toFloat32(bytes);
  return Float32Array.from(dtype === 'bool' ? new Uint8Array(bytes) : new Int32Array(bytes));
}

/**
 * Reads all shards.
 * @param file model.json, beside which they lie
 * @throws {InputError} a shard that is missing, lies elsewhere or has another size than its arrays; a name given twice
 */
export function readWeights(manifest: Manifest, file: string): Weights {
  const tensors = new Map<string, Tensor>();
  const seen = new Set<string>();
  const twice = (name: string) =>
    new InputError(`It lists ${JSON.stringify(name)} twice.`, { file }, 'Save or convert the model again.');
  const groups = manifest.map(({ paths, weights }) => {
    const shards = paths.map((name) => besideManifest(file, name));
    for (const path of shards) {
      if (seen.has(path)) throw twice(path);
      seen.add(path);
    }
    const expected = weights.reduce((sum, spec) => sum + byteLength(spec), 0);
    const bytes = readRaw(shards, expected, file);
    let offset = 0;
    for (const spec of weights) {
      const { name, shape } = spec;
      if (tensors.has(name)) throw twice(name);
      const end = offset + byteLength(spec);
      tensors.set(name, { shape, data: decode(spec, bytes.slice(offset, end)) });
      offset = end;
    }
    return new Uint8Array(bytes);
  });
  const specs = manifest.flatMap(({ weights }) => weights);
  const quantized = new Set(specs.filter((spec) => spec.quantization !== undefined).map(storedAs));
  return { tensors, quantized: [...quantized], specs, data: new Uint8Array(Buffer.concat(groups)).buffer };
}

// Which arrays belong to which layer: their names say so.

export const SAVE_AGAIN = 'Save or convert the model again, with `model.save` or tensorflowjs_converter.';

/** An array of a layer: what its name ends in, the direction that it belongs to, and its columns. */
interface Part {
  readonly name: string;
  readonly direction: '' | 'forward_' | 'backward_';
  readonly columns: number;
}

/** The arrays of a layer, in Keras's order; undefined of kinds that are not held against their description. */
function partsOf(layer: LayerConfig, file: string): Part[] | undefined {
  const { className, options } = layer;
  const parts = (names: readonly string[], columns: unknown, times = 1) =>
    names.map((name): Part => ({ name, direction: '', columns: Number(columns) * times }));
  const bias = options.use_bias === false ? [] : ['bias'];
  switch (className) {
    case 'Embedding':
      return parts(['embeddings'], options.output_dim);
    case 'Dense':
      return parts(['kernel', ...bias], options.units);
    case 'LSTM':
      return parts(['kernel', 'recurrent_kernel', ...bias], options.units, 4);
    case 'GRU':
      return parts(['kernel', 'recurrent_kernel', ...bias], options.units, 3);
    case 'TimeDistributed':
      return partsOf(innerLayer(layer, 'layer', file), file);
    case 'Bidirectional': {
      const inner = partsOf(innerLayer(layer, 'layer', file), file);
      const directed = (direction: Part['direction']) => inner?.map((part) => ({ ...part, direction })) ?? [];
      return inner === undefined ? undefined : [...directed('forward_'), ...directed('backward_')];
    }
    default:
      return undefined;
  }
}

const wordsOf = (array: string) => array.replace(/:0$/, '').split('/');

/** Whether an array's name, as `lstm/kernel` or `both/forward_lstm/lstm_cell/kernel`, is that of a part of a layer. */
function isPart(array: string, layer: string, { name, direction }: Part): boolean {
  const words = wordsOf(array);
  return words.at(-1) === name && words.includes(layer) && words.some((word) => word.startsWith(direction));
}

/**
 * @param file for messages
 * @returns weights whose `of` throws an InputError where an array is missing, or where several could be meant
 */
export function namedWeights(tensors: ReadonlyMap<string, Tensor>, file: string): StoredWeights {
  const arrays = [...tensors].map(([name, tensor]): NamedArray => ({ name, ...tensor }));
  const take = (layer: string, part: Part): NamedArray => {
    const matches = arrays.filter(({ name }) => isPart(name, layer, part));
    const [found] = matches;
    if (found === undefined || matches.length > 1) {
      const what = found === undefined ? 'has none' : `has several: ${matches.map(({ name }) => name).join(', ')}`;
      const asked = `The layer "${layer}" asks for an array "${part.direction}${part.name}"`;
      throw new InputError(`${asked}, and the file ${what}.`, { file }, SAVE_AGAIN);
    }
    const { name, shape } = found;
    if (shape.at(-1) !== part.columns) {
      const what = `Its shape is [${shape.join(', ')}], but its layer is described with ${part.columns} columns.`;
      throw new InputError(what, { file, tensor: name }, SAVE_AGAIN);
    }
    return found;
  };
  const weights: StoredWeights = {
    layers: [],
    of: (layer) =>
      partsOf(layer, file)?.map((part) => take(layer.name, part)) ??
      // The manifest lists them in Keras's order.
      arrays.filter(({ name }) => wordsOf(name).includes(layer.name)),
    // Names of layers are their own in the whole of a model.
    within: () => weights,
  };
  return weights;
}

/** Arrays that belong to none of the layers that a description names. */
export function unusedArrays(tensors: ReadonlyMap<string, Tensor>, config: string): string[] {
  const named = new Set<string>();
  JSON.parse(config, (key, value) => {
    if (key === 'name' && typeof value === 'string') named.add(value);
    return value;
  });
  return [...tensors.keys()].filter((name) => !wordsOf(name).some((word) => named.has(word)));
}
