// The operations of a TensorFlow Lite model and the arrays that they read.
// Format: tensorflow/compiler/mlir/lite/schema/schema.fbs, by whose order the fields are numbered here.
import { type NumberFormat, toFloat32 } from '../../../files/number-format.ts';
import { countValues } from '../../../files/safetensors-header.ts';
import { FlatbufferError, Table } from './flatbuffer.ts';

export interface LiteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Numbers that the file holds, as float32; undefined for what is computed. */
  readonly read: (() => Float32Array) | undefined;
  /** Whether its numbers are whole ones with a scale. */
  readonly quantized: boolean;
}

export interface LiteOperation {
  /** The number of a built-in operation. */
  readonly code: number;
  /** Undefined where one that may be left out is. */
  readonly inputs: readonly (number | undefined)[];
  readonly outputs: readonly number[];
  readonly options: Table | undefined;
}

export interface LiteModel {
  readonly tensors: readonly LiteTensor[];
  readonly operations: readonly LiteOperation[];
}

/** TensorFlow Lite's numbers of the types that weights have. */
const FORMATS: Readonly<Record<number, NumberFormat>> = {
  0: { kind: 'float', size: 4, littleEndian: true },
  1: { kind: 'float', size: 2, littleEndian: true },
  9: { kind: 'signed', size: 1, littleEndian: true },
};

/** @throws {FlatbufferError} a file that is broken */
export function parseLite(bytes: Uint8Array): LiteModel {
  const model = Table.root(bytes);
  // Newer files have the operation's number in a wider field.
  const codes = model.tables(1).map((code) => Math.max(code.int32(3), code.int8(0)));
  const [graph] = model.tables(2);
  if (graph === undefined) throw new FlatbufferError('it has no graph');
  const buffers = model.tables(4);
  const tensors = graph.tables(0).map((tensor) => readTensor(tensor, buffers));
  const known = (index: number): number | undefined => {
    // What an operation does without has the number -1.
    if (index === -1) return undefined;
    if (index < 0 || index >= tensors.length)
      throw new FlatbufferError('an operation reads an array that there is not');
    return index;
  };
  const operations = graph.tables(3).map((operation): LiteOperation => {
    const code = codes[operation.uint32(0)];
    if (code === undefined) throw new FlatbufferError('an operation is of no kind');
    return {
      code,
      inputs: operation.ints(1).map(known),
      outputs: operation.ints(2),
      options: operation.table(4),
    };
  });
  return { tensors, operations };
}

function readTensor(tensor: Table, buffers: readonly Table[]): LiteTensor {
  const name = tensor.text(3);
  const shape = tensor.ints(0);
  const type = tensor.int8(1);
  const data = buffers[tensor.uint32(2)]?.bytes(0);
  const format = FORMATS[type];
  const quantization = tensor.table(4);
  const scales = quantization === undefined ? [] : scalesOf(quantization);
  const quantized = format?.kind === 'signed';
  const isThere = data !== undefined && data.length > 0 && format !== undefined;
  if (!isThere) return { name, shape, read: undefined, quantized };
  if (data.length !== countValues(shape) * format.size) {
    const expected = countValues(shape) * format.size;
    throw new FlatbufferError(`the array "${name}" has ${data.length} bytes, where its shape asks for ${expected}`);
  }
  if (!quantized) return { name, shape, read: () => toFloat32(data, format), quantized };
  const axis = quantization?.int32(6) ?? 0;
  return { name, shape, read: () => widened(toFloat32(data, format), shape, scales, axis), quantized };
}

/** Of the whole array, or of each part along a dimension; weights are stored around zero. */
function scalesOf(quantization: Table): readonly number[] {
  return quantization.ints(2).map((bits) => new Float32Array(Int32Array.of(bits).buffer)[0]!);
}

function widened(
  values: Float32Array,
  shape: readonly number[],
  scales: readonly number[],
  axis: number,
): Float32Array {
  if (scales.length === 1) return values.map((value) => value * scales[0]!);
  if (scales.length !== shape[axis]) throw new FlatbufferError('an array of whole numbers has no scale that fits it');
  const inner = countValues(shape.slice(axis + 1));
  return values.map((value, index) => value * scales[Math.floor(index / inner) % scales.length]!);
}
