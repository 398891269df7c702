// What torch.save writes into its pickle in place of tensors, and the numbers that they stand for.
import { InputError } from '../../../base/errors.ts';
import { DTYPES, type FloatDtype } from '../../../files/safetensors-header.ts';
import { Dict, Global, Made, Placeholder, Tuple, type Value } from './pickle-values.ts';

/** A stretch of numbers, which several tensors may share. */
export interface Storage {
  readonly key: string;
  /** As PyTorch calls the format of its numbers, `float32`; undefined where the tensor says it. */
  readonly dtype: string | undefined;
  /** How many numbers it has, or bytes where the format is undefined. */
  readonly count: number;
  /** Where its numbers begin in the stretch of the key: a view of it has an offset. */
  readonly start: number;
  /** Its numbers, where they lie in the pickle itself. */
  readonly bytes?: Uint8Array;
}

export interface TensorRef {
  readonly storage: Storage;
  readonly dtype: string;
  /** In numbers, as the strides are. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Formats by the names of their storages' classes. */
const STORAGES: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  QInt8Storage: 'qint8',
  QUInt8Storage: 'quint8',
  QInt32Storage: 'qint32',
};

/** Bytes a number. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ float32: 4, float64: 8, float16: 2, bfloat16: 2, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1 },
  ...{ complex64: 8, complex128: 16, qint8: 1, quint8: 1, qint32: 4, uint16: 2, uint32: 4, uint64: 8 },
  ...{ float8_e4m3fn: 1, float8_e5m2: 1, float8_e4m3fnuz: 1, float8_e5m2fnuz: 1 },
};

/** The formats whose numbers can be weights, as safetensors calls them. */
export const FLOATS: Readonly<Record<string, FloatDtype>> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
};

export const sizeOfDtype = (dtype: string): number | undefined => SIZES[dtype];

const isCount = (value: Value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function counts(value: Value): readonly number[] | undefined {
  const items = value instanceof Tuple ? value.items : Array.isArray(value) ? value : undefined;
  return items?.every(isCount) ? items : undefined;
}

/** What stands in a pickle for numbers outside of it; undefined for any other id. */
export function storageOf(id: Value): Value | undefined {
  if (!(id instanceof Tuple)) return undefined;
  const [kind, type, key, , count, view] = id.items;
  // Whole modules of early versions bring their source text along.
  if (kind === 'module') return type;
  if (kind !== 'storage' || !(type instanceof Global) || count === undefined || !isCount(count)) return undefined;
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  const className = type.name.slice(type.name.lastIndexOf('.') + 1);
  const dtype = STORAGES[className];
  if (dtype === undefined && className !== 'UntypedStorage') return undefined;
  const whole = { key: String(key), dtype, count, start: 0 };
  if (!(view instanceof Tuple)) return new Made<Storage>(whole);
  const [, start, length] = view.items;
  const fits = start !== undefined && length !== undefined && isCount(start) && isCount(length);
  return fits ? new Made<Storage>({ ...whole, start, count: length }) : undefined;
}

const isStorage = (value: unknown): value is Storage =>
  typeof value === 'object' && value !== null && 'key' in value && 'start' in value;
export const isTensor = (value: unknown): value is TensorRef =>
  typeof value === 'object' && value !== null && 'strides' in value;

/** The tensor in a value of a pickle; undefined where it is none. */
export function tensorIn(value: Value): TensorRef | undefined {
  return value instanceof Made && isTensor(value.value) ? value.value : undefined;
}

function tensor([storage, offset, size, stride]: readonly Value[], dtype?: string): Value | undefined {
  if (!(storage instanceof Made) || !isStorage(storage.value)) return undefined;
  const [shape, strides] = [counts(size ?? null), counts(stride ?? null)];
  const format = dtype ?? storage.value.dtype;
  if (shape === undefined || strides?.length !== shape.length || format === undefined) return undefined;
  if (offset === undefined || !isCount(offset)) return undefined;
  return new Made<TensorRef>({ storage: storage.value, dtype: format, offset, shape, strides });
}

function dictOf(pairs: Value | undefined): Dict {
  const dict = new Dict();
  if (pairs instanceof Dict) for (const [key, value] of pairs.entries) dict.entries.set(key, value);
  if (!Array.isArray(pairs)) return dict;
  for (const pair of pairs) {
    const [key, value] = pair instanceof Tuple ? pair.items : Array.isArray(pair) ? pair : [];
    if (key !== undefined && value !== undefined) dict.entries.set(key, value);
  }
  return dict;
}

const listOf = (value: Value | undefined): Value[] => {
  if (value instanceof Tuple) return [...value.items];
  return Array.isArray(value) ? value : [];
};

const first: Constructor = ([value]) => value;

type Constructor = (args: readonly Value[]) => Value | undefined;

/** All that is ever made of what a pickle would call. */
export const CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ['torch._utils._rebuild_tensor', (args) => tensor(args)],
  ['torch._utils._rebuild_tensor_v2', (args) => tensor(args)],
  ['torch._utils._rebuild_tensor_v3', (args) => tensor(args, dtypeName(args[6]))],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch.nn.parameter.Parameter', first],
  ['torch.nn.parameter.Buffer', first],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.Tensor', first],
  ['torch.Size', ([size]) => new Tuple(listOf(size))],
  ['torch.jit._pickle.restore_type_tag', first],
  ...['build_intlist', 'build_doublelist', 'build_boollist', 'build_tensorlist'].map((name): [string, Constructor] => [
    `torch.jit._pickle.${name}`,
    first,
  ]),
  ...['copyreg', 'copy_reg'].flatMap((module): [string, Constructor][] => [
    [`${module}._reconstructor`, instanceOf],
    [`${module}.__newobj__`, instanceOf],
  ]),
  ['collections.OrderedDict', ([pairs]) => dictOf(pairs)],
  ['collections.Counter', ([pairs]) => dictOf(pairs)],
  ['collections.defaultdict', ([, pairs]) => dictOf(pairs)],
  ...['builtins', '__builtin__'].flatMap((module): [string, Constructor][] => [
    [`${module}.dict`, ([pairs]) => dictOf(pairs)],
    [`${module}.list`, ([items]) => listOf(items)],
    [`${module}.set`, ([items]) => listOf(items)],
    [`${module}.frozenset`, ([items]) => listOf(items)],
    [`${module}.tuple`, ([items]) => new Tuple(listOf(items))],
  ]),
]);

