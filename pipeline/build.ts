// `cellarium build`: the stages of every gallery in order, then the site. A stage whose inputs stand is not run again.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishCopy } from './artifacts/write.ts';
import { buildGallery } from './build/gallery.ts';
import { buildSite } from './build/site.ts';
import { CACHE } from './cache-folder.ts';
import { findEntry, listIds } from './content-files.ts';
import { chooseEngine, type EngineChoice } from './engines/index.ts';
import { InputError } from './errors.ts';

export interface BuildOptions extends EngineChoice {
  /** Folder of what people wrote. */
  readonly content: string;
  /** Folder that receives a folder of artifacts for each gallery. */
  readonly data: string;
  /** Folder of the site. */
  readonly out: string;
  /** Path below which the site will be served. */
  readonly base: string;
  /** Ids; all that there are when left out. */
  readonly galleries?: readonly string[];
}

/**
 * Builds the artifacts of the galleries and the site that draws them. The site is built beside the old one, which
 * stays until the new one is whole.
 * @throws InputError whatever is wrong with the content, the weights or the folders to write to
 */
export async function buildGalleries(options: BuildOptions): Promise<void> {
  const { content, data, out, base } = options;
  const ids = options.galleries ?? listIds(content, 'gallery');
  if (ids.length === 0) {
    const fix = 'Write one, for example content/galleries/alice.md.';
    throw new InputError('There is no gallery to build.', { file: join(content, 'galleries') }, fix);
  }
  // An id that is not there fails before any other gallery's minutes are spent.
  for (const id of ids) findEntry(content, 'gallery', id);
  const engine = await chooseEngine(options);
  const hashes = new Map<string, string>();
  for (const id of ids) {
    console.log(`\n${id}`);
    const folder = join(CACHE, id);
    const built = await buildGallery({ ...options, id, engine, folder });
    const target = join(data, id);
    if (built.ran || !existsSync(target)) publishCopy(built.output, target);
    hashes.set(id, built.hash);
  }

  console.log('\nsite');
  const site = await buildSite({ content, data, base, hashes, folder: CACHE });
  if (site.ran || !existsSync(out)) publishCopy(site.output, out);
  console.log(`\n${resolve(out)} is ready: npm run preview`);
}
