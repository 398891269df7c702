// The site out of the galleries' artifacts: the pages of each gallery by a process of Astro's own, side by side, and what
// stands before them all. What has not changed is not drawn again.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { endingWithThis } from '../base/ending-with-this.ts';
import { InputError } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package.ts';
import { slug } from '../base/schemas.ts';
import { FOLDERS, FORMER_FOLDERS } from '../content/files.ts';
import { codeHash } from '../files/code.ts';
import { explainingFailure, isFile, listFolder } from '../files/files.ts';
import { hashContent, hashTree, listFiles } from '../files/hash.ts';
import { discard, reserveBelow } from '../files/unfinished.ts';
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
  const drawings = [...artifacts].map(([id, hash]) => () => {
    const run = (output: string) => drawPages(build, id, output);
    const inputs = { ...common, artifacts: hash };
    return runStage({ name: 'pages', module: import.meta.url, folder: join(folder, id), inputs, run });
  });
  const all = Object.fromEntries([...artifacts].map(([id, hash]) => [`gallery ${id}`, hash]));
  const front = () =>
    runStage({
      name: 'front',
      module: import.meta.url,
      folder,
      inputs: { ...common, ...all },
      run: (output) => drawPages(build, '', output),
    });
  const drawn = await inParallel([front, ...drawings], availableParallelism());
  return runStage({
    name: 'site',
    module: import.meta.url,
    folder,
    inputs: { ...all, pages: hashContent(drawn.map(({ hash }) => hash).join()) },
    run(output) {
      // The front goes first: a gallery's process drew it too, but maybe long ago.
      for (const part of drawn) linkTree(part.output, output);
      explainingFailure('write', output, () => cpSync(data, join(output, 'data'), { recursive: true }));
    },
  });
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

/** Puts every file of one folder into another by a second name, which costs no space; one that is there stays. */
function linkTree(from: string, to: string): void {
  explainingFailure('write', to, () => {
    for (const path of listFiles(from)) {
      const target = join(to, path);
      mkdirSync(dirname(target), { recursive: true });
      if (!existsSync(target)) linkSync(join(from, path), target);
    }
  });
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

/**
 * Draws pages into `output`.
 * @param gallery whose pages are drawn, beside those that belong to no gallery; of none where it is empty
 */
async function drawPages(build: SiteBuild, gallery: string, output: string): Promise<void> {
  const isInside = resolve(output).startsWith(PACKAGE_ROOT + sep);
  if (isInside) return runAstro(build, gallery, output);
  // Processes that draw to places outside the package would all keep what they compile in one folder of its own.
  const inside = explainingFailure('write', PACKAGE_ROOT, () => reserveBelow(PACKAGE_ROOT));
  try {
    await runAstro(build, gallery, inside);
    explainingFailure('write', output, () => cpSync(inside, output, { recursive: true }));
  } finally {
    discard(inside);
  }
}

/** Runs Astro; what it prints is shown only if it fails. */
async function runAstro({ content, data, base }: SiteBuild, gallery: string, output: string): Promise<void> {
  const astro = join(dirname(createRequire(import.meta.url).resolve('astro/package.json')), 'bin', 'astro.mjs');
  const environment = {
    ...process.env,
    CELLARIUM_CONTENT: resolve(content),
    CELLARIUM_DATA: resolve(data),
    CELLARIUM_GALLERY: gallery,
    CELLARIUM_OUT: resolve(output),
    CELLARIUM_BASE: base,
    ASTRO_TELEMETRY_DISABLED: '1',
  };
  const child = spawn(process.execPath, [...endingWithThis(), astro, 'build'], {
    cwd: PACKAGE_ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) {
    // Astro prints the places in the code too, which tell nothing of what is wrong with the data.
    const [said = ''] = printed.split(/^\s*Stack trace:$/m);
    const tail = said.trim().split('\n').slice(-20).join('\n');
    throw new InputError(`The pages could not be drawn:\n${tail}`, {}, 'The site of before is still there.');
  }
}
