// The safetensors files of a model's folder: its canonical parameters, and where the streams of its text start.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { hashContent } from '../../../files/hash.ts';
import { readSafetensors, type Tensor, type TensorFile, writeSafetensors } from '../../../files/safetensors.ts';
import {
  type Architecture,
  assembleParameters,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../../../lstm/parameters.ts';
import { type NetworkState, statePartsOf } from '../../../lstm/state.ts';

/** A bias is a vector in the file, and a matrix of one row in memory. */
function storedShape({ name, rows, columns }: { name: string; rows: number; columns: number }): number[] {
  return name.endsWith('bias') ? [columns] : [rows, columns];
}

const show = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/**
 * @throws {InputError} a tensor that is missing, not of this architecture, or of another shape; and whatever
 *   {@link readSafetensors} refuses
 */
export function readParameters(path: string, architecture: Architecture): Parameters {
  return parametersFrom(readSafetensors(path), architecture, path);
}

/**
 * @param path of the file, for messages
 * @throws {InputError} as {@link readParameters}
 */
export function parametersFrom({ tensors }: TensorFile, architecture: Architecture, path: string): Parameters {
  const expected = tensorShapes(architecture);
  const known = new Set(expected.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra !== undefined) {
    throw new InputError(
      'The architecture has no such tensor.',
      { file: path, tensor: extra },
      `Its tensors are ${[...known].join(', ')}: correct the architecture, or take the weights that belong to it.`,
    );
  }
  const matrices = expected.map(({ name, rows, columns }): Matrix => {
    const shape = storedShape({ name, rows, columns });
    return { rows, columns, data: checkedTensor(tensors.get(name), shape, path, name).data };
  });
  return assembleParameters(architecture, matrices);
}

function checkedTensor(tensor: Tensor | undefined, shape: readonly number[], file: string, name: string): Tensor {
  if (tensor !== undefined && show(tensor.shape) === show(shape)) return tensor;
  const found = tensor === undefined ? 'It is missing' : `It has the shape ${show(tensor.shape)}`;
  throw new InputError(
    `${found}, where the architecture has ${show(shape)}.`,
    { file, tensor: name },
    'Correct the architecture, or take the weights that belong to it.',
  );
}

/** All tensors by name, in canonical order. */
export function parameterTensors(architecture: Architecture, parameters: Parameters): Map<string, Tensor> {
  const matrices = listTensors(parameters);
  return new Map(
    tensorShapes(architecture).map((expected, index): [string, Tensor] => [
      expected.name,
      { shape: storedShape(expected), data: matrices[index]!.data },
    ]),
  );
}

/** Writes all tensors in canonical order, atomically: the same parameters give the same bytes. */
export function writeParameters(path: string, architecture: Architecture, parameters: Parameters): void {
  writeSafetensors(path, { tensors: parameterTensors(architecture, parameters), metadata: { format: 'cellarium' } });
}

// starts.safetensors saves the readings that find the starts out. They belong to one network and one text, and whoever
// reads from them checks them again.

const pathOf = (folder: string) => join(folder, 'starts.safetensors');

/** What the starts belong to. */
export interface StartsOf {
  /** SHA-256 of the weights' file. */
  readonly weights: string;
  /** Prepared. */
  readonly text: string;
}

const identity = ({ weights, text }: StartsOf) => `weights ${weights}, text ${hashContent(text)}`;

/** Writes them, atomically. */
export function writeStarts(folder: string, of: StartsOf, architecture: Architecture, starts: NetworkState): void {
  const tensors = starts.flatMap(({ h, c }, layer): [string, Tensor][] => {
    const units = architecture.units[layer]!;
    const shape = [h.length / units, units];
    return [
      [`layer${layer + 1}.h`, { shape, data: h }],
      ...(c.length === 0 ? [] : [[`layer${layer + 1}.c`, { shape, data: c }] as [string, Tensor]]),
    ];
  });
  writeSafetensors(pathOf(folder), { tensors: new Map(tensors), metadata: { of: identity(of) } });
}

/**
 * @returns undefined where there are none, or those of another network or text
 * @throws InputError a file that is broken
 */
export function readStarts(folder: string, of: StartsOf, architecture: Architecture): NetworkState | undefined {
  const path = pathOf(folder);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = readSafetensors(path);
  if (metadata.of !== identity(of)) return undefined;
  return architecture.units.map((_, layer) => {
    const [h, c = new Float32Array(0)] = statePartsOf(architecture).map((part) =>
      numbersOf(tensors, `layer${layer + 1}.${part}`, path),
    );
    return { h: h!, c };
  });
}

function numbersOf(tensors: ReadonlyMap<string, Tensor>, name: string, file: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (data !== undefined) return data;
  throw new InputError(
    'It is missing.',
    { file, tensor: name },
    'Delete the file: it only saves time, and training writes it anew.',
  );
}
