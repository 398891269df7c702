// What torch.save and torch.jit.save write: a pickle, and beside it the numbers of the tensors in it. Since PyTorch 1.6
// a zip, in which each storage is a file; before that one stream of pickles, with the storages behind them.
import { InputError } from '../../../base/errors.ts';
import { type ByteRanges, rangesOf, withRanges } from '../../../files/ranges.ts';
import { openZip, type ZipArchive } from '../../../files/zip.ts';
import { type Constructors, damagedPickle, readPickle } from './pickle.ts';
import { Dict, Made, type Value } from './pickle-values.ts';
import { CONSTRUCTORS, type Storage, sizeOfDtype, storageOf, type TensorRef, valuesOf } from './tensor-refs.ts';

export interface TorchFile {
  /** As `zip`, for people. */
  readonly form: string;
  readonly root: Value;
  /**
   * The numbers of a tensor, row-major; the same array where two are the same numbers.
   * @throws {InputError} numbers that the file does not hold, or more of them than it can
   */
  load(ref: TensorRef, name: string): Float32Array;
}

/** Bytes of a pickle, which holds names and shapes: no numbers. */
const LONGEST_PICKLE = 2 ** 28;
/** A storage is never packed; weights that somebody packed again hardly shrink. */
const MOST_EXPANSION = 8;

/**
 * Opens a file as long as a reader needs it. Nothing in it is run.
 * @throws {InputError} a file that is broken or holds what no file of PyTorch does
 */
export function withTorchFile<T>(path: string, use: (file: TorchFile) => T): T {
  return withRanges(path, (bytes) => use(openTorchFile(bytes, path)));
}

function openTorchFile(bytes: ByteRanges, file: string): TorchFile {
  const isZip = bytes.size > 4 && Buffer.from(bytes.read(0, 4)).equals(ZIP);
  return isZip ? openArchive(bytes, file) : openStream(bytes, file);
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');

/** @param find the bytes of a storage's numbers */
function loader(size: number, file: string, find: (storage: Storage, name: string) => Uint8Array, swapped: boolean) {
  const loaded = new Map<string, Float32Array>();
  // Of float16, which has the most numbers a byte; a few for tensors that repeat one number.
  let left = size / 2 + 4096;
  return (ref: TensorRef, name: string): Float32Array => {
    const { storage, dtype, offset, shape, strides } = ref;
    const key = [storage.key, dtype, storage.start + offset, shape, strides].join(';');
    const before = loaded.get(key);
    if (before !== undefined) return before;
    left -= shape.reduce((product, length) => product * length, 1);
    if (!(left >= 0)) {
      const fix = 'The file is damaged: save or fetch it again.';
      throw new InputError(
        `With its shape [${shape.join(', ')}] there would be more numbers than the file can hold.`,
        { file, tensor: name },
        fix,
      );
    }
    const bytes = find(storage, name);
    const values = valuesOf(ref, swapped ? inOtherOrder(bytes, sizeOfDtype(dtype) ?? 1) : bytes, file, name);
    loaded.set(key, values);
    return values;
  };
}

function inOtherOrder(bytes: Uint8Array, size: number): Uint8Array {
  const turned = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % size)));
  if (size === 2) turned.swap16();
  if (size === 4) turned.swap32();
  if (size === 8) turned.swap64();
  return turned;
}

// The zip.

function openArchive(bytes: ByteRanges, file: string): TorchFile {
  const archive = openZip(bytes, file, MOST_EXPANSION);
  const pickle = archive.names.find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickle === undefined) {
    const [first] = archive.names;
    throw new InputError(
      `It is a zip archive without a data.pkl, as PyTorch has it${first === undefined ? '' : `; it begins with "${first}"`}.`,
      { file },
      'Give the file that torch.save or torch.jit.save wrote, not one that it was packed into.',
    );
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  const size = archive.sizeOf(pickle)!;
  if (size > LONGEST_PICKLE) damagedPickle(`Its pickle has ${size} bytes.`, file);
  const { value } = readPickle(archive.read(pickle), constructorsOf(file), file);
  const order = archive.names.includes(`${folder}byteorder`) ? archive.read(`${folder}byteorder`) : undefined;
  const isScript = archive.names.includes(`${folder}constants.pkl`);
  const find = (storage: Storage, name: string) => readStorage(archive, `${folder}data/${storage.key}`, file, name);
  return {
    form: isScript ? 'TorchScript' : 'zip',
    root: value,
    load: loader(bytes.size, file, find, order !== undefined && Buffer.from(order).toString('latin1') === 'big'),
  };
}

