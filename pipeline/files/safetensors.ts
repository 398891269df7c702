// Tensors by name in one file, read and written as float32.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { beginFile, explainingFailure } from './files.ts';
import {
  countValues,
  DTYPES,
  type Dtype,
  damaged,
  formatHeader,
  type Header,
  parseHeader,
  type TensorEntry,
} from './safetensors-header.ts';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
  /** What it was converted from as it was read; left out where that is float32. */
  readonly storedAs?: Exclude<Dtype, 'F32'>;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit, which keeps a wrong length from claiming all memory. */
const LONGEST_HEADER = 100_000_000;
/** The system reads and writes less than 2 GiB at once. */
const LONGEST_PIECE = 2 ** 30;

/**
 * Reads F32, F16, BF16 and F64 tensors, each converted to float32, in the order of their bytes.
 * @throws {InputError} a file that is cut off, inconsistent or holds a value that is not finite
 */
export function readSafetensors(path: string): TensorFile {
  const descriptor = explainingFailure('read', path, () => openSync(path, 'r'));
  try {
    return explainingFailure('read', path, () => {
      const { header, dataStart } = readHeader(descriptor, path);
      const tensors = header.entries.map(
        (entry) => [entry.name, readTensor(descriptor, dataStart, entry, path)] as const,
      );
      return { tensors: new Map(tensors), metadata: header.metadata };
    });
  } finally {
    closeSync(descriptor);
  }
}

/** The header, proved against the file, and where the bytes after it begin. */
export function readHeader(descriptor: number, path: string): { header: Header; dataStart: number } {
  const { size } = fstatSync(descriptor);
  if (size < 8) damaged(`It has ${size} bytes, less than the length of a header takes.`, path);
  const length = Number(new DataView(readRange(descriptor, 0, 8, path)).getBigUint64(0, true));
  if (length > size - 8) damaged(`Its header should have ${length} bytes, but only ${size - 8} follow.`, path);
  if (length > LONGEST_HEADER) damaged(`Its header has ${length} bytes, above the ${LONGEST_HEADER} allowed.`, path);
  const dataStart = 8 + length;
  const bytes = new Uint8Array(readRange(descriptor, 8, length, path));
  return { header: parseHeader(bytes, size - dataStart, path), dataStart };
}

function readTensor(descriptor: number, dataStart: number, entry: TensorEntry, path: string): Tensor {
  const { name, dtype, shape, begin, end } = entry;
  const data = DTYPES[dtype].toFloat32(readRange(descriptor, dataStart + begin, end - begin, path));
  checkFinite(data, path, name, 0);
  return dtype === 'F32' ? { shape, data } : { shape, data, storedAs: dtype };
}

/** @throws {InputError} a file that ends before the range does */
export function readRange(descriptor: number, position: number, length: number, path: string): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const piece = Math.min(length - done, LONGEST_PIECE);
    const read = readSync(descriptor, bytes, done, piece, position + done);
    if (read === 0) damaged(`It ends at byte ${position + done} while it is read.`, path);
    done += read;
  }
  return bytes.buffer;
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

/** Writes a file piece by piece, for tensors that do not fit in memory. */
export interface SafetensorsWriter {
  /**
   * Places values from an index of a tensor on; every value is to be written once.
   * @throws {InputError} full disk, value that is not finite
   */
  write(name: string, index: number, values: Float32Array): void;
  /** Lets the file appear at its path. */
  finish(): void;
  /** Leaves nothing behind; to be called when anything fails before `finish`. */
  abandon(): void;
}

/**
 * Begins a file of F32 tensors, which lie in the order of `shapes`, so that the same content gives the same bytes.
 * @throws {InputError} folder that cannot be written
 */
export function createSafetensors(
  path: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  metadata: Readonly<Record<string, string>>,
): SafetensorsWriter {
  const { bytes, begins } = formatHeader(shapes, metadata);
  const file = beginFile(path);
  let missing = [...shapes.values()].reduce((sum, shape) => sum + countValues(shape), 0);
  const put = (position: number, piece: Uint8Array) =>
    explainingFailure('write', path, () => writeRange(file.descriptor, position, piece));
  return {
    write(name, index, values) {
      const shape = shapes.get(name);
      if (shape === undefined || index + values.length > countValues(shape)) {
        throw new RangeError(`Values ${index} to ${index + values.length} are not in tensor "${name}" [${shape}].`);
      }
      checkFinite(values, path, name, index);
      const piece = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      put(bytes.length + begins.get(name)! + index * DTYPES.F32.size, piece);
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
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, LONGEST_PIECE), position + done);
  }
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

// A safetensors file read piece by piece, for tensors that do not fit in memory.

export interface SafetensorsReader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Some neighbouring values of a tensor as float32, from an index on. What is not finite comes as it is.
   * @throws {InputError} a file that has become shorter
   */
  read(entry: TensorEntry, index: number, count: number): Float32Array;
  close(): void;
}

/** @throws {InputError} a file that is not there, cut off or inconsistent; no tensor is read yet */
export function openSafetensors(path: string): SafetensorsReader {
  const descriptor = explainingFailure('read', path, () => openSync(path, 'r'));
  try {
    const { header, dataStart } = explainingFailure('read', path, () => readHeader(descriptor, path));
    return {
      ...header,
      read({ dtype, begin }, index, count) {
        const { size, toFloat32 } = DTYPES[dtype];
        const position = dataStart + begin + index * size;
        return toFloat32(explainingFailure('read', path, () => readRange(descriptor, position, count * size, path)));
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
