// Which arrays of a TensorFlow.js model belong to which layer: their names say so.
import { InputError } from '../../../base/errors.ts';
import type { Tensor } from '../../../files/safetensors.ts';
import { innerLayer, type LayerConfig } from '../keras/model-config.ts';
import type { NamedArray, StoredWeights } from '../keras/stored-weights.ts';

export const SAVE_AGAIN = 'Save or convert the model again, with `model.save` or tensorflowjs_converter.';

/** A layer's weights, which say of each array that no layer has taken. */
export interface TfjsWeights extends StoredWeights {
  unused(): string[];
}

/** An array of a layer: what its name ends in, the direction that it belongs to, and its columns. */
interface Part {
  readonly name: string;
  readonly direction: '' | 'forward_' | 'backward_';
  readonly columns: number;
}

/** The arrays of a layer, in Keras's order. */
function partsOf(layer: LayerConfig, file: string): Part[] {
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
    case 'TimeDistributed':
      return partsOf(innerLayer(layer, 'layer', file), file);
    case 'Bidirectional': {
      const inner = partsOf(innerLayer(layer, 'layer', file), file);
      const directed = (direction: Part['direction']) => inner.map((part) => ({ ...part, direction }));
      return [...directed('forward_'), ...directed('backward_')];
    }
    default:
      return [];
  }
}

/** Whether an array's name, as `lstm/kernel` or `both/forward_lstm/lstm_cell/kernel`, is that of a part of a layer. */
function isPart(array: string, layer: string, { name, direction }: Part): boolean {
  const words = array.replace(/:0$/, '').split('/');
  return words.at(-1) === name && words.includes(layer) && words.some((word) => word.startsWith(direction));
}

/**
 * @param file for messages
 * @returns weights whose `of` throws an InputError where an array is missing, or where several could be meant
 */
export function namedWeights(tensors: ReadonlyMap<string, Tensor>, file: string): TfjsWeights {
  const used = new Set<string>();
  const take = (layer: string, part: Part): NamedArray => {
    const matches = [...tensors].filter(([name]) => !used.has(name) && isPart(name, layer, part));
    const [found] = matches;
    if (found === undefined || matches.length > 1) {
      const what = found === undefined ? 'has none' : `has several: ${matches.map(([name]) => name).join(', ')}`;
      const asked = `The layer "${layer}" asks for an array "${part.direction}${part.name}"`;
      throw new InputError(`${asked}, and the file ${what}.`, { file }, SAVE_AGAIN);
    }
    const [name, tensor] = found;
    if (tensor.shape.at(-1) !== part.columns) {
      const what = `Its shape is [${tensor.shape.join(', ')}], but its layer is described with ${part.columns} columns.`;
      throw new InputError(what, { file, tensor: name }, SAVE_AGAIN);
    }
    used.add(name);
    return { name, ...tensor };
  };
  return {
    layers: [],
    of: (layer) => partsOf(layer, file).map((part) => take(layer.name, part)),
    unused: () => [...tensors.keys()].filter((name) => !used.has(name)),
  };
}
