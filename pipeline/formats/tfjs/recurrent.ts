// LSTM layers of a TensorFlow.js model, in one direction or both.
import type { LayerParameters } from '../../lstm/parameters.ts';
import { type ForeignLstm, unsupported } from '../foreign.ts';
import { type Source, take, takeBias } from './arrays.ts';
import { cellActivation, lstmSchema, parse, recurrentActivation, wrapperSchema } from './config.ts';
import type { LayerConfig } from './topology.ts';

/** An LSTM layer, with what of it concerns the network as a whole. */
export interface LstmConfig {
  readonly layer: ForeignLstm;
  readonly stateful: boolean;
  readonly returnsSequences: boolean;
}

/**
 * @param wrapper the name of the layer around it that reads both ways, which the names of its arrays begin with
 * @throws {InputError} functions that are not supported, a layer that reads backwards alone
 */
function readLstm(config: LayerConfig, source: Source, wrapper?: string): LstmConfig {
  const lstm = parse(lstmSchema, config, source);
  const { units, activation, use_bias, return_sequences, go_backwards, stateful } = lstm;
  const { file } = source;
  const name = wrapper ?? lstm.name;
  if (go_backwards) throw unsupported(`The layer "${name}" reads backwards alone`, { file });
  const arrays = (direction?: string): LayerParameters => ({
    kernel: take(source, name, 'kernel', [undefined, 4 * units], direction),
    recurrentKernel: take(source, name, 'recurrent_kernel', [units, 4 * units], direction),
    bias: takeBias(source, name, use_bias, 4 * units, direction),
  });
  const layer: ForeignLstm = {
    kind: 'lstm',
    name,
    ...(wrapper === undefined ? { forward: arrays() } : { forward: arrays('forward_'), backward: arrays('backward_') }),
    cellActivation: cellActivation(activation, name, file),
    recurrentActivation: recurrentActivation(lstm.recurrent_activation, name, file),
  };
  return { layer, stateful, returnsSequences: return_sequences };
}

/** @throws {InputError} directions that are added or multiplied, that carry their state, or give the last step alone */
function readBidirectional(config: LayerConfig, source: Source): LstmConfig {
  const { name, layer, merge_mode } = parse(wrapperSchema, config, source);
  const { file } = source;
  const refuse = (what: string, fix?: string) => unsupported(`The layer "${name}" ${what}`, { file }, fix);
  if (layer.class_name !== 'LSTM') throw refuse(`reads both ways with a layer of the class ${layer.class_name}`);
  if (merge_mode !== 'concat') throw refuse(`merges its directions by ${merge_mode}`, 'Supported is concat.');
  const lstm = readLstm(layer, source, name);
  if (lstm.stateful) throw refuse('reads both ways and carries its state');
  if (!lstm.returnsSequences) {
    throw refuse(
      'reads both ways and passes on the last step of each, which is another step for each',
      'Train it with `returnSequences: true`.',
    );
  }
  return lstm;
}

export function readRecurrent(config: LayerConfig, source: Source): LstmConfig {
  return config.class_name === 'Bidirectional' ? readBidirectional(config, source) : readLstm(config, source);
}
