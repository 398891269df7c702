// The canonical parameters of an LSTM <-> the tensors of a safetensors file.
import { InputError } from '../base/errors.ts';
import { readSafetensors, type Tensor, type TensorFile, writeSafetensors } from '../files/safetensors.ts';
import {
  type Architecture,
  assembleParameters,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../lstm/parameters.ts';

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
