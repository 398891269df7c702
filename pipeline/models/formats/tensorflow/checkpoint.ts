// The variables of a TensorFlow checkpoint: names and shapes from its `.index` file, numbers from its `.data` files.
// Format: tensorflow/core/protobuf/tensor_bundle.proto and trackable_object_graph.proto.
import { basename } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { isFile, readBytes } from '../../../files/files.ts';
import { type NumberFormat, toFloat32 } from '../../../files/number-format.ts';
import { besideManifest } from '../../../files/open.ts';
import { type ByteRanges, withRanges } from '../../../files/ranges.ts';
import { countValues } from '../../../files/safetensors-header.ts';
import { crc32c, readTable, unmasked } from './table.ts';
import { fieldsOf, readVarint, textOf, WireError } from './wire.ts';

export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
  /** @throws {InputError} numbers that are not there, or differ from their checksum */
  read(): Float32Array;
}

/** An object of a program, as it was when it was saved. */
export interface SavedNode {
  /** Nodes by the names of the attributes that hold them. */
  readonly children: readonly { readonly node: number; readonly name: string }[];
  /** The variables that it is: their names in the program, and in the checkpoint. */
  readonly variables: readonly { readonly fullName: string; readonly key: string }[];
}

export interface Checkpoint {
  /** By name; no optimiser's are left out here. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** From the object that was saved, the first; none in a checkpoint of TensorFlow 1. */
  readonly nodes: readonly SavedNode[];
}

const DAMAGED = 'The checkpoint is damaged or cut off: save or fetch both its .index and its .data files again.';
const OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH';
const SUFFIX = '/.ATTRIBUTES/VARIABLE_VALUE';

/** TensorFlow's numbers of the types that weights have. */
const TYPES: Readonly<Record<number, NumberFormat['kind']>> = { 1: 'float', 2: 'float', 14: 'bfloat', 19: 'float' };
const SIZES: Readonly<Record<number, NumberFormat['size']>> = { 1: 4, 2: 8, 14: 2, 19: 2 };
const STRING = 7;

interface Entry {
  type: number;
  shape: number[];
  shard: number;
  offset: number;
  size: number;
  checksum: number;
  sliced: boolean;
}

/** @param index the path of the `.index` file @throws {InputError} files that are damaged or missing */
export function readCheckpoint(index: string): Checkpoint {
  const prefix = index.replace(/\.index$/, '');
  try {
    const table = readTable(readBytes(index));
    const header = headerOf(table.get(''));
    const shardOf = (shard: number): string => {
      const pad = (number: number) => String(number).padStart(5, '0');
      return `${prefix}.data-${pad(shard)}-of-${pad(header.shards)}`;
    };
    const variables = new Map<string, Variable>();
    let nodes: readonly SavedNode[] = [];
    for (const [key, value] of table) {
      if (key === '') continue;
      const entry = entryOf(value);
      if (entry.shard >= header.shards) throw new WireError(`"${key}" is in a file that there is not`);
      const shard = shardOf(entry.shard);
      if (key === OBJECT_GRAPH && entry.type === STRING) nodes = nodesOf(readText(entry, shard, index));
      const kind = TYPES[entry.type];
      if (kind === undefined || entry.sliced) continue;
      const format: NumberFormat = { kind, size: SIZES[entry.type]!, littleEndian: header.littleEndian };
      const name = key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key;
      const { shape } = entry;
      variables.set(key, { name, shape, read: () => toFloat32(readNumbers(entry, format, key, shard, index), format) });
    }
    return { variables, nodes };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new InputError(`It cannot be read as the index of a checkpoint: ${error.message}.`, { file: index }, DAMAGED);
  }
}

function headerOf(bytes: Uint8Array | undefined): { readonly shards: number; readonly littleEndian: boolean } {
  if (bytes === undefined) throw new WireError('it has no header');
  const header = { shards: 1, littleEndian: true };
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1) header.shards = value;
    if (number === 2) header.littleEndian = value === 0;
  }
  return header;
}

/** Deeper than any weights. */
const MOST_DIMENSIONS = 8;

