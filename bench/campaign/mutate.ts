// Mutants of a good file: bytes changed, missing, there twice or zero, a value of its JSON changed, and the same inside the
// members of an archive whose checksums then fit again.
import { gunzipSync, gzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { integerBelow, type Random } from '../../pipeline/base/random.ts';
import { choose, mutatedBytes, mutatedJson } from '../../test/models/mutated.ts';

/** A longer stretch: a group, a table or a block of a file. */
const LONGEST_STRETCH = 512;
const ALIGNMENT = 8;

/** A stretch all of zeros or ones, or in the place of another, where a reader may look for a list or a table. */
function mutatedStretch(bytes: Buffer, random: Random): Buffer {
  const places = Math.max(1, Math.floor(bytes.length / ALIGNMENT));
  const [from, to] = [0, 0].map(() => ALIGNMENT * integerBelow(places, random)) as [number, number];
  const length = Math.min(2 ** (3 + integerBelow(Math.log2(LONGEST_STRETCH) - 2, random)), bytes.length - from);
  const changed = Buffer.from(bytes);
  const kind = choose(['zeros', 'ones', 'another'] as const, random);
  if (kind === 'another') bytes.copy(changed, to, from, from + length);
  else changed.fill(kind === 'zeros' ? 0 : 0xff, from, from + length);
  return changed;
}

const startsWith = (bytes: Buffer, signature: string) => bytes.toString('latin1', 0, signature.length) === signature;

/** A header of JSON behind eight bytes with its length, as a safetensors file has. */
function mutatedHeader(bytes: Buffer, random: Random): Buffer | undefined {
  const length = bytes.length > 8 ? Number(bytes.readBigUInt64LE(0)) : 0;
  if (length < 2 || length > bytes.length - 8 || bytes[8] !== 0x7b) return undefined;
  const document = parsed(bytes.subarray(8, 8 + length));
  if (document === undefined) return undefined;
  const header = Buffer.from(JSON.stringify(mutatedJson(document, random)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, bytes.subarray(8 + length)]);
}

function parsed(bytes: Buffer): object | undefined {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof document === 'object' && document !== null && Object.keys(document).length > 0 ? document : undefined;
  } catch {
    return undefined;
  }
}

/** @returns a mutant of a file, or the file as it is where it is too short for one */
export function mutant(bytes: Buffer, random: Random): Buffer {
  if (bytes.length < 2) return bytes;
  const way = integerBelow(4, random);
  if (way > 0 && startsWith(bytes, 'PK\x03\x04')) return mutatedArchive(bytes, random);
  if (way > 0 && startsWith(bytes, '\x1f\x8b')) return gzipSync(mutant(gunzipSync(bytes), random));
  if (way > 1) {
    const document = parsed(bytes);
    if (document !== undefined) return Buffer.from(JSON.stringify(mutatedJson(document, random)));
    const headed = mutatedHeader(bytes, random);
    if (headed !== undefined) return headed;
  }
  return way % 2 === 0 ? mutatedStretch(bytes, random) : mutatedBytes(bytes, random);
}

/** One member of a zip archive changed, or left out. */
function mutatedArchive(bytes: Buffer, random: Random): Buffer {
  const members = Object.entries(unzipSync(bytes));
  const index = integerBelow(members.length, random);
  const isLeftOut = integerBelow(12, random) === 0;
  const changed = members.flatMap(([name, content], k): [string, Uint8Array][] => {
    if (k !== index) return [[name, content]];
    return isLeftOut ? [] : [[name, mutant(Buffer.from(content), random)]];
  });
  return Buffer.from(zipSync(Object.fromEntries(changed), { level: 0 }));
}
