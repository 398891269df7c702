// The layers of a TensorFlow.js model that treat each step by itself: embeddings, dense layers, activations.
import { type ForeignDense, type ForeignEmbedding, type ForeignLayer, unsupported } from '../foreign.ts';
import { type Source, take, takeBias } from './arrays.ts';
import { activationSchema, denseSchema, embeddingSchema, outputActivation, parse, wrapperSchema } from './config.ts';
import type { LayerConfig } from './topology.ts';

export const WITHOUT_MASK = 'Train it without a mask, on series of one length.';

export function readEmbedding(config: LayerConfig, source: Source): ForeignEmbedding {
  const { name, input_dim, output_dim, mask_zero } = parse(embeddingSchema, config, source);
  const { file } = source;
  if (mask_zero) throw unsupported(`The embedding "${name}" masks the number 0`, { file }, WITHOUT_MASK);
  return { kind: 'embedding', name, table: take(source, name, 'embeddings', [input_dim, output_dim]) };
}

/** A dense layer, or one that is written as repeated for every step, which is the same. */
export function readDense(config: LayerConfig, source: Source, wrapper?: string): ForeignDense {
  const { file } = source;
  if (config.class_name === 'TimeDistributed') {
    const { name, layer } = parse(wrapperSchema, config, source);
    if (layer.class_name === 'Dense') return readDense(layer, source, name);
    throw unsupported(`The layer "${name}" repeats a layer of the class ${layer.class_name}`, { file });
  }
  const { name, units, activation, use_bias } = parse(denseSchema, config, source);
  return {
    kind: 'dense',
    name: wrapper ?? name,
    kernel: take(source, wrapper ?? name, 'kernel', [undefined, units]),
    bias: takeBias(source, wrapper ?? name, use_bias, units),
    activation: outputActivation(activation, name, file),
  };
}

/**
 * An activation that is a layer of its own, put into the layer before it.
 * @throws {InputError} where that is no dense layer without one
 */
export function applyActivation(config: LayerConfig, source: Source, before: ForeignLayer | undefined): ForeignLayer[] {
  const { file } = source;
  const { name, activation } = parse(activationSchema, config, source);
  const chosen = outputActivation(activation, name, file);
  if (before?.kind === 'dense' && before.activation === 'linear') return [{ ...before, activation: chosen }];
  if (chosen === 'linear') return before === undefined ? [] : [before];
  throw unsupported(`The activation "${name}" follows no dense layer without an activation`, { file });
}
