// The thread's end of hdf5.ts: the HDF5 library over its memory file system, which never touches the disk.
import { parentPort } from 'node:worker_threads';
import { type Attribute, Dataset, Datatype, File, FS, Group, Module, ready } from 'h5wasm';
import { isKnown, type NumberFormat, toFloat32 } from '../../../files/number-format.ts';

/** Row-major. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The attributes of a group that are a string or a list of strings, by name. */
export type Attributes = ReadonlyMap<string, string | readonly string[]>;

/** What a file holds of use here. Paths have no slash in front; the root's is empty. */
export interface Hdf5Content {
  /** By path of the group; a group without such attributes may be missing. */
  readonly attributes: ReadonlyMap<string, Attributes>;
  /** Arrays by path, of floating-point numbers, or of all numbers where they are asked for. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
}

export type Request =
  /** `numbers` for arrays of every kind of number, not those that weights are of. */
  | { readonly kind: 'decode'; readonly bytes: Uint8Array; readonly numbers?: true }
  | { readonly kind: 'encode'; readonly content: Hdf5Content };

export type Reply =
  | { readonly kind: 'decoded'; readonly content: Hdf5Content; readonly heap: number }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array; readonly heap: number }
  /** `dead` where the library cannot be used any more. */
  | { readonly kind: 'refused'; readonly why: string; readonly dead: boolean; readonly heap: number };

/** What a file of so many bytes may claim of memory: more than weights ever shrink when they are compressed. */
export function memoryAllowed(bytes: number, numbers = false): number {
  // What cells do shrinks further, for much of it is zero, and is there three times while it is converted.
  return 2 ** 26 + (numbers ? 16 : 4) * bytes;
}

/** Optimisers keep up to twice the weights, of no use here. */
const SKIPPED = new Set(['optimizer', 'optimizer_weights']);
const DEEPEST = 32;
const MOST_OBJECTS = 100_000;

// The library asks for whatever a damaged length says. Growing its memory is refused above a ceiling, as where there is
// none left; it has no setting for that.
const grow = WebAssembly.Memory.prototype.grow;
let ceiling = 2 ** 26;
WebAssembly.Memory.prototype.grow = function growBelowCeiling(this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * 2 ** 16 > ceiling) throw new RangeError('the memory allowed is used up');
  return grow.call(this, pages);
};

// The library prints what it throws as well; that is told once, in a sentence, where it is caught.
process.stdout.write = () => true;
process.stderr.write = () => true;

await ready;
const files = FS!;
// Else it takes what it cannot list for the end of the list. What it throws leaves it unusable.
Module.activate_throwing_error_handler();
const THROWN = 'HDF5-DIAG';
let serial = 0;

class Reader {
  readonly attributes = new Map<string, Map<string, string | readonly string[]>>();
  readonly arrays = new Map<string, StoredArray>();
  readonly #numbers: boolean;
  #left: number;
  #objects = 0;

  constructor(allowance: number, numbers: boolean) {
    this.#left = allowance;
    this.#numbers = numbers;
  }

  group(group: Group, path: string, depth: number): void {
    this.#attributesOf(group, path);
    for (const name of group.keys()) {
      if (path === '' && SKIPPED.has(name) && !this.#numbers) continue;
      this.#objects += 1;
      if (this.#objects > MOST_OBJECTS || depth > DEEPEST) throw new Error('it has too many groups, or in a circle');
      const below = path === '' ? name : `${path}/${name}`;
      const entity = group.get(name);
      if (entity instanceof Group) this.group(entity, below, depth + 1);
      else if (entity instanceof Dataset) this.#array(entity, below);
      else if (!(entity instanceof Datatype)) throw new Error(`${below} is listed, but not there`);
    }
  }

  #attributesOf(group: Group, path: string): void {
    const named = new Map<string, string | readonly string[]>();
    for (const [name, { metadata, json_value: value }] of this.#strings(group)) {
      if (metadata.total_size === 0) named.set(name, []);
      else if (typeof value === 'string') named.set(name, value);
      else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) named.set(name, value);
    }
    this.attributes.set(path, named);
  }

