// The fields of a protocol buffer, one level at a time, each checked against the length that is there.
// https://protobuf.dev/programming-guides/encoding/

export interface Field {
  readonly number: number;
  /** Of a varint, or of four bytes; NaN for a field of another kind. */
  readonly value: number;
  /** Of a field with a length, else empty. */
  readonly bytes: Uint8Array;
}

/** A message that does not keep within its length; its reader says of what. */
export class WireError extends Error {}

const NOTHING = new Uint8Array();

/** @throws {WireError} a field that ends beyond the message, or is of no known kind */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    const [value, next] = readVarint(message, at);
    at = next;
    return value;
  };
  const take = (length: number): number => {
    if (length > message.length - at) throw new WireError('a field ends beyond its message');
    at += length;
    return at - length;
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    // No field has it, and bytes that are lost read as many such fields.
    if (number === 0) throw new WireError('a field has no number');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(), bytes: NOTHING };
        break;
      case 1:
        take(8);
        yield { number, value: Number.NaN, bytes: NOTHING };
        break;
      case 2: {
        const length = varint();
        const from = take(length);
        yield { number, value: Number.NaN, bytes: message.subarray(from, from + length) };
        break;
      }
      case 5:
        yield { number, value: view.getUint32(take(4), true), bytes: NOTHING };
        break;
      default:
        throw new WireError(`a field is of the unknown kind ${tag % 8}`);
    }
  }
}

/** @returns the number and the place behind it; what is above 2⁵³ is above every length too */
export function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let place = 0; place < 10; place++) {
    const byte = bytes[at + place];
    if (byte === undefined) throw new WireError('it ends within a number');
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return [value, at + place + 1];
  }
  throw new WireError('a number has no end');
}

const decoder = new TextDecoder();

/** @throws {WireError} a text with zeros in it, as one that is lost has */
export function textOf(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new WireError('a name in it is lost');
  return decoder.decode(bytes);
}
