// The bytes of a protocol buffer, walked through before they are decoded: lengths that lie, messages nested without end,
// and files that are small here and would be large in memory.
// https://protobuf.dev/programming-guides/encoding/
import { damaged } from './tensors.ts';

/** Messages within a message, by the number of their field; the fields that hold whole numbers are counted. */
interface Message {
  readonly messages: Readonly<Record<number, () => Message>>;
  readonly numbers: readonly number[];
}

// The numbers of the fields are those of onnx.proto.
const TENSOR: Message = { messages: {}, numbers: [1, 7, 11] };
const ATTRIBUTE: Message = {
  messages: { 5: () => TENSOR, 6: () => GRAPH, 10: () => TENSOR, 11: () => GRAPH },
  numbers: [8],
};
const NODE: Message = { messages: { 5: () => ATTRIBUTE }, numbers: [1, 2] };
const NAMED: Message = { messages: {}, numbers: [] };
const GRAPH: Message = {
  messages: { 1: () => NODE, 5: () => TENSOR, 11: () => NAMED, 12: () => NAMED, 13: () => NAMED },
  numbers: [14, 15],
};
const FUNCTION: Message = { messages: { 7: () => NODE, 9: () => NAMED, 11: () => ATTRIBUTE }, numbers: [4, 5, 6] };
const MODEL: Message = {
  messages: { 7: () => GRAPH, 8: () => NAMED, 14: () => NAMED, 25: () => FUNCTION },
  numbers: [20],
};

/** Deeper than any graph within a graph. */
const DEEPEST = 64;
/** More nodes, names and whole numbers than any network's, each of which takes some hundred bytes once decoded. */
const MOST_ITEMS = 1_000_000;

/** @throws {InputError} a message that does not keep within its own length, or has more in it than any network's */
export function checkWire(bytes: Uint8Array, file: string): void {
  new Walk(bytes, file).message(MODEL, bytes.length, 0);
}

class Walk {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  message({ messages, numbers }: Message, end: number, depth: number): void {
    if (depth > DEEPEST) this.#fail('it is nested too deeply');
    while (this.#at < end) {
      const tag = this.#varint(end);
      const field = Math.floor(tag / 8);
      // No field has the number 0, and bytes that are lost read as many such fields.
      if (field === 0) this.#fail('a field has no number');
      const counts = numbers.includes(field);
      switch (tag % 8) {
        case 0:
          this.#varint(end);
          if (counts) this.#count(1);
          break;
        case 1:
          this.#skip(8, end);
          break;
        case 5:
          this.#skip(4, end);
          break;
        case 2: {
          const length = this.#varint(end);
          const inner = messages[field];
          if (length > end - this.#at) this.#fail(`a field of ${length} bytes does not fit`);
          if (inner === undefined) {
            // Of whole numbers side by side each takes a byte at least.
            if (counts) this.#count(Math.max(1, length));
            this.#skip(length, end);
          } else {
            this.#count(1);
            this.message(inner(), this.#at + length, depth + 1);
          }
          break;
        }
        default:
          this.#fail(`a field is of the unknown kind ${tag % 8}`);
      }
    }
  }

  #count(items: number): void {
    this.#items += items;
    if (this.#items > MOST_ITEMS) this.#fail(`it holds more than ${MOST_ITEMS} nodes, names and whole numbers`);
  }

  #skip(length: number, end: number): void {
    if (length > end - this.#at) this.#fail('it ends within a field');
    this.#at += length;
  }

  #varint(end: number): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= end) this.#fail('it ends within a number');
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return this.#fail('a number has no end');
  }

  #fail(why: string): never {
    return damaged(`It is not an ONNX model: at byte ${this.#at} ${why}.`, this.#file);
  }
}
