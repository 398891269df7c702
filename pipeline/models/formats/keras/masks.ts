// Which steps of a layer's output are padding: Keras passes that on beside the values, from layer to layer.
import type { LayerConfig } from './model-config.ts';

export type OwnMask =
  | { readonly kind: 'none' }
  | { readonly kind: 'same'; readonly mask: string }
  /** The layer itself finds out. */
  | { readonly kind: 'made' }
  | { readonly kind: 'merged'; readonly operator: 'And' | 'Or'; readonly masks: readonly string[] };

/** Layers that give out as many steps as they read and pass the mask on; all others lose it, in every version. */
const PASS = new Set(
  [
    'Activation Dense BatchNormalization LayerNormalization UnitNormalization TimeDistributed ReLU LeakyReLU PReLU ELU',
    'Softmax ThresholdedReLU Attention AdditiveAttention MultiHeadAttention Lambda',
  ]
    .join(' ')
    .split(' '),
);
const MERGE = new Set('Add Subtract Multiply Average Maximum Minimum Merge Concatenate'.split(' '));
const RECURRENT = /^(GRU|SimpleRNN|RNN|Bidirectional|LSTM)$/;

const NONE: OwnMask = { kind: 'none' };
const same = (mask: string | undefined): OwnMask => (mask === undefined ? NONE : { kind: 'same', mask });

/** @param version the major version of Keras: since 3, a merged step is read where any of its parts is, before where all are */
export function masksOf(
  layer: LayerConfig,
  inputs: readonly { readonly mask?: string | undefined }[],
  version: number,
): OwnMask {
  const { className, options } = layer;
  if (className === 'Masking' || (className === 'Embedding' && options.mask_zero === true)) return { kind: 'made' };
  const masks = inputs.map(({ mask }) => mask);
  const known = [...new Set(masks.filter((mask) => mask !== undefined))];
  if (known.length === 0) return NONE;
  if (MERGE.has(className)) {
    // Where one part has no mask, all of its steps are read.
    if (version >= 3 && known.length > 0 && masks.includes(undefined)) return NONE;
    if (known.length === 1) return same(known[0]);
    return { kind: 'merged', operator: version >= 3 ? 'Or' : 'And', masks: known };
  }
  if (RECURRENT.test(className)) return returnsSequences(layer) ? same(masks[0]) : NONE;
  return PASS.has(className) ? same(masks[0]) : NONE;
}

function returnsSequences({ className, options }: LayerConfig): boolean {
  if (className !== 'Bidirectional') return options.return_sequences === true;
  const inner = options.layer;
  if (typeof inner !== 'object' || inner === null || !('config' in inner)) return false;
  const { config } = inner;
  return (
    typeof config === 'object' && config !== null && 'return_sequences' in config && config.return_sequences === true
  );
}
