// A file of tables of numbers, read a few rows at a time; array-file.ts says what is in it.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import {
  endOf,
  type Header,
  headerSchema,
  type Kind,
  lineOf,
  type Numbers,
  PIECE,
  TYPES,
  UNKNOWN,
} from './array-file.ts';
import { explainingFailure } from './files.ts';

/** A line that is longer is none of these files'. */
const LONGEST_LINE = 2 ** 22;

export interface ArrayFile {
  readonly description: unknown;
  /** Rows and width of a table; undefined where there is none of that name. */
  shapeOf(name: string): { readonly rows: number; readonly width: number } | undefined;
  /** The rows [from, to) of a table that is there. */
  read(name: string, from: number, to: number): Numbers;
  close(): void;
}

/** @throws {InputError} a file that is not of this kind, of a later version, or whose bytes are not those written */
export function openArrayFile(path: string, kind: Kind): ArrayFile {
  const descriptor = explainingFailure('read', path, () => openSync(path, 'r'));
  try {
    return explainingFailure('read', path, () => {
      const { header, dataStart } = readHeader(descriptor, path, kind);
      if (hashOf(header, descriptor, dataStart) !== header.sha256)
        throw damaged(path, 'Its bytes are not those written.');
      const tables = new Map(header.tables.map((table) => [table.name, table]));
      return {
        description: header.description,
        shapeOf: (name) => tables.get(name),
        read(name, from, to) {
          const { type, width, begin } = tables.get(name)!;
          const Stored = TYPES[type];
          const size = width * Stored.BYTES_PER_ELEMENT;
          const bytes = explainingFailure('read', path, () =>
            readRange(descriptor, dataStart + begin + from * size, (to - from) * size),
          );
          return new Stored(bytes.buffer);
        },
        close: () => closeSync(descriptor),
      };
    });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function damaged(path: string, what: string): InputError {
  return new InputError(what, { file: path }, 'The file is damaged or of another kind: write or fetch it again.');
}

function readHeader(descriptor: number, path: string, { format, version }: Kind) {
  const { size } = fstatSync(descriptor);
  const start = Buffer.from(readRange(descriptor, 0, Math.min(size, LONGEST_LINE)));
  const end = start.indexOf('\n');
  let json: unknown;
  try {
    json = JSON.parse(start.toString('utf8', 0, Math.max(0, end)));
  } catch {
    throw damaged(path, `It is no file of the format ${format}: it does not begin with a line of JSON.`);
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success || parsed.data.format !== format) throw damaged(path, `It is no file of the format ${format}.`);
  const header = parsed.data;
  if (header.version > version) {
    const what = `It is of version ${header.version} of its format, and this program knows up to ${version}.`;
    throw new InputError(what, { file: path }, 'Use a newer version of Cellarium.');
  }
  const dataStart = end + 1;
  let expected = 0;
  for (const table of header.tables) {
    if (table.begin !== expected) {
      throw damaged(path, `Its table "${table.name}" does not begin where the one before it ends.`);
    }
    expected = endOf(table);
  }
  if (size !== dataStart + expected) {
    throw damaged(path, `Its tables take ${expected} bytes, but ${size - dataStart} are there.`);
  }
  return { header, dataStart };
}

function hashOf(header: Header, descriptor: number, start: number): string {
  const hash = createHash('sha256').update(lineOf({ ...header, sha256: UNKNOWN }));
  const piece = new Uint8Array(PIECE);
  for (let position = start; ; ) {
    const read = readSync(descriptor, piece, 0, PIECE, position);
    if (read === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, read));
    position += read;
  }
}

function readRange(descriptor: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, done, Math.min(PIECE, length - done), position + done);
    if (read === 0) break;
    done += read;
  }
  return bytes;
}
