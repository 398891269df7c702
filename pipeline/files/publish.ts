// Artifacts on their way out: validated, rounded, and published in one step.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { roundNumber } from '../base/round.ts';
import { explainingFailure, isFile, readBytes, writeAtomically } from './files.ts';
import { hashContent } from './hash.ts';
import { discard, replaceFolder, reservePath } from './unfinished.ts';

/**
 * A value as JSON, its numbers rounded, its keys in the schema's order.
 * @param path for the message
 * @throws {TypeError} a value that breaks the contract, which is the pipeline's fault and names the place in it
 */
export function artifactJson<S extends z.ZodType>(path: string, schema: S, value: z.input<S>): string {
  const checked = schema.safeParse(value);
  if (!checked.success) throw new TypeError(`${path} breaks its schema:\n${z.prettifyError(checked.error)}`);
  const round = (_: string, part: unknown) => (typeof part === 'number' ? roundNumber(part) : part);
  return JSON.stringify(checked.data, round);
}

/**
 * Writes {@link artifactJson}. Not flushed to the disk: it can be made again.
 * @throws {TypeError} as that
 */
export function writeArtifact<S extends z.ZodType>(path: string, schema: S, value: z.input<S>): void {
  writeAtomically(path, artifactJson(path, schema, value), { flush: false });
}

/**
 * Puts the folder `from` in the place of `to`: at every moment but the one between two renames there is a whole
 * folder at `to`, the old or the new.
 * @throws {InputError} where it cannot be done; the old folder is there as before
 */
export function publishFolder(from: string, to: string): void {
  explainingFailure('write', to, () => replaceFolder(from, to));
}

/** {@link publishFolder} of a copy, which leaves `from` where it is; `from` may lie on another disk. */
export function publishCopy(from: string, to: string): void {
  const copy = explainingFailure('write', to, () => reservePath(to));
  try {
    explainingFailure('write', to, () => cpSync(from, copy, { recursive: true }));
    publishFolder(copy, to);
  } finally {
    discard(copy);
  }
}

/** Where it is written down what a folder holds. */
export const recordOf = (to: string, records: string) => join(records, hashContent(resolve(to)));

/**
 * {@link publishCopy}, but of nothing where `to` holds the same already. What it holds is written down beside the caches
 * and not in it, for all that is in it is shipped; and only once it is there, so that a copy that was broken off, or one
 * made to another folder in the meantime, is made up for the next time.
 * @param hash of the files below `from`
 * @param records folder of what was written down
 * @returns whether it was copied
 */
export function publishChanged(from: string, to: string, hash: string, records: string): boolean {
  const record = recordOf(to, records);
  return explainingFailure('write', to, () => {
    if (existsSync(to) && isFile(record) && new TextDecoder().decode(readBytes(record)) === hash) return false;
    rmSync(record, { force: true });
    publishCopy(from, to);
    writeAtomically(record, hash, { flush: false });
    return true;
  });
}