/** An object of a class, which stays a placeholder. */
function instanceOf([type, ...args]: readonly Value[]): Value | undefined {
  return type instanceof Global ? new Placeholder(type.name, new Tuple(args)) : undefined;
}

const dtypeName = (value: Value | undefined): string | undefined =>
  value instanceof Global ? value.name.replace(/^torch\./, '') : undefined;

/** A tensor of a class of its own: the function that makes the tensor, the class, and the function's arguments. */
function rebuildFromType([make, , args]: readonly Value[]): Value | undefined {
  if (!(make instanceof Global) || !(args instanceof Tuple) || make.name.endsWith('_rebuild_from_type_v2'))
    return undefined;
  return CONSTRUCTORS.get(make.name)?.(args.items);
}

/**
 * The numbers of a tensor, row-major, out of the bytes of its storage.
 * @param bytes of the numbers of its storage, little-endian
 * @throws {InputError} a tensor that reaches beyond its storage, or holds no floating-point numbers
 */
export function valuesOf(ref: TensorRef, bytes: Uint8Array, file: string, name: string): Float32Array {
  const format = FLOATS[ref.dtype];
  if (format === undefined) {
    throw new InputError(
      `It is stored as ${ref.dtype}, not as floating-point numbers.`,
      { file, tensor: name },
      'Save the weights as float32: a quantised model must be loaded and dequantised first.',
    );
  }
  const count = ref.shape.reduce((product, size) => product * size, 1);
  const { size } = DTYPES[format];
  const { start } = ref.storage;
  const [low, high] = [start + ref.offset, start + ref.offset + reach(ref)];
  if (count > 0 && !((high + 1) * size <= bytes.length)) {
    throw new InputError(
      `It reaches to number ${high} of a storage of ${Math.floor(bytes.length / size)}.`,
      { file, tensor: name },
      'The file is damaged: save or fetch it again.',
    );
  }
  if (count === 0) return new Float32Array(0);
  // A copy, which the values may take over: a slice of a Buffer would be none.
  const stretch = new Uint8Array(bytes.subarray(low * size, (high + 1) * size));
  const values = DTYPES[format].toFloat32(stretch.buffer);
  return isContiguous(ref) ? values : strided(ref, values, count);
}

/** How far its last number is from its first. */
function reach({ shape, strides }: TensorRef): number {
  return shape.reduce((sum, size, axis) => sum + Math.max(0, size - 1) * strides[axis]!, 0);
}

function isContiguous({ shape, strides }: TensorRef): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function strided({ shape, strides }: TensorRef, values: Float32Array, count: number): Float32Array {
  const result = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let k = 0; k < count; k++) {
    result[k] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
