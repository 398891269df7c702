// All layers of a TensorFlow.js model, by their classes.
import { type ForeignLayer, unsupported } from '../foreign.ts';
import type { Tensor } from '../safetensors.ts';
import type { Source } from './arrays.ts';
import { applyActivation, readDense, readEmbedding, WITHOUT_MASK } from './feedforward.ts';
import { readRecurrent } from './recurrent.ts';
import type { LayerConfig } from './topology.ts';

/** What does something only while a network is trained, or nothing at all. */
const WITHOUT_EFFECT = [
  'InputLayer',
  'Dropout',
  'SpatialDropout1D',
  'AlphaDropout',
  'GaussianDropout',
  'GaussianNoise',
];

export interface Layers {
  readonly layers: ForeignLayer[];
  readonly stateful: boolean;
  /** Names of arrays that belong to no layer. */
  readonly unused: string[];
}

/** @throws {InputError} a layer of a class that is not supported, or with what is not; arrays that do not fit */
export function readLayers(
  configs: readonly LayerConfig[],
  tensors: ReadonlyMap<string, Tensor>,
  file: string,
): Layers {
  const source: Source = { tensors, file, used: new Set() };
  const layers: ForeignLayer[] = [];
  let stateful = false;
  /** The layer that gives its last step alone. */
  let ending: string | undefined;
  for (const config of configs) {
    const { class_name } = config;
    if (WITHOUT_EFFECT.includes(class_name)) continue;
    if (class_name === 'Embedding') {
      layers.push(readEmbedding(config, source));
    } else if (class_name === 'LSTM' || class_name === 'Bidirectional') {
      const { layer, ...lstm } = readRecurrent(config, source);
      if (ending !== undefined) {
        throw unsupported(`The layer "${layer.name}" reads "${ending}", which gives its last step alone`, { file });
      }
      layers.push(layer);
      stateful ||= lstm.stateful;
      if (!lstm.returnsSequences) ending = layer.name;
    } else if (class_name === 'Dense' || class_name === 'TimeDistributed') {
      layers.push(readDense(config, source));
    } else if (class_name === 'Activation') {
      layers.push(...applyActivation(config, source, layers.pop()));
    } else {
      const fix = class_name === 'Masking' ? WITHOUT_MASK : undefined;
      throw unsupported(`It has a layer of the class ${class_name}`, { file }, fix);
    }
  }
  return { layers, stateful, unused: [...tensors.keys()].filter((name) => !source.used.has(name)) };
}
