// Arrays that NumPy saved: `.npy`, and the zip archive `.npz` of several.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { InputError } from '../base/errors.ts';
import { isKnown, type NumberFormat, toFloat32 } from './number-format.ts';
import { type ByteRanges, rangesOf, withRanges } from './ranges.ts';
import { countValues } from './safetensors-header.ts';
import { openZip } from './zip.ts';

/** Numbers of a file, of which neighbouring ones can be read. */
export interface NumberArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** Some of the values in row-major order, from an index on, as float32. */
  read(index: number, count: number): Float32Array;
}

export interface NumpyFile {
  readonly arrays: readonly NumberArray[];
  /** Arrays of a single text, by name. */
  readonly texts: ReadonlyMap<string, string>;
}

const MAGIC = '\x93NUMPY';
const LONGEST_HEADER = 2 ** 16;
/** Bytes that the arrays of an archive take together: they are in memory as a whole. */
const LARGEST_ARCHIVE = 2 ** 30;
/** The most to which deflate can expand. */
const MOST_EXPANSION = 1040;

const DAMAGED = 'The file is damaged or cut off: write or fetch it again.';
const SAVE = 'Save it as numbers, as with numpy.save("states.npy", array.astype("float32")).';

interface Header {
  /** As `<f4`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Whether the first dimension runs fastest. */
  readonly fortran: boolean;
  /** Where the numbers begin. */
  readonly start: number;
}

/** Opens a `.npy` file. @throws InputError a file that is damaged, or holds no numbers */
export function openNpy(file: string): NumberArray {
  const header = withRanges(file, (bytes) => {
    const found = readHeader(bytes, file);
    checkLength(found, formatOf(found, file), bytes.size, file);
    return found;
  });
  const format = formatOf(header, file);
  const { shape, fortran, start } = header;
  const range = (index: number, count: number) =>
    withRanges(file, (bytes) => toFloat32(bytes.read(start + index * format.size, count * format.size), format));
  let whole: Float32Array | undefined;
  return {
    name: 'h',
    shape,
    read(index, count) {
      if (!fortran) return range(index, count);
      whole ??= rowMajor(range(0, countValues(shape)), shape);
      return whole.slice(index, index + count);
    },
  };
}

/** Opens a `.npz` archive, all of whose arrays are in memory then. @throws InputError as {@link openNpy} */
export function openNpz(file: string): NumpyFile {
  const texts = new Map<string, string>();
  const arrays: NumberArray[] = [];
  withRanges(file, (bytes) => {
    const archive = openZip(bytes, file, MOST_EXPANSION);
    const entries = archive.names.filter((name) => name.endsWith('.npy'));
    if (entries.length === 0) {
      const fix = 'Give an archive that numpy.savez wrote.';
      throw new InputError('It is a zip archive without an array of NumPy.', { file }, fix);
    }
    const total = entries.reduce((sum, name) => sum + archive.sizeOf(name)!, 0);
    if (total > LARGEST_ARCHIVE) {
      const fix = 'Save each array with numpy.save, as .npy, which is read piece by piece.';
      throw new InputError(
        `Its arrays take ${total} bytes, above the ${LARGEST_ARCHIVE} of an archive.`,
        { file },
        fix,
      );
    }
    for (const entry of entries) {
      const name = entry.replace(/\.npy$/, '');
      const content = rangesOf(archive.read(entry));
      const header = readHeader(content, file, name);
      const text = textOf(header, content);
      if (text !== undefined) texts.set(name, text);
      else arrays.push(inMemory(name, header, content, file));
    }
  });
  return { arrays, texts };
}

function inMemory(name: string, header: Header, content: ByteRanges, file: string): NumberArray {
  const format = formatOf(header, file, name);
  const { shape, fortran, start } = header;
  checkLength(header, format, content.size, file, name);
  const range = (index: number, count: number) =>
    toFloat32(content.read(start + index * format.size, count * format.size), format);
  const whole = fortran ? rowMajor(range(0, countValues(shape)), shape) : undefined;
  return { name, shape, read: (index, count) => whole?.slice(index, index + count) ?? range(index, count) };
}

