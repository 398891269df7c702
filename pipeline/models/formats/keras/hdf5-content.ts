// What an HDF5 file holds of use here, and how it is asked for.
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
  /** Floating-point arrays, by path. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
}

export type Request =
  | { readonly kind: 'decode'; readonly bytes: Uint8Array }
  | { readonly kind: 'encode'; readonly content: Hdf5Content };

export type Reply =
  | { readonly kind: 'decoded'; readonly content: Hdf5Content; readonly heap: number }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array; readonly heap: number }
  /** `dead` where the library cannot be used any more. */
  | { readonly kind: 'refused'; readonly why: string; readonly dead: boolean; readonly heap: number };

/** What a file of so many bytes may claim of memory: more than weights ever shrink when they are compressed. */
export function memoryAllowed(bytes: number): number {
  return 2 ** 26 + 4 * bytes;
}
