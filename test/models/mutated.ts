// What becomes of a good file: some of its bytes, or a value of its JSON, are changed.
import { integerBelow, type Random } from '../../pipeline/base/random.ts';

/** Bytes that lie about lengths, or end a text. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x7b];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

export const MUTATIONS: readonly Mutation[] = [
  // another byte, in one place or in several
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let left = 1 + integerBelow(4, random); left > 0; left--) {
      changed[integerBelow(bytes.length, random)] = integerBelow(256, random);
    }
    return changed;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[integerBelow(bytes.length, random)] = TELLING[integerBelow(TELLING.length, random)]!;
    return changed;
  },
  // a bit
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[integerBelow(bytes.length, random)]! ^= 1 << integerBelow(8, random);
    return changed;
  },
  // the end is missing
  (bytes, random) => bytes.subarray(0, integerBelow(bytes.length, random)),
  // a piece is missing, or is there twice
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  // a piece stands elsewhere
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const changed = Buffer.from(bytes);
    bytes.copy(changed, integerBelow(bytes.length, random), from, to);
    return changed;
  },
];

function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = integerBelow(bytes.length, random);
  return [from, Math.min(bytes.length, from + 1 + integerBelow(64, random))];
}

/** Some bytes of a good file changed, missing, there twice or elsewhere. */
export function mutatedBytes(good: Buffer, random: Random): Buffer {
  return MUTATIONS[integerBelow(MUTATIONS.length, random)]!(good, random);
}

export const choose = <T>(values: readonly T[], random: Random): T => values[integerBelow(values.length, random)]!;

const ODD = [null, true, -1, 0, 0.5, 1, 2, 3, 7, 2 ** 31, 2 ** 53, 1e300, '', 'LSTM', '../x', '\0', [], {}, [[]], [-1]];

/** Puts something else in the place of one value of a document, removes it, or puts another one of it there. */
export function mutatedJson(document: unknown, random: Random): unknown {
  const copy = structuredClone(document);
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    const holder = value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      visit(holder[key]);
    }
  };
  visit(copy);
  const [holder, key] = choose(places, random);
  const [other, otherKey] = choose(places, random);
  const action = choose(['odd', 'odd', 'remove', 'swap'] as const, random);
  if (action === 'odd') holder[key] = choose(ODD, random);
  else if (action === 'swap') holder[key] = structuredClone(other[otherKey]);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
}
