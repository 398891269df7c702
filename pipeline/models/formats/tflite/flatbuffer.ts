// Tables of a flatbuffer, read by the numbers of their fields. Every place is checked: reading beyond the bytes throws.
// Format: https://flatbuffers.dev/internals/

/** A place or a length that the bytes do not have. */
export class FlatbufferError extends Error {}

/** More entries of a list than any network's operations and arrays. */
const MOST_ENTRIES = 1_000_000;

export class Table {
  readonly #view: DataView;
  readonly #position: number;

  constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
  }

  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return reading(() => new Table(view, view.getUint32(0, true)));
  }

  /** Where a field is; undefined where the table leaves it out. */
  #place(field: number): number | undefined {
    return reading(() => {
      const fields = this.#position - this.#view.getInt32(this.#position, true);
      const slot = 4 + 2 * field;
      if (slot + 2 > this.#view.getUint16(fields, true)) return undefined;
      const offset = this.#view.getUint16(fields + slot, true);
      return offset === 0 ? undefined : this.#position + offset;
    });
  }

  #number(field: number, read: (view: DataView, at: number) => number, otherwise: number): number {
    const place = this.#place(field);
    return place === undefined ? otherwise : reading(() => read(this.#view, place));
  }

  int8 = (field: number): number => this.#number(field, (view, at) => view.getInt8(at), 0);
  uint32 = (field: number): number => this.#number(field, (view, at) => view.getUint32(at, true), 0);
  int32 = (field: number): number => this.#number(field, (view, at) => view.getInt32(at, true), 0);
  float32 = (field: number): number => this.#number(field, (view, at) => view.getFloat32(at, true), 0);

  /** The table that a field refers to. */
  table(field: number): Table | undefined {
    const place = this.#place(field);
    return place === undefined ? undefined : this.#at(place);
  }

  #at(place: number): Table {
    return reading(() => new Table(this.#view, place + this.#view.getUint32(place, true)));
  }

  /** Where a list begins, and how many entries it has. */
  #list(field: number, size: number): { readonly start: number; readonly length: number } {
    const place = this.#place(field);
    if (place === undefined) return { start: 0, length: 0 };
    return reading(() => {
      const start = place + this.#view.getUint32(place, true);
      const length = this.#view.getUint32(start, true);
      if (start + 4 + length * size > this.#view.byteLength) throw new RangeError('a list ends beyond the file');
      return { start: start + 4, length };
    });
  }

  tables(field: number): Table[] {
    const { start, length } = this.#list(field, 4);
    if (length > MOST_ENTRIES) throw new FlatbufferError(`a list has ${length} entries`);
    return Array.from({ length }, (_, index) => this.#at(start + 4 * index));
  }

  ints(field: number): number[] {
    const { start, length } = this.#list(field, 4);
    if (length > MOST_ENTRIES) throw new FlatbufferError(`a list has ${length} entries`);
    return Array.from({ length }, (_, index) => this.#view.getInt32(start + 4 * index, true));
  }

  bytes(field: number): Uint8Array {
    const { start, length } = this.#list(field, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  text = (field: number): string => new TextDecoder().decode(this.bytes(field));
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new FlatbufferError('a place or a length lies beyond the file');
    throw error;
  }
}