function readStorage(archive: ZipArchive, path: string, file: string, tensor: string): Uint8Array {
  if (archive.sizeOf(path) !== undefined) return archive.read(path);
  const fix = 'The file is damaged, or was not saved whole: save or fetch it again.';
  throw new InputError(`Its numbers should be in "${path}", which the archive does not hold.`, { file, tensor }, fix);
}

// The stream: a number, a version, facts of the machine, the value, the keys of the storages; then each storage as its
// count in eight bytes, and its numbers.

const MAGIC = 0x1950a86a20f9469cfc6cn;

function openStream(bytes: ByteRanges, file: string): TorchFile {
  const { form, root, find, isLittle } = readStream(bytes, file);
  return { form, root, load: loader(bytes.size, file, find, !isLittle) };
}

function readStream(bytes: ByteRanges, file: string, inner = false) {
  const head = bytes.read(0, Math.min(bytes.size, LONGEST_PICKLE));
  const seen = new Map<string, Storage>();
  const constructors = constructorsOf(file, seen, inner);
  const begin = readPickle(head, constructors, file);
  // A pickle of Python's own, whose tensors bring their bytes along.
  if (begin.value !== MAGIC) {
    const find = (storage: Storage, name: string) => storage.bytes ?? nowhere(storage, file, name);
    return { form: 'pickle', root: begin.value, find, isLittle: true };
  }
  let position = begin.end;
  const next = (): Value => {
    const read = readPickle(head, constructors, file, position);
    position = read.end;
    return read.value;
  };
  next();
  const machine = next();
  const root = next();
  const keys = next();
  const isLittle = !(machine instanceof Dict) || machine.entries.get('little_endian') !== false;
  const places = placesOf(Array.isArray(keys) ? keys : [], seen, bytes, position, file);
  const find = (storage: Storage, name: string): Uint8Array => {
    const place = places.get(storage.key);
    return place === undefined ? nowhere(storage, file, name) : bytes.read(place.begin, place.length);
  };
  return { form: 'as before PyTorch 1.6', root, find, isLittle };
}

function nowhere({ key }: Storage, file: string, tensor: string): never {
  const fix = 'Save it with torch.save, which writes the numbers too.';
  throw new InputError(`Its numbers (storage "${key}") are not in the file.`, { file, tensor }, fix);
}

interface Place {
  readonly begin: number;
  readonly length: number;
}

function placesOf(
  keys: readonly Value[],
  seen: ReadonlyMap<string, Storage>,
  bytes: ByteRanges,
  start: number,
  file: string,
): Map<string, Place> {
  const places = new Map<string, Place>();
  let position = start;
  for (const key of keys) {
    const storage = seen.get(String(key));
    const size = sizeOfDtype(storage?.dtype ?? 'uint8');
    if (storage === undefined || size === undefined) {
      return damagedPickle(`It holds the storage "${String(key)}", which no tensor has.`, file);
    }
    if (position + 8 > bytes.size) damagedPickle(`It is cut off before its storage "${storage.key}".`, file);
    const head = bytes.read(position, 8);
    const count = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
    const begin = position + 8;
    if (!(begin + count * size <= bytes.size)) {
      damagedPickle(`It is cut off in its storage "${storage.key}", of ${count} numbers.`, file);
    }
    places.set(storage.key, { begin, length: count * size });
    position = begin + count * size;
  }
  return places;
}

// What is made of a pickle's names.

/**
 * @param seen takes the storages that it names, by their keys
 * @param inner within the bytes of a storage, which hold no others
 */
function constructorsOf(file: string, seen = new Map<string, Storage>(), inner = false): Constructors {
  return {
    call: (name: string, args: readonly Value[]) => {
      if (name === 'torch.storage._load_from_bytes' && !inner) return storageInBytes(args[0], file);
      return CONSTRUCTORS.get(name)?.(args);
    },
    persistent: (id: Value) => {
      const made = storageOf(id);
      if (made instanceof Made) {
        const storage = made.value as Storage;
        seen.set(storage.key, storage);
      }
      return made;
    },
  };
}

/** The storage that a pickle of Python's own holds as the bytes of a whole file; big-endian ones are none. */
function storageInBytes(bytes: Value | undefined, file: string): Value | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const { root, find, isLittle } = readStream(rangesOf(bytes), file, true);
  if (!(root instanceof Made) || !isLittle) return undefined;
  const storage = root.value as Storage;
  const numbers = find(storage, storage.key);
  return new Made<Storage>({ ...storage, key: `${storage.key} at ${bytes.byteOffset}`, bytes: numbers });
}
