// The architecture of a Keras model beside its weights: the JSON that `model.to_json()` gives.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { readText } from '../../../files/files.ts';
import { parseJson, parseWith } from '../../../files/json.ts';
import type { ReadOptions } from '../../foreign.ts';
import type { LayerConfig } from './model-config.ts';
import type { StoredWeights } from './stored-weights.ts';

const FIX = 'Give the JSON that model.to_json() gives in Python: open("model.json", "w").write(model.to_json()).';

/** Keras 3 names modules and no version. */
const schema = z.object({
  class_name: z.string(),
  keras_version: z.string().optional(),
  module: z.string().optional(),
});

const FLAGS: readonly (readonly [option: keyof ReadOptions, flag: string])[] = [
  ['cellActivation', '--cell-activation'],
  ['recurrentActivation', '--recurrent-activation'],
  ['hiddenActivation', '--hidden-activation'],
  ['outputActivation', '--output-activation'],
];

/**
 * @returns its text, and the version of Keras that it is of, where it tells
 * @throws {InputError} a file that is no such JSON; an option for what the architecture says
 */
export function architectureOf(path: string, options: ReadOptions): { json: string; version: string | undefined } {
  const said = FLAGS.find(([option]) => options[option] !== undefined);
  if (said !== undefined) {
    const [, flag] = said;
    throw new InputError(`The architecture already says what ${flag} sets.`, { file: path }, `Leave out ${flag}.`);
  }
  const json = readText(path);
  const value = parseJson(json, (why) => new InputError(`It is not JSON: ${why}.`, { file: path }, FIX));
  const { keras_version: version, module } = parseWith(schema, value, path, FIX, 'to_json()');
  return { json, version: version ?? (module === undefined ? undefined : '3.0') };
}

/** Layers that have weights, of those that are read. */
const WEIGHTED = new Set(
  [
    'LSTM CuDNNLSTM GRU CuDNNGRU SimpleRNN RNN Bidirectional Dense TimeDistributedDense TimeDistributed Embedding',
    'BatchNormalization LayerNormalization Conv1D Conv2D SeparableConv1D DepthwiseConv1D PReLU MultiHeadAttention',
    'Sequential Functional Model',
  ]
    .join(' ')
    .split(' '),
);

/**
 * The arrays of layers that are listed by name. Where names differ, as they do when the model was built again in another
 * session, layers with weights are taken one after the other, as Keras's own load_weights does.
 * @throws {InputError} as many layers in the architecture as the file has not
 */
export function matchedWeights(
  listed: StoredWeights | undefined,
  stored: readonly LayerConfig[],
  file: string,
): StoredWeights | undefined {
  if (listed === undefined) return undefined;
  const weighted = stored.filter(({ className }) => WEIGHTED.has(className));
  if (weighted.every((layer) => listed.of(layer).length > 0)) return listed;
  if (weighted.length !== listed.layers.length) {
    throw new InputError(
      `The architecture has ${weighted.length} layers with weights, the file ${listed.layers.length}, and their names differ.`,
      { file },
      'Give the architecture of the model whose weights these are.',
    );
  }
  const arrays = new Map(weighted.map(({ name }, index) => [name, listed.layers[index]!.arrays]));
  return { ...listed, of: ({ name }) => arrays.get(name) ?? [] };
}
