// nn.GRU and nn.GRUCell: their tensors, whose rows are r, z and n in this order, as the columns are here.
import { InputError } from '../../../base/errors.ts';
import type { GruParameters } from '../../../lstm/gru.ts';
import type { Matrix } from '../../../lstm/parameters.ts';
import { transposed } from '../../gate-rows.ts';
import type { Block } from '../../stack.ts';
import { AGAIN, checkModule, expectRows, matrixOf, type Tensors } from './recurrent-tensors.ts';

export interface GruLayer {
  readonly forward: GruParameters;
  readonly backward?: GruParameters;
}

/** An nn.GRU, or an nn.GRUCell, which has one layer. */
export interface GruModule extends Block {
  readonly layers: readonly GruLayer[];
  /** Its tensors' shapes by their names in the module. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

const widthOf = ({ forward, backward }: GruLayer) =>
  forward.recurrentKernel.rows + (backward?.recurrentKernel.rows ?? 0);

/** @param prefix what the names of its tensors begin with. @throws {InputError} tensors that do not fit each other */
export function gruModule(prefix: string, tensors: Tensors, file: string): GruModule {
  const isCell = tensors.has(`${prefix}weight_hh`);
  const suffix = (layer: number) => (isCell ? '' : `_l${layer}`);
  const hasBias = tensors.has(`${prefix}bias_ih${suffix(0)}`) || tensors.has(`${prefix}bias_hh${suffix(0)}`);
  const direction = (end: string) => readDirection(prefix, end, hasBias, tensors, file);
  const layers: GruLayer[] = [];
  do {
    const end = suffix(layers.length);
    const readsBack = tensors.has(`${prefix}weight_hh${end}_reverse`);
    layers.push({ forward: direction(end), ...(readsBack ? { backward: direction(`${end}_reverse`) } : {}) });
  } while (!isCell && tensors.has(`${prefix}weight_hh${suffix(layers.length)}`));
  const own = checkModule(tensors, prefix, layers, hasBias ? 4 : 2, widthOf, file);
  const name = prefix.replace(/\.$/, '');
  const shapes = new Map(own.map((tensor) => [tensor.slice(prefix.length), tensors.get(tensor)!.shape]));
  return { name, inputs: layers[0]!.forward.kernel.rows, outputs: widthOf(layers.at(-1)!), layers, shapes };
}

function readDirection(prefix: string, end: string, hasBias: boolean, tensors: Tensors, file: string): GruParameters {
  const name = (part: string) => `${prefix}${part}${end}`;
  const recurrent = matrixOf(tensors, name('weight_hh'), 2, file);
  if (recurrent.rows !== 3 * recurrent.columns) {
    throw new InputError(
      `It has the shape [${recurrent.rows}, ${recurrent.columns}], where a GRU has three times as many rows as columns.`,
      { file, tensor: name('weight_hh') },
      AGAIN,
    );
  }
  const rowsOf = (tensor: string, rank: 1 | 2): Matrix => {
    const found = matrixOf(tensors, name(tensor), rank, file);
    expectRows(found, recurrent.rows, name(tensor), file);
    return transposed(found);
  };
  const zeros = (): Matrix => ({ rows: 1, columns: recurrent.rows, data: new Float32Array(recurrent.rows) });
  return {
    kernel: rowsOf('weight_ih', 2),
    recurrentKernel: transposed(recurrent),
    bias: hasBias ? rowsOf('bias_ih', 1) : zeros(),
    recurrentBias: hasBias ? rowsOf('bias_hh', 1) : zeros(),
  };
}
