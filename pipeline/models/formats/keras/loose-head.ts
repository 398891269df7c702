// What lies around the recurrent layers of Keras weights alone, as far as names and shapes tell: an embedding before them,
// dense layers behind them.
import type { ForeignDense, ForeignEmbedding } from '../../foreign.ts';
import { inOrder } from '../../stack.ts';
import { biasOf, matrix } from './arrays.ts';
import type { LooseLayer } from './loose-layers.ts';
import type { NamedArray } from './stored-weights.ts';

const isMatrix = ({ shape }: NamedArray) => shape.length === 2;

export function isDense([kernel, bias, ...others]: readonly NamedArray[]): boolean {
  if (kernel === undefined || bias === undefined || others.length > 0) return false;
  return isMatrix(kernel) && bias.shape.length === 1 && bias.shape[0] === kernel.shape[1];
}

/** Layers that do something in training alone, or only say what the input is. */
export const IDLE =
  /^(dropout|spatial_?dropout\dd|gaussian_?(noise|dropout)|alpha_?dropout|activity_?regularization|input(_?layer)?)$/i;

const shapesOf = ({ arrays }: LooseLayer) =>
  arrays.length === 0 ? 'no arrays' : arrays.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
export const describe = (layer: LooseLayer) => `"${layer.name}" (${shapesOf(layer)})`;

export interface DenseBlock {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly layer: LooseLayer;
}

export function isEmbedding(name: string, [table, ...others]: readonly NamedArray[]): boolean {
  if (table === undefined || others.length > 0 || !isMatrix(table)) return false;
  return /embedding/i.test(`${name}/${table.name}`);
}

export function embeddingLayer({ name, arrays }: LooseLayer, file: string): ForeignEmbedding {
  return { kind: 'embedding', name, table: matrix(arrays[0]!, file) };
}

export function denseBlock(layer: LooseLayer): DenseBlock {
  const [inputs, outputs] = layer.arrays[0]!.shape as [number, number];
  return { name: layer.name, inputs, outputs, layer };
}

export function denseLayer(
  { name, arrays }: LooseLayer,
  activation: ForeignDense['activation'],
  file: string,
): ForeignDense {
  const kernel = matrix(arrays[0]!, file);
  return { kind: 'dense', name, kernel, bias: biasOf(arrays[1], kernel.columns, file), activation };
}

export interface LooseHead {
  readonly dense: readonly DenseBlock[];
  readonly withoutHead?: string;
}

/**
 * The dense layers behind the recurrent ones, where they are all that there is and there is one clear order of them.
 * @param width of what the last recurrent layer gives
 * @param isUnwired whether not all recurrent layers are opened, so that nothing is known of what is behind them
 */
export function headOf(
  { width, isUnwired, cells }: { readonly width: number; readonly isUnwired: boolean; readonly cells: 'LSTM' | 'GRU' },
  dense: readonly DenseBlock[],
  others: readonly LooseLayer[],
): LooseHead {
  const a = cells === 'LSTM' ? 'an LSTM layer' : 'a GRU layer';
  const rest = [...dense.map(({ layer }) => layer), ...others];
  const named = rest.map(describe).join(', ');
  if (isUnwired) {
    return named === '' ? { dense: [] } : { dense: [], withoutHead: `What is not ${a} is left out: ${named}.` };
  }
  if (rest.length === 0) return { dense: [] };
  if (others.length > 0) {
    const which = others.map(({ name }) => `"${name}"`).join(', ');
    return {
      dense: [],
      withoutHead: `What is not ${a} is left out: ${named}. The file does not say where ${which} ${others.length === 1 ? 'belongs' : 'belong'}.`,
    };
  }
  const order = inOrder(dense, width);
  if (order !== undefined) return { dense: order };
  return {
    dense: [],
    withoutHead: `The dense layers are left out: there is not one clear order in which ${named} follow ${a} that gives ${width} numbers.`,
  };
}
