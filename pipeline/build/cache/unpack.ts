// A file that claims to be an exported cache, unpacked where nothing is harmed. It comes from elsewhere: it may hold
// regular files of stages and nothing else, no more of them than a cache can have, each once.

import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { InputError } from '../../base/errors.ts';
import { explainingFailure } from '../../files/files.ts';
import { openRegular } from '../../files/open.ts';
import { filesOf } from '../manifest.ts';
import { stageOfPath } from './places.ts';

/** What gzip and Zstandard begin with: the parser would unpack them once more, out of the sight of the bounds below. */
const COMPRESSED = [0x1f, 0x28];

/** Far beyond the 1 GB of a site that can be hosted, and the files of five galleries. */
const MOST_BYTES = 2 ** 34;
const MOST_FILES = 200_000;

export interface Unpacked {
  /** Paths of the stages of which there is anything, in the archive's order. */
  readonly stages: readonly string[];
  /** Why it could not be read to its end; the last of the stages is then not whole. */
  readonly damage: string | null;
}

/**
 * Unpacks it below a folder that is there and empty.
 * @throws {InputError} a file that cannot be read, is no archive, or holds anything that an export does not write
 */
export async function unpack(file: string, folder: string): Promise<Unpacked> {
  const stages = new Set<string>();
  const written = new FileWriter(folder);
  const parser = new Parser({ strict: true });
  let bytes = 0;
  let files = 0;
  let damage: string | null = null;
  parser.on('error', (error: Error) => {
    damage ??= error.message;
  });
  parser.on('entry', (entry: ReadEntry) => {
    const stage = entry.type === 'File' ? stageOfPath(entry.path) : null;
    if (stage === null) throw foreign(file, entry);
    files += 1;
    if (files > MOST_FILES) throw tooLarge(file, `${MOST_FILES.toLocaleString('en')} files`);
    if (!stages.has(stage)) written.makeFolder(filesOf(stage));
    stages.add(stage);
    if (!written.begin(entry.path)) throw refused(file, `It holds ${entry.path} twice.`);
    entry.on('data', (piece: Buffer) => written.write(piece));
    entry.on('end', () => written.end());
  });
  try {
    for await (const piece of pipeline(
      createReadStream(file, { fd: openRegular(file).descriptor }),
      createGunzip(),
      () => {},
    )) {
      if (bytes === 0 && COMPRESSED.includes(piece[0])) break;
      bytes += piece.length;
      if (bytes > MOST_BYTES) throw tooLarge(file, `${MOST_BYTES / 2 ** 30} GB`);
      parser.write(piece as Buffer);
      if (damage !== null) break;
    }
    if (damage === null) parser.end();
  } catch (error) {
    damage = zlibFault(error) ?? explainingFailure('read', file, () => raise(error));
  } finally {
    written.end();
  }
  if (stages.size === 0)
    throw refused(file, `It is no cache that was exported${damage === null ? '' : `, or damaged: ${damage}`}.`);
  return { stages: [...stages], damage };
}

/** Why what is compressed cannot be read any further, in words; null of any other failure. */
function zlibFault(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return 'it is cut off';
  return code.startsWith('Z_') ? (error as Error).message : null;
}

function raise(error: unknown): never {
  throw error;
}

function foreign(file: string, { type, path }: ReadEntry): InputError {
  const name = JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path);
  const kind = type === 'File' ? 'a file' : `an entry of the kind ${type}`;
  return refused(file, `It holds ${kind} that no export writes: ${name}.`);
}

const tooLarge = (file: string, bound: string) => refused(file, `It unpacks to more than ${bound}.`);

function refused(file: string, what: string): InputError {
  const fix = 'Nothing of it was taken. Fetch it again, from where `cellarium cache export` wrote it.';
  return new InputError(what, { file }, fix);
}

/** Writes one file after the other below a folder. */
class FileWriter {
  readonly #folder: string;
  #descriptor: number | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  makeFolder(path: string): void {
    this.#explained(() => mkdirSync(join(this.#folder, path), { recursive: true }));
  }

  /** @returns false where there is such a file, or a file where it needs a folder */
  begin(path: string): boolean {
    const whole = join(this.#folder, path);
    try {
      mkdirSync(dirname(whole), { recursive: true });
      this.#descriptor = openSync(whole, 'wx');
      return true;
    } catch (error) {
      if (isTaken(error)) return false;
      return this.#explained(() => raise(error));
    }
  }

  write(piece: Uint8Array): void {
    this.#explained(() => {
      for (let done = 0; done < piece.length; ) done += writeSync(this.#descriptor!, piece, done);
    });
  }

  end(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #explained<T>(action: () => T): T {
    return explainingFailure('write', this.#folder, action);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
}
