// What an ONNX file holds: nodes, whose attributes are checked as they are asked for, and tensors, inside the file or in
// one beside it, checked against their shapes.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import { explainingFailure } from '../../../files/files.ts';
import { DTYPES } from '../../../files/safetensors-header.ts';
import { unsupported } from '../../foreign.ts';
import type { Constant, Value } from './values.ts';

const { AttributeType } = onnx.onnx.AttributeProto;
type AttributeProto = onnx.onnx.IAttributeProto;

/** Operators of the standard, by whichever name of its domain. */
const STANDARD_DOMAINS = ['', 'ai.onnx'];

export class Node {
  readonly operator: string;
  /** As the file calls it, or after what it gives. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #file: string;

  constructor({ opType, domain, name, input, output, attribute }: onnx.onnx.INodeProto, file: string) {
    const isStandard = STANDARD_DOMAINS.includes(domain ?? '');
    this.operator = isStandard ? (opType ?? '') : `${domain}.${opType}`;
    this.inputs = input ?? [];
    this.outputs = output ?? [];
    this.name = name || this.outputs[0] || this.operator;
    this.#attributes = new Map((attribute ?? []).map((one) => [one.name ?? '', one]));
    this.#file = file;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  #get(name: string, type: onnx.onnx.AttributeProto.AttributeType): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined || attribute.type === type) return attribute;
    return damaged(`The attribute "${name}" of "${this.name}" (${this.operator}) has the wrong type.`, this.#file);
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.#get(name, AttributeType.INT);
    return attribute === undefined ? otherwise : Number(attribute.i ?? 0);
  }

  integers(name: string): number[] | undefined {
    return this.#get(name, AttributeType.INTS)?.ints?.map(Number);
  }

  number(name: string, otherwise: number): number {
    const attribute = this.#get(name, AttributeType.FLOAT);
    return attribute === undefined ? otherwise : (attribute.f ?? 0);
  }

  numbers(name: string): number[] {
    return this.#get(name, AttributeType.FLOATS)?.floats ?? [];
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#get(name, AttributeType.STRING);
    return attribute === undefined ? otherwise : decode(attribute.s);
  }

  texts(name: string): string[] {
    return (this.#get(name, AttributeType.STRINGS)?.strings ?? []).map(decode);
  }

  tensor(name: string, reader: TensorReader): Constant | undefined {
    const tensor = this.#get(name, AttributeType.TENSOR)?.t;
    return tensor ? reader.read(tensor) : undefined;
  }

  /** Whole numbers that newer versions of an operator take as an input, and older ones as an attribute. */
  numbersAt(index: number, inputs: readonly (Value | undefined)[], attribute: string): number[] | undefined {
    const input = inputs[index];
    if (input === undefined) return this.integers(attribute);
    return input.kind === 'constant' ? [...input.data] : undefined;
  }
}

