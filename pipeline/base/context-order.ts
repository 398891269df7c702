// The positions of a text in the order of what was read last: those after the same few symbols stand together. A cell's values
// there are alike, so that in this order they differ little from one to the next. Runs in a browser too.

/** How many symbols are looked at, the one just read among them. */
const CONTEXT = 12;

/**
 * By the symbol at each position, then by the one before it, and so on; equals stay in the order of the text. Symbols are
 * numbered as they first occur, so that the order depends on nothing but the text.
 * @returns every position once
 */
export function contextOrder(symbols: ArrayLike<string>): Uint32Array {
  const { length } = symbols;
  const numbers = new Map<string, number>();
  // 0 stands for what is before the text.
  const read = Uint32Array.from(symbols, (symbol) => {
    const known = numbers.get(symbol) ?? numbers.size + 1;
    numbers.set(symbol, known);
    return known;
  });
  let order = Uint32Array.from({ length }, (_, position) => position);
  for (let before = CONTEXT - 1; before >= 0; before--) {
    // Counting keeps equals in their order, so what was sorted by before stays sorted among them.
    const at = (position: number): number => (position < before ? 0 : read[position - before]!);
    const ends = new Uint32Array(numbers.size + 2);
    for (let position = 0; position < length; position++) ends[at(position) + 1]!++;
    for (let number = 1; number < ends.length; number++) ends[number]! += ends[number - 1]!;
    const sorted = new Uint32Array(length);
    for (const position of order) sorted[ends[at(position)]!++] = position;
    order = sorted;
  }
  return order;
}

/** The differences from one value to the next in an order, modulo a number. @param values each below the modulus */
export function differences(values: Uint8Array, order: Uint32Array, modulus: number): Uint8Array {
  const out = new Uint8Array(order.length);
  let last = 0;
  for (let k = 0; k < order.length; k++) {
    const value = values[order[k]!]!;
    out[k] = (value - last + modulus) % modulus;
    last = value;
  }
  return out;
}

/** What {@link differences} were taken of. */
export function summed(changes: Uint8Array, order: Uint32Array, modulus: number): Uint8Array {
  const values = new Uint8Array(order.length);
  let last = 0;
  for (let k = 0; k < order.length; k++) {
    last = (last + changes[k]!) % modulus;
    values[order[k]!] = last;
  }
  return values;
}

const BYTES = 256;

/** {@link differences} of bytes. */
export const packBytes = (values: Uint8Array, order: Uint32Array): Uint8Array => differences(values, order, BYTES);

/** What {@link packBytes} was given. */
export const unpackBytes = (packed: Uint8Array, order: Uint32Array): Uint8Array => summed(packed, order, BYTES);
