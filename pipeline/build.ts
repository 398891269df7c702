// `cellarium build`: the stages of every gallery in order, then the site. A stage whose inputs stand is not run again.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { codeHash, runStage } from './artifacts/stages.ts';
import { publishCopy } from './artifacts/write.ts';
import { buildGallery } from './build/gallery.ts';
import { CACHE } from './cache-folder.ts';
import { findEntry, listIds } from './content-files.ts';
import { chooseEngine, type EngineChoice } from './engines/index.ts';
import { InputError } from './errors.ts';
import { hashContent, hashTree } from './formats/hash.ts';
import { PACKAGE_ROOT } from './package.ts';

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
  const hashes: Record<string, string> = {};
  for (const id of ids) {
    console.log(`\n${id}`);
    const folder = join(CACHE, id);
    const built = await buildGallery({ ...options, id, engine, folder });
    const target = join(data, id);
    if (built.ran || !existsSync(target)) publishCopy(built.output, target);
    hashes[`gallery ${id}`] = built.hash;
  }

  console.log('\nsite');
  const site = await runStage({
    name: 'site',
    folder: CACHE,
    inputs: { ...hashes, ...(await siteInputs(content, base)) },
    run: (output) => drawSite(options, output),
  });
  if (site.ran || !existsSync(out)) publishCopy(site.output, out);
  console.log(`\n${resolve(out)} is ready: npm run preview`);
}

/** Everything besides the galleries' data that a page is drawn from. */
async function siteInputs(content: string, base: string): Promise<Record<string, string>> {
  return {
    prose: hashContent(
      ['galleries', 'corpora', 'heuristics', 'notes', 'series', 'series-heuristics']
        .map((part) => proseHash(join(content, part)))
        .join(),
    ),
    pages: hashContent([...['src', 'astro.config.mjs', 'package.json'].map(ofPackage), ...lockOf(PACKAGE_ROOT)].join()),
    'shared code': codeHash('artifacts', 'lstm', 'scoring', 'text'),
    base,
  };
}

const ofPackage = (part: string) => hashTree(join(PACKAGE_ROOT, part));

/** An installed package has no lock file of its own; its package.json pins what the pages are drawn with. */
function lockOf(folder: string): string[] {
  const lock = join(folder, 'package-lock.json');
  return existsSync(lock) ? [hashTree(lock)] : [];
}

const proseHash = (folder: string) => (existsSync(folder) ? hashTree(folder) : '');

/** Runs Astro; what it prints is shown only if it fails. */
async function drawSite({ content, data, base }: BuildOptions, output: string): Promise<void> {
  const astro = join(dirname(createRequire(import.meta.url).resolve('astro/package.json')), 'bin', 'astro.mjs');
  const environment = {
    ...process.env,
    CELLARIUM_CONTENT: resolve(content),
    CELLARIUM_OUT: resolve(output),
    CELLARIUM_BASE: base,
    ASTRO_TELEMETRY_DISABLED: '1',
    ...(resolve(data) === join(PACKAGE_ROOT, 'public', 'data') ? {} : { CELLARIUM_DATA: resolve(data) }),
  };
  const child = spawn(process.execPath, [astro, 'build'], {
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
    const tail = printed.trim().split('\n').slice(-20).join('\n');
    throw new InputError(`The pages could not be drawn:\n${tail}`, {}, 'The site of before is still there.');
  }
}
