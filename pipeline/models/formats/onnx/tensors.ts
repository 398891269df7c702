// The tensors of an ONNX file, inside it or in a file beside it, checked against their shapes.
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import type { Value, ValueType } from '../../../engines/index.ts';
import { besideManifest, withFile } from '../../../files/open.ts';
import { DTYPES } from '../../../files/safetensors-header.ts';
import { unsupported } from '../../foreign.ts';

export type TensorProto = onnx.onnx.ITensorProto;
const { DataType, DataLocation } = onnx.onnx.TensorProto;

const DAMAGED = 'The file is damaged, or not an ONNX model: export it again.';

/** More than any tensor has. */
const MOST_AXES = 32;

/** @throws {InputError} always */
export function damaged(what: string, file: string, tensor?: string): never {
  throw new InputError(what, tensor === undefined ? { file } : { file, tensor }, DAMAGED);
}

export const countOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

interface NumberFormat {
  readonly type: ValueType;
  readonly size: number;
  /** From the bytes, little-endian, in a buffer that may be taken over. */
  readonly decode: (bytes: ArrayBuffer) => Value['data'];
  /** The numbers themselves, where the file spells them out. */
  readonly spelt: (tensor: TensorProto) => Value['data'];
}

const { F16, BF16, F64 } = DTYPES;
const shorts = ({ int32Data }: TensorProto) => Uint16Array.from(int32Data ?? []).buffer;
const whole = (values: ArrayLike<unknown> | null | undefined) => Array.from(values ?? [], Number);
const big = (value: unknown) => BigInt(String(value));

const FORMATS: Readonly<Record<number, NumberFormat>> = {
  [DataType.FLOAT]: {
    type: 'float32',
    size: 4,
    decode: (bytes) => new Float32Array(bytes),
    spelt: (one) => Float32Array.from(one.floatData ?? []),
  },
  [DataType.DOUBLE]: {
    type: 'float32',
    size: 8,
    decode: F64.toFloat32,
    spelt: (one) => Float32Array.from(one.doubleData ?? []),
  },
  [DataType.FLOAT16]: {
    type: 'float32',
    size: 2,
    decode: F16.toFloat32,
    spelt: (one) => F16.toFloat32(shorts(one)),
  },
  [DataType.BFLOAT16]: {
    type: 'float32',
    size: 2,
    decode: BF16.toFloat32,
    spelt: (one) => BF16.toFloat32(shorts(one)),
  },
  [DataType.INT32]: {
    type: 'int32',
    size: 4,
    decode: (bytes) => new Int32Array(bytes),
    spelt: (one) => Int32Array.from(one.int32Data ?? []),
  },
  [DataType.INT64]: {
    type: 'int64',
    size: 8,
    decode: (bytes) => new BigInt64Array(bytes),
    spelt: (one) => BigInt64Array.from(one.int64Data ?? [], big),
  },
  [DataType.INT8]: {
    type: 'int8',
    size: 1,
    decode: (bytes) => new Int8Array(bytes),
    spelt: (one) => Int8Array.from(whole(one.int32Data)),
  },
  [DataType.UINT8]: {
    type: 'uint8',
    size: 1,
    decode: (bytes) => new Uint8Array(bytes),
    spelt: (one) => Uint8Array.from(whole(one.int32Data)),
  },
  [DataType.BOOL]: {
    type: 'bool',
    size: 1,
    decode: (bytes) => new Uint8Array(bytes),
    spelt: (one) => Uint8Array.from(whole(one.int32Data)),
  },
};

/** Number formats that everything is computed in float32 in place of. */
export const AS_FLOAT32: ReadonlySet<number> = new Set([DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16]);

const NUMBERS: Readonly<Record<ValueType, number>> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
};

/** ONNX's number of a type. */
export const numberOf = (type: ValueType): number => NUMBERS[type];

/** The type of a number of ONNX's; undefined where onnxruntime cannot be given it here. */
export const typeOf = (number: number | null | undefined): ValueType | undefined => FORMATS[number ?? 0]?.type;

export function toTensor(name: string, { type, dims, data }: Value): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: [...dims], dataType: numberOf(type), rawData };
}

