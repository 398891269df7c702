// The inner loop of a tally as a WebAssembly module, put together here instruction by instruction. A row's labels lie
// side by side, and all of them are added to the sums of the row's bin, four words in one vector: JavaScript has no
// vectors, and would add them one by one. The codes are those of the WebAssembly Core Specification 2.0, chapter 5.

/** 32-bit words of a row. */
export const WORDS = 12;

/** Bytes of a row of words. */
export const ROW_BYTES = WORDS * Uint32Array.BYTES_PER_ELEMENT;

/**
 * For each row, adds its words to the sums of its bin, modulo 2³². All arguments are addresses.
 *
 * @param bins the first row's bin, a byte
 * @param end where the bins end, beyond `bins`
 * @param words the first row's words
 * @param sums those of bin 0; of each bin a row of words
 */
export type AddRows = (bins: number, end: number, words: number, sums: number) => void;

const VECTOR_BYTES = 16;
const VECTOR_ALIGNMENT = Math.log2(VECTOR_BYTES);

/** The numbers of the function's parameters, and of its one variable: where the sums of the row's bin are. */
const [BINS, END, ROW, SUMS, TARGET] = [0, 1, 2, 3, 4] as const;

const I32 = 0x7f;
const get = (variable: number) => [0x20, variable];
const set = (variable: number) => [0x21, variable];
const i32Const = (value: number) => [0x41, ...signed(value)];
const i32Load8 = [0x2d, 0, 0];
const i32LessThan = [0x49];
const i32Add = [0x6a];
const i32Multiply = [0x6c];
const v128Load = (offset: number) => [0xfd, 0x00, VECTOR_ALIGNMENT, ...unsigned(offset)];
const v128Store = (offset: number) => [0xfd, 0x0b, VECTOR_ALIGNMENT, ...unsigned(offset)];
const i32x4Add = [0xfd, 0xae, 0x01];
/** Again and again, while the body leaves something other than 0. */
const repeatWhile = (body: readonly number[]) => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
const increase = (variable: number, by: number) => [...get(variable), ...i32Const(by), ...i32Add, ...set(variable)];

function addRows(): number[] {
  const offsets = Array.from({ length: ROW_BYTES / VECTOR_BYTES }, (_, vector) => vector * VECTOR_BYTES);
  return repeatWhile([
    ...[...get(SUMS), ...get(BINS), ...i32Load8, ...i32Const(ROW_BYTES), ...i32Multiply, ...i32Add, ...set(TARGET)],
    ...offsets.flatMap((offset) => [
      ...get(TARGET),
      ...[...get(TARGET), ...v128Load(offset), ...get(ROW), ...v128Load(offset), ...i32x4Add],
      ...v128Store(offset),
    ]),
    ...increase(ROW, ROW_BYTES),
    ...increase(BINS, 1),
    ...[...get(BINS), ...get(END), ...i32LessThan],
  ]);
}

/** A module that imports its memory as `host.memory` and exports `addRows`, an {@link AddRows}. */
export function encodeKernel(): Uint8Array<ArrayBuffer> {
  const code = [...list([[1, I32]]), ...addRows(), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x60, ...list([[I32], [I32], [I32], [I32]]), ...list([])]),
    ...section(2, [...name('host'), ...name('memory'), 0x02, 0x00, 0x00]),
    ...section(3, [0]),
    ...section(7, [...name('addRows'), 0x00, 0]),
    ...section(10, [...unsigned(code.length), ...code]),
  ]);
}

/** A section with one entry. */
function section(id: number, entry: readonly number[]): number[] {
  const content = list([entry]);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: readonly (readonly number[])[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function name(text: string): number[] {
  const characters = new TextEncoder().encode(text);
  return [...unsigned(characters.length), ...characters];
}

/** LEB128: seven bits a byte, the lowest first, the eighth bit set where more follow. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** The same of two's complement: the last byte's seventh bit is the sign. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
