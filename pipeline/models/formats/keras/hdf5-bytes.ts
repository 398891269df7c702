// The bytes of an HDF5 file as its format has them: numbers, addresses, names, trees, and who has which of them.

/** A message of an object: its number says what it is about. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly at: number;
  readonly length: number;
}

const UNDEFINED = 0xffffffffffffffffn;
const TREE_PREFIX = 24;
const DEEPEST_TREE = 32;

export class Hdf5Bytes {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @param start from where on addresses count */
  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes.subarray(start);
    this.size = this.#bytes.length;
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
  }

  /** @throws {Error} an end beyond the file; so does all else that reads */
  #require(at: number, length: number): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.#bytes.length)) throw new Error('a part of it is cut off');
  }

  byte(at: number): number {
    this.#require(at, 1);
    return this.#bytes[at]!;
  }

  short(at: number): number {
    this.#require(at, 2);
    return this.#view.getUint16(at, true);
  }

  word(at: number): number {
    this.#require(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** Of 64 bits; what is beyond 2⁵³ is beyond any file too. */
  number(at: number): number {
    this.#require(at, 8);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** Whether an address is given at all. */
  isDefined(at: number): boolean {
    this.#require(at, 8);
    return this.#view.getBigUint64(at, true) !== UNDEFINED;
  }

  address(at: number): number {
    const address = this.number(at);
    this.#require(address, 0);
    return address;
  }

  text(at: number, length: number): string {
    this.#require(at, length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString('latin1');
  }

  isZero(at: number, length: number): boolean {
    this.#require(at, length);
    return this.#bytes.subarray(at, at + length).every((byte) => byte === 0);
  }

  /**
   * A name of a heap, as Latin-1, for comparing.
   * @returns with it the bytes that are kept for it, all of which behind its end must be zero
   */
  name(heap: number, offset: number, size: number, path: string): [name: string, kept: number] {
    this.#require(heap, size);
    const end = this.#bytes.subarray(0, heap + size).indexOf(0, heap + offset);
    const kept = Math.ceil((end + 1 - heap - offset) / 8) * 8;
    if (offset % 8 !== 0 || offset < 8 || end <= heap + offset || offset + kept > size) {
      throw new Error(`the names in ${path} are broken`);
    }
    if (!this.isZero(end, heap + offset + kept - end)) throw new Error(`the names in ${path} are broken`);
    return [Buffer.from(this.#bytes.subarray(heap + offset, end)).toString('latin1'), kept];
  }

  /** Whether the place of one piece of an array comes before that of another. */
  #isBefore(key: number, next: number, keyLength: number): boolean {
    for (let at = 8; at < keyLength; at += 8) {
      const apart = this.number(next + at) - this.number(key + at);
      if (apart !== 0) return apart > 0;
    }
    return false;
  }

  /**
   * What the lowest nodes of a tree lead to, in their order.
   * @param kind 0 of the names of a group, 1 of the pieces of an array
   * @param keyLength bytes of what stands between two children
   */
  leaves(
    root: number,
    kind: 0 | 1,
    extents: Extents,
    path: string,
    keyLength = 8,
  ): { readonly child: number; readonly key: number }[] {
    const broken = () => new Error(`the list of what ${path} holds is broken`);
    let nodes = [{ child: root, key: 0 }];
    let level: number | undefined;
    for (;;) {
      const below: { child: number; key: number }[] = [];
      for (const { child: at } of nodes) {
        if (this.text(at, 4) !== 'TREE' || this.byte(at + 4) !== kind) throw broken();
        level ??= this.byte(at + 5);
        const count = this.short(at + 6);
        if (this.byte(at + 5) !== level || level > DEEPEST_TREE || (count === 0 && nodes.length > 1)) throw broken();
        const length = TREE_PREFIX + count * (keyLength + 8) + keyLength;
        this.#require(at, length);
        extents.claim(at, length, path);
        for (let k = 0; k < count; k++) {
          const key = at + TREE_PREFIX + k * (keyLength + 8);
          below.push({ key, child: this.address(key + keyLength) });
          // A piece is looked for between the places of two keys.
          if (kind === 1 && !this.#isBefore(key, key + keyLength + 8, keyLength)) throw broken();
        }
      }
      if (level === 0) return below;
      if (below.length === 0) throw broken();
      nodes = below;
      level = level! - 1;
    }
  }
}

/** Which bytes belong to what: each to one thing at most. */
export class Extents {
  readonly #claims: { begin: number; end: number; path: string }[] = [];

  claim(begin: number, length: number, path: string): void {
    if (length > 0) this.#claims.push({ begin, end: begin + length, path });
  }

  /** @throws {Error} two things that have the same bytes, or one that ends behind the file's last */
  check(size: number): void {
    this.#claims.sort((a, b) => a.begin - b.begin);
    let last = { end: 0, path: '' };
    for (const { begin, end, path } of this.#claims) {
      if (begin < last.end) throw new Error(`${path} and ${last.path} have the same bytes`);
      if (end > size) throw new Error(`${path} is cut off`);
      last = { end, path };
    }
  }
}
