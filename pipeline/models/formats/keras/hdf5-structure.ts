// What an HDF5 file says in two places, held against each other, before the HDF5 library reads it. Files as they are
// mostly written have no checksums, and the library takes what it cannot read of a group's names for their end: a group
// of which a few bytes are lost has fewer parts then, or none. Newer kinds of objects have checksums, and are left to it.
// Format: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
import { checkArray } from './hdf5-array.ts';
import { checkAttribute } from './hdf5-attribute.ts';
import { Extents, Hdf5Bytes, type Message } from './hdf5-bytes.ts';

const NIL = 0;
const LAYOUT = 8;
const ATTRIBUTE = 12;
const CONTINUATION = 16;
const SYMBOL_TABLE = 17;
const DATATYPE = 3;

const OBJECT_PREFIX = 16;
const MESSAGE_PREFIX = 8;
const ENTRY = 40;
const HEAP_PREFIX = 32;
const NODE_PREFIX = 8;
/** Where a list of free places ends. */
const NO_MORE_FREE = 1;
/** Names are kept in pieces of so many bytes, the first of which is empty. */
const PIECE = 8;
const MOST_OBJECTS = 200_000;

interface Place {
  readonly path: string;
  readonly header: number;
  /** Tree and heap, where the entry that leads here repeats them. */
  readonly cached: readonly [tree: number, heap: number] | undefined;
}

/**
 * @param bytes the whole file
 * @param start where its own bytes begin
 * @throws {Error} the first thing that does not fit another, in words
 */
export function checkStructure(bytes: Uint8Array, start: number): void {
  const version = bytes[start + 8]!;
  // From version 2 on, it and all objects have checksums.
  if (version > 1) return;
  const source = new Hdf5Bytes(bytes, start);
  if (source.byte(13) !== 8 || source.byte(14) !== 8) return;
  new Walk(source).from(56 + 4 * version);
}

class Walk {
  readonly #bytes: Hdf5Bytes;
  readonly #extents = new Extents();
  readonly #seen = new Set<number>();

  constructor(bytes: Hdf5Bytes) {
    this.#bytes = bytes;
  }

  from(rootEntry: number): void {
    this.#extents.claim(0, rootEntry + ENTRY, 'the beginning of the file');
    const queue = [this.#entry(rootEntry, '/')];
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      if (this.#seen.has(place.header)) continue;
      this.#seen.add(place.header);
      if (this.#seen.size > MOST_OBJECTS) throw new Error('it holds more objects than any network');
      queue.push(...this.#object(place));
    }
    this.#extents.check(this.#bytes.size);
  }

  #entry(at: number, path: string): Place {
    const header = this.#bytes.address(at + 8);
    const isCached = this.#bytes.short(at + 16) === 1;
    return {
      path,
      header,
      cached: isCached ? [this.#bytes.address(at + 24), this.#bytes.address(at + 32)] : undefined,
    };
  }

  /** @returns what a group holds; nothing for other objects */
  #object({ path, header, cached }: Place): Place[] {
    if (this.#bytes.text(header, 4) === 'OHDR') return [];
    const messages = this.#messages(header, path);
    const table = messages.find(({ type }) => type === SYMBOL_TABLE);
    if (table !== undefined) {
      const [tree, heap] = [this.#bytes.address(table.at), this.#bytes.address(table.at + 8)];
      if (cached !== undefined && (cached[0] !== tree || cached[1] !== heap)) {
        throw new Error(`two places in it tell otherwise where the parts of ${path} are`);
      }
      return this.#group(path, tree, heap);
    }
    if (messages.some(({ type }) => type === LAYOUT)) checkArray(messages, this.#bytes, this.#extents, path);
    else if (!messages.some(({ type }) => type === DATATYPE))
      throw new Error(`${path} is neither a group nor an array`);
    return [];
  }

  /** All messages of an object, which must be as many as it says and fill its pieces to the last byte. */
  #messages(header: number, path: string): Message[] {
    const damaged = () => new Error(`the description of ${path} is broken`);
    if (this.#bytes.byte(header) !== 1) throw damaged();
    const count = this.#bytes.short(header + 2);
    const pieces = [[header + OBJECT_PREFIX, this.#bytes.word(header + 8)] as const];
    this.#extents.claim(header, OBJECT_PREFIX, path);
    const messages: Message[] = [];
    for (const [begin, length] of pieces) {
      this.#extents.claim(begin, length, path);
      let at = begin;
      while (at + MESSAGE_PREFIX <= begin + length && messages.length < count) {
        const message: Message = {
          type: this.#bytes.short(at),
          flags: this.#bytes.byte(at + 4),
          at: at + MESSAGE_PREFIX,
          length: this.#bytes.short(at + 2),
        };
        at = message.at + message.length;
        if (at > begin + length) throw damaged();
        messages.push(message);
        if (message.type === NIL && !this.#bytes.isZero(message.at, message.length)) throw damaged();
        if (message.type === ATTRIBUTE) checkAttribute(message, this.#bytes, path);
        if (message.type === CONTINUATION) {
          pieces.push([this.#bytes.address(message.at), this.#bytes.number(message.at + 8)]);
        }
      }
      if (at !== begin + length) throw damaged();
    }
    if (messages.length !== count) throw damaged();
    return messages;
  }

  /** The names that a group lists, which must be those that it keeps. */
  #group(path: string, tree: number, heap: number): Place[] {
    const bytes = this.#bytes;
    if (bytes.text(heap, 4) !== 'HEAP') throw new Error(`the names in ${path} are broken`);
    const size = bytes.number(heap + 8);
    const names = bytes.address(heap + 24);
    this.#extents.claim(heap, HEAP_PREFIX, path);
    this.#extents.claim(names, size, path);
    let accounted = PIECE + this.#free(names, size, bytes.number(heap + 16), path);
    const places: Place[] = [];
    let before = '';
    for (const at of this.#symbols(tree, path)) {
      const [name, length] = bytes.name(names, bytes.number(at), size, path);
      if (name <= before) throw new Error(`the names in ${path} are broken`);
      before = name;
      accounted += length;
      const below = path === '/' ? `/${name}` : `${path}/${name}`;
      // A link by name, to what is listed where it leads.
      if (bytes.short(at + 16) === 2) accounted += bytes.name(names, bytes.word(at + 24), size, path)[1];
      else places.push(this.#entry(at, below));
    }
    if (accounted !== size) throw new Error(`the group ${path} lists fewer names than it keeps`);
    return places;
  }

  /** Bytes of the places for names that are free. */
  #free(names: number, size: number, first: number, path: string): number {
    let free = 0;
    for (let next = first; next !== NO_MORE_FREE; ) {
      if (next + 16 > size) throw new Error(`the names in ${path} are broken`);
      const length = this.#bytes.number(names + next + 8);
      free += length;
      if (length === 0 || free > size) throw new Error(`the names in ${path} are broken`);
      next = this.#bytes.number(names + next);
    }
    return free;
  }

  /** Where the entries of a group are, in the order of their names. */
  #symbols(tree: number, path: string): number[] {
    return this.#bytes.leaves(tree, 0, this.#extents, path).flatMap(({ child }) => {
      if (this.#bytes.text(child, 4) !== 'SNOD') throw new Error(`the list of what ${path} holds is broken`);
      const count = this.#bytes.short(child + 6);
      if (count === 0) throw new Error(`a list of what ${path} holds is empty`);
      this.#extents.claim(child, NODE_PREFIX + count * ENTRY, path);
      return Array.from({ length: count }, (_, index) => child + NODE_PREFIX + index * ENTRY);
    });
  }
}