/** Reads tensors of one model, and remembers what a reader of them should know. */
export class TensorReader {
  readonly #file: string;
  #externalBytes = 0;
  /** A tensor is read again for each part that needs it, and counted once. */
  readonly #counted = new WeakSet<TensorProto>();
  /** Number formats other than float32 that weights were converted from. */
  readonly converted = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws {InputError} a shape that does not fit the numbers, a number format that no weights have */
  read(tensor: TensorProto): Value {
    const name = tensor.name ?? '';
    const place = { file: this.#file, tensor: name };
    const stored = DataType[tensor.dataType ?? 0] ?? `type ${tensor.dataType}`;
    const format = FORMATS[tensor.dataType ?? 0];
    if (format === undefined) {
      throw unsupported(`Its numbers are stored as ${stored}`, place, 'Export the model in float32.');
    }
    const dims = this.#dims(tensor, name);
    const data = this.#data(tensor, format, name, countOf(dims));
    if (data.length !== countOf(dims)) {
      damaged(`Its shape [${dims}] has ${countOf(dims)} values, but it holds ${data.length}.`, this.#file, name);
    }
    if (AS_FLOAT32.has(tensor.dataType ?? 0)) {
      const names = { DOUBLE: 'float64', FLOAT16: 'float16', BFLOAT16: 'bfloat16' };
      this.converted.add(names[stored as keyof typeof names]);
    }
    return { type: format.type, dims, data };
  }

  #dims(tensor: TensorProto, name: string): number[] {
    if (tensor.segment) {
      const place = { file: this.#file, tensor: name };
      throw unsupported('It is stored in segments', place, 'Export the model in one piece.');
    }
    const dims = (tensor.dims ?? []).map(Number);
    if (dims.length > MOST_AXES) damaged(`Its shape has ${dims.length} axes.`, this.#file, name);
    if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(countOf(dims))) {
      damaged(`Its shape is [${dims}].`, this.#file, name);
    }
    return dims;
  }

  #data(tensor: TensorProto, { size, decode, spelt }: NumberFormat, name: string, count: number): Value['data'] {
    const isExternal = tensor.dataLocation === DataLocation.EXTERNAL;
    const bytes = isExternal ? this.#external(tensor, name) : (tensor.rawData ?? new Uint8Array());
    if (bytes.length === 0) return spelt(tensor);
    if (bytes.length !== size * count) {
      damaged(`It has ${bytes.length} bytes, where its shape asks for ${size * count}.`, this.#file, name);
    }
    return decode(new Uint8Array(bytes).buffer);
  }

  /** The same tensor with its bytes in it, so that onnxruntime looks for no file. */
  inlined(tensor: TensorProto): TensorProto {
    this.#dims(tensor, tensor.name ?? '');
    if (tensor.dataLocation !== DataLocation.EXTERNAL) return tensor;
    const { name, dims, dataType } = tensor;
    return { name: name ?? '', dims: dims ?? [], dataType: dataType ?? 0, rawData: this.#external(tensor, name ?? '') };
  }

  /** Bytes of a file beside the model's own: in its folder or below it, links followed. */
  #external(tensor: TensorProto, name: string): Uint8Array {
    const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
    const location = entries.get('location') ?? '';
    if (location === '' || location.includes('\\')) {
      damaged(`Its numbers should be in "${location}", which is no file beside the model.`, this.#file, name);
    }
    const path = besideManifest(this.#file, location);
    return withFile(path, ({ size, read }) => {
      const begin = Number(entries.get('offset') ?? 0);
      const length = Number(entries.get('length') ?? size - begin);
      const isRange = Number.isSafeInteger(begin) && Number.isSafeInteger(length) && begin >= 0 && length >= 0;
      if (!isRange || begin + length > size) {
        damaged(`Its ${length} bytes from ${begin} are not in "${location}", which has ${size}.`, this.#file, name);
      }
      if (!this.#counted.has(tensor)) this.#externalBytes += length;
      this.#counted.add(tensor);
      if (this.#externalBytes > 2 * size)
        damaged(`Its numbers in "${location}" belong to other tensors.`, this.#file, name);
      return read(begin, length);
    });
  }
}
