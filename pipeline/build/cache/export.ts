// `cellarium cache export`: what the stages of a build made, in one file that another machine can take in.

import { createWriteStream, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Pack } from 'tar';
import { InputError } from '../../base/errors.ts';
import { suggestNames } from '../../base/suggest.ts';
import { explainingFailure } from '../../files/files.ts';
import { hashFile } from '../../files/hash.ts';
import { discard, reservePath, settle } from '../../files/unfinished.ts';
import { filesOf, type Manifest, manifestPath, verifiedManifest } from '../manifest.ts';
import { FRONT, galleriesIn, stagesOf } from './places.ts';
import { type CacheReport, reportOf, type StageReport } from './report.ts';

export interface ExportOptions {
  readonly cache: string;
  /** Ids of the galleries; all that the cache holds when left out. */
  readonly galleries?: readonly string[];
}

/** Most of it is compressed already; more work than this takes three times as long and saves a tenth. */
const COMPRESSION = 1;

/**
 * Writes every stage that is whole into one compressed tar archive: the same bytes for the same stages, whoever made
 * them and when.
 * @throws {InputError} a gallery that the cache does not hold; nothing that is whole; a file that cannot be written
 */
export async function exportCache(file: string, { cache, galleries }: ExportOptions): Promise<CacheReport> {
  const homes = [FRONT, ...chosen(cache, galleries).flatMap((id) => stagesOf(cache, id))].filter(
    (home) => home !== FRONT || statSync(join(cache, FRONT), { throwIfNoEntry: false }) !== undefined,
  );
  const stages: StageReport[] = [];
  const paths: string[] = [];
  for (const home of homes) {
    const manifest = verifiedManifest(join(cache, home));
    if (typeof manifest === 'string') {
      stages.push({ stage: home, outcome: 'left out', why: manifest });
      continue;
    }
    stages.push(reportOf(home, 'exported', manifest));
    paths.push(...pathsOf(home, manifest));
  }
  if (paths.length === 0) {
    throw new InputError('There is no stage in it that is whole.', { file: cache }, 'Build first: npx cellarium build');
  }
  await archive(file, cache, paths);
  return { file, sha256: hashFile(file), bytes: statSync(file).size, stages };
}

function chosen(cache: string, galleries: readonly string[] | undefined): readonly string[] {
  const known = galleriesIn(cache);
  const missing = galleries?.find((id) => !known.includes(id));
  if (missing === undefined) return galleries === undefined ? known : [...new Set(galleries)].sort();
  const fix = known.length === 0 ? 'Build it first: npx cellarium build' : suggestNames(missing, known);
  throw new InputError(`It holds nothing of a gallery "${missing}".`, { file: cache }, fix);
}

function pathsOf(home: string, { files }: Manifest): string[] {
  return [manifestPath(home), ...files.map(({ path }) => `${filesOf(home)}/${path}`)];
}

async function archive(file: string, cache: string, paths: string[]): Promise<void> {
  explainingFailure('write', file, () => mkdirSync(dirname(file), { recursive: true }));
  const pending = explainingFailure('write', file, () => reservePath(file));
  try {
    const pack = new Pack({
      cwd: cache,
      portable: true,
      mtime: new Date(0),
      follow: true,
      noDirRecurse: true,
      strict: true,
      filter: plain,
    });
    for (const path of paths) pack.add(path);
    pack.end();
    await pipeline(pack, createGzip({ level: COMPRESSION }), ofNoSystem, createWriteStream(pending));
    explainingFailure('write', file, () => settle(pending, file));
  } catch (error) {
    // Whoever reads the stages and writes the archive does both at once; the message names which file it was.
    explainingFailure('write', file, () => {
      throw error;
    });
  } finally {
    discard(pending);
  }
}

/** Takes out of what is known of a file all that differs from machine to machine; a second name makes no link of it. */
function plain(_: string, stat: unknown): boolean {
  Object.assign(stat as Stats, { mode: 0o100_644, nlink: 1 });
  return true;
}

/** The tenth byte of gzip's head names the system that compressed; 255 says that it is not known. */
async function* ofNoSystem(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const piece of pieces) {
    if (isFirst) piece[9] = 255;
    isFirst = false;
    yield piece;
  }
}
