// `cellarium build`: the stages of every gallery in order, then the site. A stage whose inputs stand is not run again.
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sort } from 'd3-array';
import { InputError } from '../base/errors.ts';
import { CACHE } from '../base/package.ts';
import { loadGallery } from '../content/content.ts';
import { findEntry, listIds, modelFolder } from '../content/files.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { publishChanged } from '../files/publish.ts';
import { PUBLISHED } from './early.ts';
import { buildGallery } from './gallery.ts';
import type { GalleryTask } from './gallery-process.ts';
import { startProcess } from './processes.ts';
import { buildSite } from './site.ts';
import type { StageResult } from './stage.ts';

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
  const ids = options.galleries ?? smallestFirst(content, listIds(content, 'gallery'));
  if (ids.length === 0) {
    const fix = 'Write one, for example content/galleries/alice.md.';
    throw new InputError('There is no gallery to build.', { file: join(content, 'galleries') }, fix);
  }
  // An id that is not there fails before any other gallery's minutes are spent.
  for (const id of ids) findEntry(content, 'gallery', id);
  const hashes = new Map<string, string>();
  for (const id of ids) {
    console.log(`\n${id}`);
    const built = await buildOne(options, id, ids.length > 1);
    publishChanged(built.output, join(data, id), built.hash, PUBLISHED);
    hashes.set(id, built.hash);
  }

  console.log('\nsite');
  const site = await buildSite({ content, data, base, hashes, folder: CACHE });
  publishChanged(site.output, out, site.hash, PUBLISHED);
  console.log(`\n${resolve(out)} is ready: npm run preview`);
}

/** @param apart whether by a process of its own, which gives its memory back; one gallery alone needs none */
async function buildOne(options: BuildOptions, id: string, apart: boolean): Promise<StageResult> {
  const { content, data, engine, device, threads } = options;
  const task = { id, content, data, folder: join(CACHE, id), engine, device, threads };
  if (!apart) return buildGallery({ ...task, engine: await chooseEngine(options) });
  const builder = startProcess<GalleryTask, StageResult>('gallery-process', `build of ${id}`, task.folder);
  return builder.ask(task).finally(() => builder.end());
}

/** In the order in which something is there to be looked at soonest. A model that is still to be trained comes last. */
function smallestFirst(content: string, ids: readonly string[]): string[] {
  return sort(ids, (id) => {
    const gallery = loadGallery(content, id);
    const file =
      'activations' in gallery ? gallery.activations : join(modelFolder(content, gallery.model), 'model.safetensors');
    return statSync(file, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
  });
}
