// What several files of tests need is made once in a run, by whoever asks first, and stands until all tests are over.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';

/** Marks of a folder that is finished, or cannot be. */
const MADE = 'made';
const FAILED = 'failed';
const POLL = 200;

/**
 * @param name of a folder for it, below the project
 * @returns the folder, which nobody may change
 */
export async function onceInARun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(inject('sites'), name);
  if (mkdirSync(folder, { recursive: true }) === undefined) {
    while (!existsSync(join(folder, MADE))) {
      if (existsSync(join(folder, FAILED))) throw new Error(`${name} could not be made, as another test says.`);
      await setTimeout(POLL);
    }
    return folder;
  }
  try {
    await make(folder);
    writeFileSync(join(folder, MADE), '');
  } catch (error) {
    writeFileSync(join(folder, FAILED), '');
    throw error;
  }
  return folder;
}
