// What there is of a gallery before all its evidence is: its pages appear once its cells are scored, and fill in while the
// rest is measured. The site is drawn at the end; until then `npm run dev` shows them.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../base/package.ts';
import type { PartName } from '../evidence/parts.ts';
import { explainingFailure, isFile, makeFolder, readText } from '../files/files.ts';
import { publishCopy, recordOf } from '../files/publish.ts';
import { discard, reservePath } from '../files/unfinished.ts';
import type { GalleryBuild, Stage, StageResult } from './stage.ts';
import type { BeforePart } from './stages/evidence.ts';

/** What each folder of artifacts and sites holds; no gallery can have this name. */
export const PUBLISHED = join(CACHE, '.published');

/** Between two such sets passes this many times what the one before took to write, so that they cost a tenth of a build. */
const PAUSES = 10;

/**
 * Writes the artifacts of what is measured, where nothing of the gallery was shown before: what is whole stays until the next
 * is whole.
 * @param artifacts the stage that would write them all
 */
export function showEarly(
  { id, data, folder }: GalleryBuild,
  artifacts: (evidence: ReadonlyMap<string, StageResult>, pending: readonly PartName[]) => Promise<Stage>,
): BeforePart {
  const to = data === undefined ? null : join(data, id);
  if (to === null || isWhole(to)) return async () => {};
  let next = 0;
  let busy = false;
  return async (evidence, pending) => {
    // A cell is headed by the rule that was found automatically if by nothing else; without it, a page would say that there is none.
    if (busy || pending.includes('description') || performance.now() < next) return;
    busy = true;
    const started = performance.now();
    const early = explainingFailure('write', folder, () => reservePath(join(folder, 'early')));
    try {
      makeFolder(early);
      await (await artifacts(evidence, pending)).run(early);
      rmSync(recordOf(to, PUBLISHED), { force: true });
      publishCopy(early, to);
    } finally {
      discard(early);
      busy = false;
    }
    console.log(`${'early'.padEnd(12)} shown   without ${pending.join(', ')}; npm run dev shows it`);
    const now = performance.now();
    next = now + PAUSES * (now - started);
  };
}

/** Whether there is a gallery all of whose evidence is there; one that cannot be read is none. */
function isWhole(folder: string): boolean {
  const file = join(folder, 'gallery.json');
  if (!isFile(file)) return false;
  try {
    return !('pending' in (JSON.parse(readText(file)) as object));
  } catch {
    return false;
  }
}
