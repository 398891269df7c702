// The arrays of a layer, found by its name.
import { InputError } from '../../errors.ts';
import type { Matrix } from '../../lstm/parameters.ts';
import type { Tensor } from '../safetensors.ts';
import { SAVE_AGAIN } from './topology.ts';

/** The arrays and the file that they are from. */
export interface Source {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly file: string;
  /** Names of arrays that a layer has taken; no other takes them. */
  readonly used: Set<string>;
}

/** What an array must look like: a vector, or a matrix of which the rows may be known. */
type Expected = readonly [columns: number] | readonly [rows: number | undefined, columns: number];

/**
 * An array of a layer, by the layer's name and the array's own; between them may stand the name of a cell.
 * @param direction what the name of a direction of the layer begins with
 */
export function take(source: Source, layer: string, part: string, expected: Expected, direction = ''): Matrix {
  const { tensors, file, used } = source;
  const matches = [...tensors.keys()].filter((name) => {
    if (used.has(name)) return false;
    const words = name.replace(/:0$/, '').split('/');
    return words.at(-1) === part && words.includes(layer) && words.some((word) => word.startsWith(direction));
  });
  const [name] = matches;
  if (name === undefined || matches.length > 1) {
    const found = name === undefined ? 'has none' : `has several: ${matches.join(', ')}`;
    throw new InputError(
      `The layer "${layer}" asks for an array "${direction}${part}", and the file ${found}.`,
      { file },
      SAVE_AGAIN,
    );
  }
  const { shape, data } = tensors.get(name)!;
  if (shape.length !== expected.length || expected.some((size, axis) => size !== undefined && size !== shape[axis])) {
    const asked = expected.map((size) => size ?? 'any').join(', ');
    throw new InputError(
      `It has the shape [${shape.join(', ')}], where the layer "${layer}" asks for [${asked}].`,
      { file, tensor: name },
      SAVE_AGAIN,
    );
  }
  used.add(name);
  const columns = shape.at(-1)!;
  return { rows: data.length / columns, columns, data };
}

/** A bias, or zeros where the layer has none. */
export function takeBias(source: Source, layer: string, hasBias: boolean, columns: number, direction?: string): Matrix {
  if (hasBias) return take(source, layer, 'bias', [columns], direction);
  return { rows: 1, columns, data: new Float32Array(columns) };
}
