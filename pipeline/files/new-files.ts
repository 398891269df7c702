// Files that are to appear all together or not at all, none in the place of another.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../base/errors.ts';
import { explainingFailure, makeFolder, writeAtomically } from './files.ts';
import { withFile } from './open.ts';
import { discard, reservePath, settle } from './unfinished.ts';

/** A text to be written, or a file to be copied. */
export type NewFile = { readonly path: string } & ({ readonly content: string } | { readonly copyOf: string });

/**
 * Writes or copies the files in their order; where one fails, those before it are removed again.
 * @throws {InputError} a file that is there already, or cannot be written
 */
export function writeNewFiles(files: readonly NewFile[]): void {
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined) {
    throw new InputError('It is there already.', { file: taken.path }, 'Choose another id, or move it away.');
  }
  const written: string[] = [];
  try {
    for (const file of files) {
      if ('content' in file) writeAtomically(file.path, file.content);
      else copyAtomically(file.copyOf, file.path);
      written.push(file.path);
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}

function copyAtomically(from: string, to: string): void {
  makeFolder(dirname(to));
  const copy = explainingFailure('write', to, () => reservePath(to));
  try {
    explainingFailure('write', to, () => {
      // Opened, for a device would be copied for ever.
      withFile(from, () => copyFileSync(from, copy));
      settle(copy, to);
    });
  } finally {
    discard(copy);
  }
}
