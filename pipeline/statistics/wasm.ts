// WebAssembly modules of one function, put together instruction by instruction, for loops that need vectors, which
// JavaScript does not have. The codes are those of the WebAssembly Core Specification 2.0, chapter 5.

/** Of instructions, their arguments, or a whole module. */
export type Code = readonly number[];

export const [I32, F32, F64, V128] = [0x7f, 0x7d, 0x7c, 0x7b] as const;

export interface FunctionCode {
  /** Types of parameters, result and variables. Variables are numbered after the parameters. */
  readonly parameters: Code;
  readonly result: Code;
  readonly variables: Code;
  readonly body: Code;
}

export const get = (variable: number): Code => [0x20, variable];
export const set = (variable: number): Code => [0x21, variable];
export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load8: [0x2d, 0, 0],
  store8: [0x3a, 0, 0],
  lessThan: [0x49],
  add: [0x6a],
  multiply: [0x6c],
  countOnes: [0x69],
} as const;
/** Of any address: the 0 promises no alignment. */
export const v128 = {
  load: (offset: number): Code => [...vector(0x00), 0, ...unsigned(offset)],
  store: (offset: number): Code => [...vector(0x0b), 0, ...unsigned(offset)],
  /** One word, in all lanes. */
  loadSplat: [0xfd, 0x09, 0, 0],
  zero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
} as const;
export const i64 = { add: [0x7c] } as const;
export const f64 = { fromI64: [0xb9] } as const;
export const i64x2 = {
  extendLow: vector(0xc7),
  extendHigh: vector(0xc8),
  add: vector(0xce),
  lane: (lane: 0 | 1): Code => [0xfd, 0x1d, lane],
} as const;
export const i32x4 = { add: vector(0xae) } as const;
export const f32x4 = { notAbove: vector(0x45), add: vector(0xe4), multiply: vector(0xe6), first: [0xfd, 0x1f, 0] };
/** `dot` leaves four sums of two products each. */
export const i16x8 = { narrow: vector(0x85), dot: vector(0xba) } as const;
export const i8x16 = { narrow: vector(0x65), signs: vector(0x64) } as const;

export function increase(variable: number, by: Code): Code {
  return [...get(variable), ...by, ...i32.add, ...set(variable)];
}

/** Once, and again while the body leaves something other than 0. */
export function repeatWhile(body: Code): Code {
  return [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
}

/** @throws WebAssembly.CompileError if vectors are lacking or forbidden */
export function instantiate<F>(code: FunctionCode, memory: WebAssembly.Memory): F {
  return new WebAssembly.Instance(new WebAssembly.Module(encodeModule(code)), { host: { memory } }).exports.run as F;
}

/** A module that imports its memory as `host.memory` and exports the function as `run`. */
export function encodeModule({ parameters, result, variables, body }: FunctionCode): Uint8Array<ArrayBuffer> {
  const code = [...list(variables.map((type) => [1, type])), ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x60, ...list(parameters.map((type) => [type])), ...list(result.map((type) => [type]))]),
    ...section(2, [...name('host'), ...name('memory'), 0x02, 0x00, 0x00]),
    ...section(3, [0]),
    ...section(7, [...name('run'), 0x00, 0]),
    ...section(10, [...unsigned(code.length), ...code]),
  ]);
}

const PAGE_BYTES = 65_536;

/** Makes a memory at least so large. Views of it made before are of no use any more. */
export function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** A section with one entry. */
function section(id: number, entry: Code): Code {
  const content = list([entry]);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function name(text: string): Code {
  const characters = new TextEncoder().encode(text);
  return [...unsigned(characters.length), ...characters];
}

function vector(instruction: number): Code {
  return [0xfd, ...unsigned(instruction)];
}

/** LEB128: seven bits a byte, the lowest first, the eighth bit set where more follow. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** The same of two's complement: the last byte's seventh bit is the sign. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