function decode(bytes: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

// Tensors.

type TensorProto = onnx.onnx.ITensorProto;
const { DataType, DataLocation } = onnx.onnx.TensorProto;

const DAMAGED = 'The file is damaged, or not an ONNX model: export it again.';

/** More than any tensor has. */
const MOST_AXES = 32;

/** @throws {InputError} always */
export function damaged(what: string, file: string, tensor?: string): never {
  throw new InputError(what, tensor === undefined ? { file } : { file, tensor }, DAMAGED);
}

interface NumberFormat {
  readonly name: string;
  readonly size: number;
  /** From the bytes, little-endian, in a buffer that may be taken over. */
  readonly decode: (bytes: ArrayBuffer) => Float32Array | Float64Array;
  /** From the numbers themselves, where the file spells them out. */
  readonly spelt: (tensor: TensorProto) => Float32Array | Float64Array;
}

const floats = (values: readonly number[] | null | undefined) => Float32Array.from(values ?? []);
const integers = (values: ArrayLike<unknown> | null | undefined) => Float64Array.from(values ?? [], Number);

const { F16, BF16, F32, F64 } = DTYPES;
const halves = ({ int32Data }: TensorProto) => F16.toFloat32(Uint16Array.from(int32Data ?? []).buffer);
const brains = ({ int32Data }: TensorProto) => BF16.toFloat32(Uint16Array.from(int32Data ?? []).buffer);
const int32s = (bytes: ArrayBuffer) => integers(new Int32Array(bytes));
const int64s = (bytes: ArrayBuffer) => integers(new BigInt64Array(bytes));

const FORMATS: Readonly<Record<number, NumberFormat>> = {
  [DataType.FLOAT]: { name: 'float32', size: 4, decode: F32.toFloat32, spelt: (one) => floats(one.floatData) },
  [DataType.DOUBLE]: { name: 'float64', size: 8, decode: F64.toFloat32, spelt: (one) => floats(one.doubleData) },
  [DataType.FLOAT16]: { name: 'float16', size: 2, decode: F16.toFloat32, spelt: halves },
  [DataType.BFLOAT16]: { name: 'bfloat16', size: 2, decode: BF16.toFloat32, spelt: brains },
  [DataType.INT32]: { name: 'int32', size: 4, decode: int32s, spelt: (one) => integers(one.int32Data) },
  [DataType.INT64]: { name: 'int64', size: 8, decode: int64s, spelt: (one) => integers(one.int64Data) },
};

/** Reads tensors of one model, and remembers what a reader of them should know. */
export class TensorReader {
  readonly #file: string;
  #externalBytes = 0;
  /** Number formats other than float32 that weights were converted from. */
  readonly converted = new Set<string>();
  /** Names of the files beside the model's own that tensors were read from. */
  readonly beside = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws {InputError} a shape that does not fit the numbers, a number format that no weights have */
  read(tensor: TensorProto): Constant {
    const name = tensor.name ?? '';
    const place = { file: this.#file, tensor: name };
    const format = FORMATS[tensor.dataType ?? 0];
    if (format === undefined) {
      const stored = DataType[tensor.dataType ?? 0] ?? `type ${tensor.dataType}`;
      throw unsupported(`Its numbers are stored as ${stored}`, place, 'Export the model in float32.');
    }
    if (tensor.segment) throw unsupported('It is stored in segments', place, 'Export the model in one piece.');
    const dims = (tensor.dims ?? []).map(Number);
    if (dims.length > MOST_AXES) damaged(`Its shape has ${dims.length} axes.`, this.#file, name);
    const count = dims.reduce((product, size) => product * size, 1);
    if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count)) {
      damaged(`Its shape is [${dims}].`, this.#file, name);
    }
    const data = this.#data(tensor, format, name);
    if (data.length !== count) {
      damaged(`Its shape [${dims}] has ${count} values, but it holds ${data.length}.`, this.#file, name);
    }
    if (data instanceof Float32Array && format.name !== 'float32') this.converted.add(format.name);
    return { kind: 'constant', dims, data };
  }

  #data(tensor: TensorProto, { size, decode, spelt }: NumberFormat, name: string): Float32Array | Float64Array {
    const isExternal = tensor.dataLocation === DataLocation.EXTERNAL;
    const bytes = isExternal ? this.#external(tensor, name) : (tensor.rawData ?? new Uint8Array());
    if (bytes.length === 0) return spelt(tensor);
    if (bytes.length % size !== 0) {
      damaged(`It has ${bytes.length} bytes, where a value takes ${size}.`, this.#file, name);
    }
    return decode(new Uint8Array(bytes).buffer);
  }

  /** Bytes of a file beside the model's own. */
  #external(tensor: TensorProto, name: string): Uint8Array {
    const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
    const location = entries.get('location') ?? '';
    const leadsElsewhere = ['/', '\\', '\0'].some((character) => location.includes(character));
    if (leadsElsewhere || ['', '.', '..'].includes(location)) {
      damaged(`Its numbers should be in "${location}", which is no file beside the model.`, this.#file, name);
    }
    this.beside.add(location);
    const path = join(dirname(this.#file), location);
    return explainingFailure('read', path, () => {
      const descriptor = openSync(path, 'r');
      try {
        const { size } = fstatSync(descriptor);
        const begin = Number(entries.get('offset') ?? 0);
        const length = Number(entries.get('length') ?? size - begin);
        const isRange = Number.isSafeInteger(begin) && Number.isSafeInteger(length) && begin >= 0 && length >= 0;
        if (!isRange || begin + length > size) {
          damaged(`Its ${length} bytes from ${begin} are not in "${location}", which has ${size}.`, this.#file, name);
        }
        this.#externalBytes += length;
        if (this.#externalBytes > 2 * size)
          damaged(`Its numbers in "${location}" belong to other tensors.`, this.#file, name);
        const bytes = new Uint8Array(length);
        const read = readSync(descriptor, bytes, 0, length, begin);
        if (read < length) damaged(`"${location}" ends while it is read.`, this.#file, name);
        return bytes;
      } finally {
        closeSync(descriptor);
      }
    });
  }
}