function entryOf(bytes: Uint8Array): Entry {
  const entry: Entry = { type: 0, shape: [], shard: 0, offset: 0, size: 0, checksum: 0, sliced: false };
  for (const { number, value, bytes: inner } of fieldsOf(bytes)) {
    if (number === 1) entry.type = value;
    if (number === 2) entry.shape = shapeOf(inner);
    if (number === 3) entry.shard = value;
    if (number === 4) entry.offset = value;
    if (number === 5) entry.size = value;
    if (number === 6) entry.checksum = value;
    if (number === 7) entry.sliced = true;
  }
  return entry;
}

function shapeOf(bytes: Uint8Array): number[] {
  const shape: number[] = [];
  for (const { number, bytes: dimension } of fieldsOf(bytes)) {
    if (number !== 2) continue;
    let size = 0;
    for (const field of fieldsOf(dimension)) if (field.number === 1) size = field.value;
    shape.push(size);
  }
  if (shape.length > MOST_DIMENSIONS) throw new WireError(`a variable has ${shape.length} dimensions`);
  return shape;
}

function withShard<T>(shard: string, index: string, read: (bytes: ByteRanges) => T): T {
  if (isFile(shard)) return withRanges(besideManifest(index, basename(shard)), read);
  const fix = 'The .index file holds names alone: put the .data files beside it, of the same checkpoint.';
  throw new InputError(`Its numbers are missing, which should be in ${shard}.`, { file: index }, fix);
}

function bytesAt(bytes: ByteRanges, { offset, size }: Entry, what: string, shard: string): Uint8Array {
  if (offset + size <= bytes.size) return bytes.read(offset, size);
  throw new InputError(`${what} should end at byte ${offset + size} of ${bytes.size}.`, { file: shard }, DAMAGED);
}

function readNumbers(entry: Entry, { size }: NumberFormat, key: string, shard: string, index: string): Uint8Array {
  const expected = countValues(entry.shape) * size;
  if (entry.size !== expected) {
    const what = `"${key}" of the shape [${entry.shape.join(', ')}] has ${entry.size} bytes, not ${expected}.`;
    throw new InputError(what, { file: index }, DAMAGED);
  }
  const bytes = withShard(shard, index, (ranges) => bytesAt(ranges, entry, `"${key}"`, shard));
  if (unmasked(entry.checksum) === crc32c(bytes)) return bytes;
  throw new InputError(`"${key}" differs from its checksum.`, { file: shard }, DAMAGED);
}

/** A single string: its length, a checksum of that, and its bytes. */
function readText(entry: Entry, shard: string, index: string): Uint8Array {
  const bytes = withShard(shard, index, (ranges) => bytesAt(ranges, entry, 'The description of its objects', shard));
  const [length, next] = readVarint(bytes, 0);
  if (next + 4 + length > bytes.length) throw new WireError('the description of its objects is cut off');
  // The checksum is taken over the length in four bytes, that length's own checksum, and the text.
  const summed = Buffer.alloc(8 + length);
  summed.writeUInt32LE(length);
  summed.set(bytes.subarray(next, next + 4 + length), 4);
  if (unmasked(entry.checksum) !== crc32c(summed)) {
    throw new WireError('the description of its objects differs from its checksum');
  }
  return bytes.subarray(next + 4, next + 4 + length);
}

/** More objects than any program saves. */
const MOST_NODES = 1_000_000;

function nodesOf(graph: Uint8Array): SavedNode[] {
  const nodes: SavedNode[] = [];
  for (const { number, bytes } of fieldsOf(graph)) if (number === 1) nodes.push(nodeOf(bytes));
  if (nodes.length > MOST_NODES) throw new WireError(`it holds more than ${MOST_NODES} objects`);
  return nodes;
}

function nodeOf(bytes: Uint8Array): SavedNode {
  const children: { node: number; name: string }[] = [];
  const variables: { fullName: string; key: string }[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) {
      const child = { node: 0, name: '' };
      for (const { number, value, bytes: text } of fieldsOf(field.bytes)) {
        if (number === 1) child.node = value;
        if (number === 2) child.name = textOf(text);
      }
      children.push(child);
    } else if (field.number === 2) {
      const variable = { fullName: '', key: '' };
      for (const { number, bytes: text } of fieldsOf(field.bytes)) {
        if (number === 2) variable.fullName = textOf(text);
        if (number === 3) variable.key = textOf(text);
      }
      if (variable.key.endsWith(SUFFIX)) variables.push(variable);
    }
  }
  return { children, variables };
}
