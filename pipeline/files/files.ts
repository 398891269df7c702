// Whole files, in and out: what is read is explained when it cannot be, what is written is there whole or not at all.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../base/errors.ts';
import { adviceOnEncoding, decodeAs, decodeUtf16, wideEncodingOf } from './encoding.ts';
import { explainingFailure } from './failures.ts';
import { refuseBinary, refuseOtherKind, refusePointer } from './kinds.ts';
import { withFile } from './open.ts';
import { discard, reservePath, settle } from './unfinished.ts';
import { decodeUtf8, refuseEmpty } from './utf8.ts';

export { explainingFailure };

/** Bytes that are taken into memory as one. */
const LARGEST = 2 ** 31 - 1;

/**
 * @param largest bytes that it may have
 * @throws {InputError} where the file is not there or cannot be read, or is larger; a pointer to a file in its place
 */
export function readBytes(path: string, largest = LARGEST): Uint8Array<ArrayBuffer> {
  refuseDanglingAnnex(path);
  const bytes = withFile(path, ({ read, size }) => read(0, size), largest);
  refusePointer(bytes, path);
  return bytes;
}

/** @throws {InputError} a link into the store of git-annex, where the file that it leads to was not fetched */
export function refuseDanglingAnnex(path: string): void {
  if (existsSync(path)) return;
  const found = explainingFailure('read', path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found?.isSymbolicLink() !== true) return;
  const target = explainingFailure('read', path, () => readlinkSync(path));
  const isAnnex = target.replaceAll('\\', '/').includes('annex/objects/');
  throw new InputError(
    isAnnex
      ? 'It is a link of git-annex to a file that was not fetched.'
      : `It is a link to ${target}, which is not there.`,
    { file: path },
    isAnnex ? 'Run `git annex get` on it in its repository.' : 'Give the path of the file itself.',
  );
}

/** As many bytes at the beginning of a file as there are, up to a length. @throws {InputError} as {@link readBytes} */
export function readBeginning(path: string, length: number): Buffer {
  return Buffer.from(withFile(path, ({ read, size }) => read(0, Math.min(size, length))).buffer);
}

/** A file being written under a temporary name. */
export interface PendingFile {
  readonly descriptor: number;
  /** Flushes it to the disk, unless told not to, and gives it its name, in one step. */
  commit(flush?: boolean): void;
  /** Removes it; what was at its path before still is. */
  abandon(): void;
}

/**
 * Begins a file in a temporary one, so that `path` holds the old content or the new, whole, whenever the
 * process ends. Missing folders are made.
 * @throws {InputError} where it cannot be written; so does `commit`
 */
export function beginFile(path: string): PendingFile {
  return explainingFailure('write', path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const reserved = reservePath(path);
    const descriptor = openSync(reserved, 'w');
    let open = true;
    const close = () => {
      if (open) closeSync(descriptor);
      open = false;
    };
    const commit = (flush: boolean) => {
      if (flush) fsyncSync(descriptor);
      close();
      settle(reserved, path);
    };
    const abandon = () => {
      close();
      discard(reserved);
    };
    return { descriptor, commit: (flush = true) => explainingFailure('write', path, () => commit(flush)), abandon };
  });
}

/**
 * Writes a whole file, bytes or text as UTF-8, as {@link beginFile} does.
 * @param flush whether it must survive a power cut; false for what can be made again, which is written far sooner
 * @throws {InputError} full disk, folder that cannot be written; nothing is left behind
 */
export function writeAtomically(path: string, content: Uint8Array | string, { flush = true } = {}): void {
  const file = beginFile(path);
  try {
    explainingFailure('write', path, () => writeFileSync(file.descriptor, content));
    file.commit(flush);
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Whether there is a file at a path, and no folder. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** @throws {InputError} a folder that nothing can be written to, before hours are spent on what was to go there */
export function requireWritable(folder: string): void {
  explainingFailure('write', folder, () => accessSync(folder, constants.W_OK));
}

/** Makes a folder and those above it. */
export function makeFolder(path: string): void {
  explainingFailure('write', path, () => mkdirSync(path, { recursive: true }));
}

/** Names of what a folder holds, sorted; none where there is no such folder. */
export function listFolder(path: string): string[] {
  return existsSync(path) ? explainingFailure('read', path, () => readdirSync(path)).sort() : [];
}

export interface TextReading {
  /** As `TextDecoder` knows it, where its user said so; UTF-8 where left out. */
  readonly encoding?: string | undefined;
  /** How whoever reads can be told the encoding, as `--encoding ` or `encoding: `; left out where it cannot. */
  readonly told?: string;
  /** Bytes that the file may have: what a string of this machine holds, where left out. */
  readonly largest?: number;
}

/** A string has at most 2²⁹ − 24 characters. */
const LARGEST_TEXT = 2 ** 29 - 24;

/**
 * A text file as it is, without a byte order mark.
 * @throws {InputError} it is not there, empty, no text, or not in its encoding (of UTF-8 with line and column)
 */
export function readText(path: string, { encoding, told, largest = LARGEST_TEXT }: TextReading = {}): string {
  const bytes = readBytes(path, largest);
  refuseBinary(bytes, path);
  if (encoding !== undefined) {
    const text = decodeAs(encoding, bytes, path, told);
    refuseEmpty(text, path);
    return text;
  }
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) {
    throw new InputError(`The file is ${wide.name}, not UTF-8.`, { file: path }, adviceOnEncoding(bytes, path, told));
  }
  return decodeUtf8(bytes, path, told);
}

/**
 * A table as programs save it as text: UTF-8, or UTF-16 as Excel's “Unicode text”.
 * @throws {InputError} as {@link readText}; a web page in its place
 */
export function readTableText(path: string): string {
  const bytes = readBytes(path, LARGEST_TEXT);
  if (bytes.length > 0) refuseOtherKind(bytes, path);
  refuseBinary(bytes, path);
  const wide = decodeUtf16(bytes);
  return wide === undefined || wide.trim() === '' ? readText(path) : wide;
}
