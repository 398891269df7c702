// `cellarium cache import`: takes the stages out of an exported file, each after its bytes were compared with its manifest.

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../base/errors.ts';
import { explainingFailure, makeFolder } from '../../files/files.ts';
import { hashFile } from '../../files/hash.ts';
import { publishFolder } from '../../files/publish.ts';
import { discard, reservePath } from '../../files/unfinished.ts';
import { type Manifest, readManifest, verifiedManifest } from '../manifest.ts';
import { type CacheReport, reportOf, type StageReport } from './report.ts';
import { unpack } from './unpack.ts';

export interface ImportOptions {
  readonly cache: string;
  /** SHA-256 that the file must have, in hexadecimal. */
  readonly sha256?: string;
}

export interface Imported extends CacheReport {
  /** Why the file could not be read to its end. */
  readonly damage: string | null;
}

/**
 * Takes in every stage that is whole, in the place of one that differs, and leaves out those that are damaged: each
 * stands by itself, and the next build runs what is missing.
 * @throws {InputError} another file than the one asked for; one that no export wrote, of which nothing is taken
 */
export async function importCache(file: string, { cache, sha256 }: ImportOptions): Promise<Imported> {
  const found = hashFile(file);
  if (sha256 !== undefined && sha256.toLowerCase() !== found) {
    const fix = 'Fetch it again from where its hash was published; nothing of it was taken.';
    throw new InputError(`Its SHA-256 is ${found}, not ${sha256.toLowerCase()}.`, { file }, fix);
  }
  const place = join(cache, 'import');
  makeFolder(cache);
  const pending = explainingFailure('write', cache, () => reservePath(place));
  try {
    makeFolder(pending);
    const { stages, damage } = await unpack(file, pending);
    const reports = stages.map((stage) => takeStage(stage, pending, cache));
    return { file, sha256: found, bytes: statSync(file).size, stages: reports, damage };
  } finally {
    discard(pending);
  }
}

function takeStage(stage: string, pending: string, cache: string): StageReport {
  const manifest = verifiedManifest(join(pending, stage));
  if (typeof manifest === 'string') return { stage, outcome: 'damaged', why: manifest };
  const home = join(cache, stage);
  const before = readManifest(home);
  if (typeof before !== 'string' && isSame(before, manifest) && typeof verifiedManifest(home) !== 'string') {
    return reportOf(stage, 'there already', manifest);
  }
  makeFolder(dirname(home));
  publishFolder(join(pending, stage), home);
  return reportOf(stage, before === 'first run' ? 'imported' : 'replaced', manifest);
}

function isSame(one: Manifest, other: Manifest): boolean {
  const inputs = ({ inputs }: Manifest) => JSON.stringify(Object.entries(inputs).sort());
  return one.hash === other.hash && inputs(one) === inputs(other);
}
