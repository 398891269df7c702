// Which stages of a cache go from machine to machine, and what they are called in the file that carries them: by their
// paths in the cache, `alice/scores/manifest.json` and `alice/scores/files/…`.

import { join } from 'node:path';
import { slug } from '../../base/schemas.ts';
import { isFile, listFolder } from '../../files/files.ts';
import { manifestPath } from '../manifest.ts';

/** What stands before all galleries, and is a stage of none of them. */
export const FRONT = 'front';

/**
 * The whole site is not carried: it is the drawn pages and the artifacts once more, put together in seconds, and would
 * double the file.
 */
const LEFT = ['site', 'texts'];

const isGallery = (name: string) => slug.safeParse(name).success && name !== FRONT && !LEFT.includes(name);

/** The galleries of a cache that have a stage in it, sorted. */
export function galleriesIn(cache: string): string[] {
  return listFolder(cache).filter((name) => isGallery(name) && stagesOf(cache, name).length > 0);
}

/** The homes of a gallery's stages by their paths in the cache, sorted. */
export function stagesOf(cache: string, gallery: string): string[] {
  return listFolder(join(cache, gallery))
    .map((name) => `${gallery}/${name}`)
    .filter((stage) => isFile(manifestPath(join(cache, stage))));
}

/** Longer than any path that a build makes. */
const LONGEST = 500;

/** A name that is one on every system, and no way up or out. */
const isName = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\\:\p{Cc}]/u.test(part);

/**
 * The stage that a file of an archive belongs to, or null where no stage has such a file.
 * @param path as the archive has it, with `/`
 */
export function stageOfPath(path: string): string | null {
  const parts = path.split('/');
  const depth = parts[0] === FRONT ? 1 : 2;
  if (path.length > LONGEST || !parts.every(isName)) return null;
  const [stage, within] = [parts.slice(0, depth), parts.slice(depth)];
  if (depth === 2 && !(isGallery(stage[0]!) && /^[a-z]\w*$/i.test(stage[1] ?? ''))) return null;
  const isKnown = within[0] === 'files' ? within.length > 1 : within.length === 1 && within[0] === 'manifest.json';
  return isKnown ? stage.join('/') : null;
}
