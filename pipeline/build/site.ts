// The site out of the galleries' artifacts: the pages of each gallery, and what stands before them all. What has not changed is
// not drawn again.
import { cpSync, existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../base/package.ts';
import { slug } from '../base/schemas.ts';
import { FOLDERS, FORMER_FOLDERS } from '../content/files.ts';
import { codeHash } from '../files/code.ts';
import { explainingFailure, isFile, listFolder, readText } from '../files/files.ts';
import { hashContent, hashTree, listFiles } from '../files/hash.ts';
import { drawPages, linkTree } from './drawing.ts';
import { runStage, type StageResult } from './stage.ts';

export interface SiteBuild {
  /** Folder of what people wrote. */
  readonly content: string;
  /** Folder that holds a folder of artifacts for each gallery. */
  readonly data: string;
  /** Path below which the site will be served. */
  readonly base: string;
  /** Hashes of the artifacts of the galleries that were brought up to date; the others' are taken here. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Where the stages keep what they made; below it a folder a gallery. */
  readonly folder: string;
}

/** Brings the whole site up to date. */
export async function buildSite(build: SiteBuild): Promise<StageResult> {
  const { data, folder } = build;
  const galleries = listFolder(data).filter(
    (id) => slug.safeParse(id).success && isFile(join(data, id, 'gallery.json')),
  );
  const artifacts = new Map(galleries.map((id) => [id, build.hashes.get(id) ?? hashTree(join(data, id))]));
  const common = sharedInputs(build);
  const processes = availableParallelism();
  const each = Math.floor(processes / artifacts.size);
  const drawings = [...artifacts].map(([id, hash]) => () => {
    const run = (output: string) => drawPages(build, id, output, sharesOf(join(data, id), each));
    const inputs = { ...common, artifacts: hash };
    return runStage({ name: 'pages', module: import.meta.url, folder: join(folder, id), inputs, run });
  });
  const pages = await inParallel(drawings, processes);
  const all = Object.fromEntries([...artifacts].map(([id, hash]) => [`gallery ${id}`, hash]));
  const front = await runStage({
    name: 'front',
    module: import.meta.url,
    folder,
    inputs: { ...common, ...all },
    async run(output) {
      // Whoever draws a gallery's pages draws these too.
      const drawn = pages.findIndex(({ ran }) => ran);
      if (drawn < 0) return drawPages(build, '', output);
      const own = `${galleries[drawn]}/`;
      linkTree(pages[drawn]!.output, output, (path) => !path.startsWith(own));
    },
  });
  // The front goes first: a gallery's process may have drawn it long ago.
  const drawn = [front, ...pages];
  return runStage({
    name: 'site',
    module: import.meta.url,
    folder,
    inputs: { ...all, pages: hashContent(drawn.map(({ hash }) => hash).join()) },
    run(output) {
      for (const part of drawn) linkTree(part.output, output);
      explainingFailure('write', output, () => cpSync(data, join(output, 'data'), { recursive: true }));
    },
  });
}

/** Of so many cells another process takes longer to start than it saves. */
const WORTH_A_PROCESS = 300;

/** By how many processes a gallery's pages are drawn. @param most as many as there may be */
function sharesOf(folder: string, most: number): number {
  const { layers } = JSON.parse(readText(join(folder, 'gallery.json'))) as { layers: readonly number[] };
  const cells = layers.reduce((sum, units) => sum + units, 0);
  return Math.max(1, Math.min(most, Math.floor(cells / WORTH_A_PROCESS)));
}

/** Results of the tasks in their order, of which at most so many are under way at a time. */
async function inParallel<T>(tasks: readonly (() => Promise<T>)[], atATime: number): Promise<T[]> {
  const results = new Array<T>(tasks.length);
  const waiting = tasks.entries();
  await Promise.all(
    Array.from({ length: Math.min(atATime, tasks.length) }, async () => {
      for (const [index, task] of waiting) results[index] = await task();
    }),
  );
  return results;
}

/** Everything besides the galleries' data that a page is drawn from. */
function sharedInputs({ content, base }: SiteBuild): Record<string, string> {
  return {
    prose: hashContent(
      [...Object.values(FOLDERS), ...Object.values(FORMER_FOLDERS), 'notes']
        .filter((part) => part !== FOLDERS.model)
        .map((part) => proseHash(join(content, part)))
        .join(),
    ),
    pages: hashContent(
      [...['src', ...PUBLIC, 'astro.config.mjs', 'package.json'].map(ofPackage), ...lockOf(PACKAGE_ROOT)].join(),
    ),
    'code of the pages': codeHash(...modulesOf('src')),
    base,
    // Astro takes it from the environment, into canonical links and link previews.
    address: process.env.CELLARIUM_SITE ?? '',
  };
}

/** The modules below a folder of the package. */
function modulesOf(part: string): string[] {
  const folder = join(PACKAGE_ROOT, part);
  return listFiles(folder)
    .filter((file) => /\.(ts|astro)$/.test(file))
    .map((file) => join(folder, file));
}

/** The public files of the package, among which the galleries' artifacts may lie. */
const PUBLIC = listFolder(join(PACKAGE_ROOT, 'public')).flatMap((name) => (name === 'data' ? [] : [`public/${name}`]));

const ofPackage = (part: string) => hashTree(join(PACKAGE_ROOT, part));

/** An installed package has no lock file of its own; its package.json pins what the pages are drawn with. */
function lockOf(folder: string): string[] {
  const lock = join(folder, 'package-lock.json');
  return existsSync(lock) ? [hashTree(lock)] : [];
}

const proseHash = (folder: string) => (existsSync(folder) ? hashTree(folder) : '');