const place = (file: string, tensor?: string) => (tensor === undefined ? { file } : { file, tensor });

function readHeader(bytes: ByteRanges, file: string, name?: string): Header {
  const fail = (what: string): never => {
    throw new InputError(what, place(file, name), DAMAGED);
  };
  const begin = Buffer.from(bytes.read(0, Math.min(12, bytes.size)));
  if (begin.length < 12 || begin.toString('latin1', 0, 6) !== MAGIC) fail('It does not begin as arrays of NumPy do.');
  const version = begin[6]!;
  if (version < 1 || version > 3) fail(`It has version ${version} of NumPy's format, and 1 to 3 are known.`);
  const length = version === 1 ? begin.readUInt16LE(8) : begin.readUInt32LE(8);
  const from = version === 1 ? 10 : 12;
  if (length > LONGEST_HEADER || from + length > bytes.size) fail('Its header is longer than the file.');
  const text = Buffer.from(bytes.read(from, length)).toString('latin1');
  // A dictionary as Python writes it, with these three keys.
  const type = /'descr'\s*:\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  if (type === undefined && /'descr'\s*:\s*\[/.test(text)) {
    throw new InputError('Its values are records of several fields.', place(file, name), SAVE);
  }
  if (type === undefined || order === undefined || sizes === undefined) return fail('Its header is broken.');
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number.parseInt(size, 10)]));
  if (!shape.every(Number.isSafeInteger)) fail('Its shape is no list of whole numbers.');
  return { type, shape, fortran: order === 'True', start: from + length };
}

const KINDS: Readonly<Record<string, NumberFormat['kind']>> = { f: 'float', i: 'signed', u: 'unsigned', b: 'unsigned' };

function formatOf({ type }: Header, file: string, name?: string): NumberFormat {
  const [, order, letter = '', bytes] = /^([<>|=])([a-zA-Z])(\d+)$/.exec(type) ?? [];
  const size = Number(bytes);
  const kind = KINDS[letter];
  if (kind !== undefined && (size === 1 || size === 2 || size === 4 || size === 8)) {
    const format: NumberFormat = { kind, size, littleEndian: order !== '>' };
    if (isKnown(format)) return format;
  }
  const what =
    type === '|O'
      ? 'Its values are objects of Python, which are stored as a pickle.'
      : `Its values are of the type "${type}", which are no numbers that are read.`;
  throw new InputError(what, place(file, name), SAVE);
}

function checkLength(
  { shape, start }: Header,
  { size }: NumberFormat,
  length: number,
  file: string,
  name?: string,
): void {
  const expected = countValues(shape) * size;
  if (length - start === expected) return;
  const what = `Its shape [${shape.join(', ')}] takes ${expected} bytes, but it has ${length - start}.`;
  throw new InputError(what, place(file, name), DAMAGED);
}

/** From an order in which the first dimension runs fastest to one in which the last does. */
function rowMajor(values: Float32Array, shape: readonly number[]): Float32Array {
  const turned = new Float32Array(values.length);
  const at = shape.map(() => 0);
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  let from = 0;
  for (let to = 0; to < turned.length; to++) {
    turned[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis]! += 1;
      from += steps[axis]!;
      if (at[axis]! < shape[axis]!) break;
      from -= at[axis]! * steps[axis]!;
      at[axis] = 0;
    }
  }
  return turned;
}

/** One text, as `numpy.array("…")` has it: code points of four bytes, filled up with zeros. */
function textOf({ type, shape, start }: Header, content: ByteRanges): string | undefined {
  const [, order, length] = /^([<>])U(\d+)$/.exec(type) ?? [];
  if (order === undefined || countValues(shape) !== 1 || content.size - start !== 4 * Number(length)) return undefined;
  const bytes = Buffer.from(content.read(start, content.size - start));
  const codes = Array.from({ length: bytes.length / 4 }, (_, k) =>
    order === '<' ? bytes.readUInt32LE(4 * k) : bytes.readUInt32BE(4 * k),
  );
  while (codes.at(-1) === 0) codes.pop();
  return codes.every((code) => code <= 0x10ffff) ? codes.map((code) => String.fromCodePoint(code)).join('') : undefined;
}
