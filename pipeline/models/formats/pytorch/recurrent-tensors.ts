// Tensors of recurrent layers, by the names that PyTorch's modules give them: taken out, and held to their shapes.
import { InputError } from '../../../base/errors.ts';
import type { Tensor } from '../../../files/safetensors.ts';
import type { Matrix } from '../../../lstm/parameters.ts';

export type Tensors = ReadonlyMap<string, Tensor>;

/** Of an LSTM, or of another recurrent layer. */
export const LSTM_TENSOR =
  /^(?<prefix>(?:.*\.)?)(?<part>(?:weight|bias)_(?:ih|hh|hr))(?<layer>(?:_l\d+)?)(?<reverse>(?:_reverse)?)$/;

export const AGAIN = 'The file is damaged, or not a state dict: save the model again.';

/** A matrix, or a vector as a column. @throws {InputError} a tensor that is missing or has other axes */
export function matrixOf(tensors: Tensors, name: string, rank: 1 | 2, file: string): Matrix {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    const fix = 'Save the whole state dict; a weight that is shared must be saved under both its names.';
    throw new InputError('It is missing, though tensors beside it are there.', { file, tensor: name }, fix);
  }
  const { shape, data } = tensor;
  if (shape.includes(0)) throw new InputError(`Its shape [${shape}] holds nothing.`, { file, tensor: name }, AGAIN);
  if (shape.length !== rank) {
    throw new InputError(
      `It has the shape [${shape}], where a recurrent layer has ${rank} axes.`,
      { file, tensor: name },
      AGAIN,
    );
  }
  return { rows: shape[0]!, columns: shape[1] ?? 1, data };
}

/** @throws {InputError} another number of rows */
export function expectRows({ rows }: Matrix, expected: number, tensor: string, file: string): void {
  if (rows === expected) return;
  throw new InputError(
    `It has ${rows} rows, where the tensors beside it ask for ${expected}.`,
    { file, tensor },
    AGAIN,
  );
}

/**
 * The tensors of a module, by name.
 * @param layers those that were read, with as many tensors for each direction
 * @throws {InputError} a tensor that is in no layer that was read, or a layer that does not read what the one below gives
 */
export function checkModule<L extends { readonly forward: { readonly kernel: Matrix }; readonly backward?: unknown }>(
  tensors: Tensors,
  prefix: string,
  layers: readonly L[],
  perDirection: number,
  widthOf: (layer: L) => number,
  file: string,
): string[] {
  const directions = layers.reduce((sum, { backward }) => sum + (backward === undefined ? 1 : 2), 0);
  const own = [...tensors.keys()].filter((name) => LSTM_TENSOR.exec(name)?.groups?.prefix === prefix);
  if (own.length !== directions * perDirection) {
    throw new InputError(
      `The module has the tensors ${own.join(', ')}, of which some have no counterpart in another layer or direction.`,
      { file, tensor: own.at(-1)! },
      AGAIN,
    );
  }
  layers.forEach((layer, index) => {
    const before = layers[index - 1];
    const { rows } = layer.forward.kernel;
    if (before === undefined || rows === widthOf(before)) return;
    const tensor = `${prefix}weight_ih_l${index}`;
    throw new InputError(
      `It reads ${rows} numbers, but the layer below gives ${widthOf(before)}.`,
      { file, tensor },
      AGAIN,
    );
  });
  return own;
}
