// Which layers give out a step for each that they read, so that what was read can be shown beside it.
import type { LayerConfig } from './model-config.ts';

const STEPWISE = new Set(
  [
    'Embedding Masking Dense TimeDistributedDense Activation ReLU LeakyReLU PReLU ELU Softmax ThresholdedReLU',
    'BatchNormalization BatchNormalizationV1 LayerNormalization UnitNormalization Rescaling Normalization',
    'Add Subtract Multiply Average Maximum Minimum',
  ]
    .join(' ')
    .split(' '),
);
const CONVOLUTIONS = new Set('Conv1D SeparableConv1D DepthwiseConv1D'.split(' '));
const RECURRENT = new Set('GRU SimpleRNN RNN'.split(' '));

/** @param inner the layer in a wrapper */
export function keepsSteps({ className, options }: LayerConfig, inner: LayerConfig | undefined): boolean {
  if (className === 'TimeDistributed') return inner !== undefined && STEPWISE.has(inner.className);
  if (className === 'Bidirectional') return inner?.options.return_sequences === true;
  if (RECURRENT.has(className)) return options.return_sequences === true && options.go_backwards !== true;
  if (CONVOLUTIONS.has(className)) {
    const [stride] = [options.strides ?? 1].flat();
    return stride === 1 && (options.padding === 'same' || options.padding === 'causal');
  }
  if (className === 'Concatenate') return options.axis === -1 || options.axis === 2;
  return STEPWISE.has(className);
}
