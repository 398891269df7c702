// A frozen graph: TensorFlow's operations with the variables made constants, of which those with the names of a cell's
// weights are read. Format: tensorflow/core/framework/graph.proto, node_def.proto, attr_value.proto and tensor.proto.
import { basename } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { readBytes } from '../../../files/files.ts';
import { type NumberFormat, toFloat32 } from '../../../files/number-format.ts';
import { countValues } from '../../../files/safetensors-header.ts';
import type { Variable } from './checkpoint.ts';
import { fieldsOf, textOf, WireError } from './wire.ts';

/** TensorFlow's floats, by the numbers of its types. */
const FLOATS: Readonly<Record<number, NumberFormat>> = {
  1: { kind: 'float', size: 4, littleEndian: true },
  2: { kind: 'float', size: 8, littleEndian: true },
  14: { kind: 'bfloat', size: 2, littleEndian: true },
  19: { kind: 'float', size: 2, littleEndian: true },
};

/**
 * Constants by the names of the operations that hold them.
 * @throws {InputError} a file that is no graph, with the lines that make a model of what it may be
 */
export function frozenVariables(file: string): Map<string, Variable> {
  const found = new Map<string, Variable>();
  let nodes = 0;
  try {
    for (const { number, bytes } of fieldsOf(readBytes(file))) {
      if (number !== 1) continue;
      nodes += 1;
      const constant = constantOf(bytes);
      if (constant !== undefined) found.set(constant.name, constant);
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    nodes = 0;
  }
  if (nodes > 0) return found;
  const what = 'It is no frozen graph of TensorFlow, or a damaged one.';
  throw new InputError(what, { file }, 'Save the model as one file of Keras, model.save("model.keras"), or as ONNX.');
}

function constantOf(node: Uint8Array): Variable | undefined {
  let name = '';
  let operation = '';
  let value: Uint8Array | undefined;
  for (const { number, bytes } of fieldsOf(node)) {
    if (number === 1) name = textOf(bytes);
    if (number === 2) operation = textOf(bytes);
    if (number === 5 && operation === 'Const') value ??= valueAttribute(bytes);
  }
  const tensor = value === undefined ? undefined : tensorOf(value);
  return operation === 'Const' && tensor !== undefined ? { name, ...tensor } : undefined;
}

/** The tensor of an attribute `value`. */
function valueAttribute(entry: Uint8Array): Uint8Array | undefined {
  let key = '';
  let tensor: Uint8Array | undefined;
  for (const { number, bytes } of fieldsOf(entry)) {
    if (number === 1) key = textOf(bytes);
    if (number !== 2) continue;
    for (const field of fieldsOf(bytes)) if (field.number === 8) tensor = field.bytes;
  }
  return key === 'value' ? tensor : undefined;
}

/** Numbers in a row of bytes; those of a constant that is the same everywhere are no weights. */
function tensorOf(bytes: Uint8Array): Omit<Variable, 'name'> | undefined {
  let type = 0;
  let content: Uint8Array | undefined;
  const shape: number[] = [];
  for (const { number, value, bytes: inner } of fieldsOf(bytes)) {
    if (number === 1) type = value;
    if (number === 4) content = inner;
    // Floats side by side, where there are few.
    if (number === 5 && inner.length > 0) content ??= inner;
    if (number !== 2) continue;
    for (const dimension of fieldsOf(inner)) {
      if (dimension.number !== 2) continue;
      let size = 0;
      for (const field of fieldsOf(dimension.bytes)) if (field.number === 1) size = field.value;
      shape.push(size);
    }
  }
  const format = FLOATS[type];
  if (format === undefined || content === undefined) return undefined;
  const numbers = content;
  if (numbers.length !== countValues(shape) * format.size) return undefined;
  return { shape, read: () => toFloat32(numbers, format) };
}

/** @throws {InputError} always: a graph in which no weights have names that are known */
export function refuseFrozen(file: string): never {
  throw new InputError(
    'It is a frozen graph of TensorFlow, and none of its constants has the name of an LSTM cell’s kernel.',
    { file },
    `Make an ONNX model of it, in a shell with Python; the names of inputs and outputs are those of your graph:
    pip install tf2onnx
    python -m tf2onnx.convert --graphdef ${basename(file)} --inputs x:0 --outputs y:0 --output model.onnx`,
  );
}