  /** The attributes that hold strings, or nothing at all. */
  *#strings(group: Group): Generator<[string, Attribute]> {
    for (const [name, attribute] of Object.entries(group.attrs)) {
      const { type, size, total_size: count } = attribute.metadata;
      if (type !== Module.H5T_class_t.H5T_STRING.value && count !== 0) continue;
      this.#spend(size * count);
      yield [name, attribute];
    }
  }

  #array(dataset: Dataset, path: string): void {
    if (this.#numbers) {
      this.#anyNumbers(dataset, path);
      return;
    }
    const { type, size, shape, total_size: count, littleEndian } = dataset.metadata;
    if (type !== Module.H5T_class_t.H5T_FLOAT.value || shape === null || shape.length === 0) return;
    if (!littleEndian || (size !== 4 && size !== 8)) {
      throw new Error(`${path} holds numbers of ${8 * size} bits${littleEndian ? '' : ', big-endian'}, not float32`);
    }
    this.#spend(size * count);
    const { value } = dataset;
    const data = value instanceof Float64Array ? Float32Array.from(value) : value;
    if (!(data instanceof Float32Array) || data.length !== shape.reduce((product, length) => product * length, 1)) {
      throw new Error(`the numbers of ${path} cannot be read`);
    }
    this.arrays.set(path, { shape, data });
  }

  /** The library puts the bytes into this machine's order, and has no numbers for half floats. */
  #anyNumbers(dataset: Dataset, path: string): void {
    const { type, size, shape, total_size: count, signed } = dataset.metadata;
    const { H5T_FLOAT, H5T_INTEGER } = Module.H5T_class_t;
    const isFloat = type === H5T_FLOAT.value;
    if ((!isFloat && type !== H5T_INTEGER.value) || shape === null || shape.length === 0) return;
    const kind = isFloat ? 'float' : signed ? 'signed' : 'unsigned';
    const format = { kind, size, littleEndian: true } as NumberFormat;
    if (![1, 2, 4, 8].includes(size) || !isKnown(format)) return;
    this.#spend(2 * size * count + 4 * count);
    const bytes = size * count;
    const place = Module._malloc(bytes);
    if (place === 0 && bytes > 0) throw new RangeError('the memory allowed is used up');
    try {
      Module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(place));
      this.arrays.set(path, { shape, data: toFloat32(Module.HEAPU8.slice(place, place + bytes), format) });
    } finally {
      Module._free(place);
    }
  }

  #spend(bytes: number): void {
    this.#left -= bytes;
    if (!(this.#left >= 0)) throw new Error('it claims to hold far more than its size allows');
  }
}

function decode(bytes: Uint8Array, path: string, numbers: boolean): Hdf5Content {
  files.writeFile(path, bytes);
  const file = new File(path, 'r');
  if (file.file_id < 0n) throw new Error('its beginning does not fit the rest');
  try {
    const reader = new Reader(memoryAllowed(bytes.length, numbers), numbers);
    reader.group(file, '', 0);
    return { attributes: reader.attributes, arrays: reader.arrays };
  } finally {
    file.close();
  }
}

function encode({ attributes, arrays }: Hdf5Content, path: string): Uint8Array {
  const file = new File(path, 'w');
  const groups = new Set(['']);
  const makeGroup = (name: string): Group => {
    if (!groups.has(name)) {
      makeGroup(name.slice(0, Math.max(0, name.lastIndexOf('/')))).create_group(name.slice(name.lastIndexOf('/') + 1));
      groups.add(name);
    }
    return file.get(`/${name}`) as Group;
  };
  for (const [name, named] of attributes) {
    const group = makeGroup(name);
    for (const [key, value] of named) {
      const longest = Math.max(...[value].flat().map((text) => Buffer.byteLength(text)));
      group.create_attribute(key, typeof value === 'string' ? value : [...value], null, `S${longest}`);
    }
  }
  for (const [name, { shape, data }] of arrays) {
    const parent = makeGroup(name.slice(0, name.lastIndexOf('/')));
    parent.create_dataset({ name: name.slice(name.lastIndexOf('/') + 1), data, shape: [...shape], dtype: '<f4' });
  }
  file.close();
  return files.readFile(path);
}

/** The innermost of the causes that the library lists, as `#002: H5Gint.c line 1 in f(): not found`. */
const lastCause = (said: string): string =>
  /\(\): (.*)(?![\s\S]*\(\): )/.exec(said)?.[1]?.trim() ?? 'it does not say why';

function answer(request: Request): Reply {
  const path = `/${++serial}.h5`;
  const heap = () => Module.HEAPU8.length;
  try {
    if (request.kind === 'decode') {
      ceiling = 2 ** 26 + memoryAllowed(request.bytes.length, request.numbers);
      return { kind: 'decoded', content: decode(request.bytes, path, request.numbers === true), heap: heap() };
    }
    ceiling = Number.POSITIVE_INFINITY;
    return { kind: 'encoded', bytes: encode(request.content, path), heap: heap() };
  } catch (error) {
    const said = error instanceof Error ? error.message : `the library stops (${error})`;
    const isThrown = said.includes(THROWN);
    const dead = isThrown || error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    const why = isThrown ? `the library stops: ${lastCause(said)}` : said;
    return { kind: 'refused', why, dead, heap: heap() };
  } finally {
    if (files.analyzePath(path, false).exists) files.unlink(path);
  }
}

/** What need not be copied on its way, for it is of no use here any more. */
function buffersOf(reply: Reply): ArrayBufferLike[] {
  if (reply.kind === 'encoded') return [reply.bytes.buffer];
  return reply.kind === 'decoded' ? [...reply.content.arrays.values()].map(({ data }) => data.buffer) : [];
}

parentPort?.on('message', (request: Request) => {
  const reply = answer(request);
  parentPort?.postMessage(reply, buffersOf(reply) as ArrayBuffer[]);
});
parentPort?.postMessage('ready');
