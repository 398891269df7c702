// Tensors by name in one file: read as float32 or as the numbers they are, whole or a range at a time.
import { writeSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { beginFile, explainingFailure } from './files.ts';
import { type OpenFile, openRegular } from './open.ts';
import {
  ARRAYS,
  type ArrayDtype,
  countValues,
  DTYPES,
  type Dtype,
  damaged,
  type FloatDtype,
  formatHeader,
  type Header,
  type Layout,
  type NumberArray,
  parseHeader,
  SIZES,
  sizeOf,
  type TensorEntry,
} from './safetensors-header.ts';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
  /** What it was converted from as it was read; left out where that is float32. */
  readonly storedAs?: Exclude<FloatDtype, 'F32'>;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit, which keeps a wrong length from claiming all memory. */
const LONGEST_HEADER = 100_000_000;
/** The system writes less than 2 GiB at once. */
const LARGEST_TRANSFER = 2 ** 30;

/** A file of which ranges are read, for tensors that do not fit in memory. */
interface Reader<D extends Dtype, Values> {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry<D>[];
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Some neighbouring values of a tensor, from an index on. What is not finite comes as it is.
   * @throws {InputError} a file that has become shorter
   */
  read(entry: TensorEntry<D>, index: number, count: number): Values;
  close(): void;
}

export type SafetensorsReader = Reader<FloatDtype, Float32Array>;
export type ArraysReader = Reader<ArrayDtype, NumberArray>;

/**
 * Opens a file of F32, F16, BF16 and F64 tensors, which are read as float32.
 * @throws {InputError} a file that is not there, cut off or inconsistent, or holds other numbers; no tensor is read yet
 */
export function openSafetensors(path: string): SafetensorsReader {
  const floats = Object.keys(DTYPES) as FloatDtype[];
  return openReader(path, floats, (dtype, bytes) => DTYPES[dtype].toFloat32(bytes));
}

/**
 * Opens a file of U8, U16, U32, F32 and F64 tensors, which are read as the typed arrays that they are.
 * @throws {InputError} what {@link openSafetensors} throws
 */
export function openArrays(path: string): ArraysReader {
  const arrays = Object.keys(ARRAYS) as ArrayDtype[];
  return openReader(path, arrays, (dtype, bytes) => new ARRAYS[dtype](bytes));
}

function openReader<D extends Dtype, Values>(
  path: string,
  known: readonly D[],
  valuesOf: (dtype: D, bytes: ArrayBuffer) => Values,
): Reader<D, Values> {
  const file = openRegular(path);
  try {
    const { header, dataStart } = readHeader(file, path, known);
    return {
      ...header,
      read({ dtype, begin }, index, count) {
        const size = sizeOf(dtype);
        const position = dataStart + begin + index * size;
        return valuesOf(dtype, file.read(position, count * size).buffer);
      },
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The header, proved against the file, and where the bytes after it begin. */
function readHeader<D extends Dtype>(
  { size, read }: OpenFile,
  path: string,
  known: readonly D[],
): { header: Header<D>; dataStart: number } {
  if (size < 8) damaged(`It has ${size} bytes, less than the length of a header takes.`, path);
  const length = Number(new DataView(read(0, 8).buffer).getBigUint64(0, true));
  if (length > size - 8) damaged(`Its header should have ${length} bytes, but only ${size - 8} follow.`, path);
  if (length > LONGEST_HEADER) damaged(`Its header has ${length} bytes, above the ${LONGEST_HEADER} allowed.`, path);
  const dataStart = 8 + length;
  return { header: parseHeader(read(8, length), size - dataStart, path, known), dataStart };
}

/**
 * Reads F32, F16, BF16 and F64 tensors, each converted to float32, in the order of their bytes.
 * @throws {InputError} a file that is cut off, inconsistent or holds a value that is not finite
 */
export function readSafetensors(path: string): TensorFile {
  const reader = openSafetensors(path);
  try {
    const tensors = reader.entries.map((entry): [string, Tensor] => {
      const { name, dtype, shape } = entry;
      const data = reader.read(entry, 0, countValues(shape));
      checkFinite(data, path, name, 0);
      return [name, dtype === 'F32' ? { shape, data } : { shape, data, storedAs: dtype }];
    });
    return { tensors: new Map(tensors), metadata: reader.metadata };
  } finally {
    reader.close();
  }
}

/** The tensors of floating-point numbers, as {@link readSafetensors} reads them, and of all others what they are. */
export interface AnyTensors extends TensorFile {
  readonly others: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: string }>;
}

/**
 * Reads a file that may hold whatever numbers the format has; those that are not finite come as they are.
 * @throws {InputError} a file that is cut off or inconsistent
 */
export function readAnyTensors(path: string): AnyTensors {
  const reader = openReader(path, EVERY_DTYPE, (dtype, bytes) =>
    isFloat(dtype) ? DTYPES[dtype].toFloat32(bytes) : new Float32Array(0),
  );
  try {
    const tensors = new Map<string, Tensor>();
    const others = new Map<string, { shape: readonly number[]; dtype: string }>();
    for (const entry of reader.entries) {
      const { name, dtype, shape } = entry;
      if (!isFloat(dtype)) others.set(name, { shape, dtype });
      else {
        const data = reader.read(entry, 0, countValues(shape));
        tensors.set(name, dtype === 'F32' ? { shape, data } : { shape, data, storedAs: dtype });
      }
    }
    return { tensors, others, metadata: reader.metadata };
  } finally {
    reader.close();
  }
}

const EVERY_DTYPE = [...Object.keys(DTYPES), ...Object.keys(ARRAYS), ...Object.keys(SIZES)] as Dtype[];
const isFloat = (dtype: Dtype): dtype is FloatDtype => dtype in DTYPES;

/** What the header of a file says of it. @throws {InputError} as {@link readAnyTensors} */
export function readMetadata(path: string): Readonly<Record<string, string>> {
  const reader = openReader(path, EVERY_DTYPE, () => undefined);
  reader.close();
  return reader.metadata;
}

function checkFinite(data: Float32Array, file: string, tensor: string, from: number): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return;
  throw new InputError(
    `The value at index ${from + index} is ${data[index]}.`,
    { file, tensor },
    'Every value must be a finite float32: go back to weights from before they diverged.',
  );
}

/** Writes a file range by range, for tensors that do not fit in memory. */
export interface Writer<Values> {
  /**
   * Places values from an index of a tensor on; every value is to be written once.
   * @throws {InputError} a full disk
   * @throws {RangeError} values that the tensor has no place for, or that are not of its number format
   */
  write(name: string, index: number, values: Values): void;
  /** Lets the file appear at its path. */
  finish(): void;
  /** Leaves nothing behind; to be called when anything fails before `finish`. */
  abandon(): void;
}

/**
 * Begins a file of tensors, which lie in the order of the layout, so that the same content gives the same bytes.
 * @throws {InputError} folder that cannot be written
 */
export function createArrays(
  path: string,
  layout: Layout,
  metadata: Readonly<Record<string, string>>,
): Writer<NumberArray> {
  const { bytes, begins } = formatHeader(layout, metadata);
  const file = beginFile(path);
  let missing = [...layout.values()].reduce((sum, { shape }) => sum + countValues(shape), 0);
  const put = (position: number, part: Uint8Array) =>
    explainingFailure('write', path, () => writeRange(file.descriptor, position, part));
  return {
    write(name, index, values) {
      const tensor = layout.get(name);
      if (tensor === undefined || index + values.length > countValues(tensor.shape)) {
        throw new RangeError(
          `Values ${index} to ${index + values.length} are not in tensor "${name}" [${tensor?.shape}].`,
        );
      }
      if (!(values instanceof ARRAYS[tensor.dtype])) throw new RangeError(`Tensor "${name}" holds ${tensor.dtype}.`);
      const part = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      put(bytes.length + begins.get(name)! + index * sizeOf(tensor.dtype), part);
      missing -= values.length;
    },
    finish() {
      if (missing !== 0) throw new RangeError(`${path}: ${missing} values were not written exactly once.`);
      put(0, bytes);
      file.commit();
    },
    abandon: file.abandon,
  };
}

function writeRange(descriptor: number, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, LARGEST_TRANSFER), position + done);
  }
}

/**
 * Begins a file of F32 tensors, likewise, each value of which must be finite.
 * @throws {InputError} folder that cannot be written; so does `write` where a value is not finite
 */
export function createSafetensors(
  path: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  metadata: Readonly<Record<string, string>>,
): Writer<Float32Array> {
  const layout: Layout = new Map([...shapes].map(([name, shape]) => [name, { dtype: 'F32', shape }]));
  const writer = createArrays(path, layout, metadata);
  return {
    ...writer,
    write(name, index, values) {
      checkFinite(values, path, name, index);
      writer.write(name, index, values);
    },
  };
}

/**
 * Writes all tensors as F32, in the order of the map, atomically.
 * @throws {InputError} full disk, folder that cannot be written, value that is not finite
 * @throws {RangeError} a tensor whose shape does not fit its data
 */
export function writeSafetensors(path: string, { tensors, metadata }: TensorFile): void {
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const writer = createSafetensors(path, shapes, metadata);
  try {
    for (const [name, { data }] of tensors) writer.write(name, 0, data);
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
