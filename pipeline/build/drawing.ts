// Pages drawn by Astro, which uses one processor: those of a large gallery by several processes of it, side by side.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { endingWithThis } from '../base/ending-with-this.ts';
import { InputError } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package.ts';
import { explainingFailure } from '../files/files.ts';
import { listFiles } from '../files/hash.ts';
import { discard, reserveBelow, reservePath } from '../files/unfinished.ts';

/** What pages are drawn from; see `SiteBuild`. */
interface DrawnFrom {
  readonly content: string;
  readonly data: string;
  readonly base: string;
}

/**
 * Draws pages into `output`.
 * @param gallery whose pages are drawn, beside those that belong to no gallery; of none where it is empty
 * @param shares processes that draw them side by side
 */
export async function drawPages(build: DrawnFrom, gallery: string, output: string, shares = 1): Promise<void> {
  const isInside = resolve(output).startsWith(PACKAGE_ROOT + sep);
  if (isInside && shares === 1) return runAstro(build, gallery, output);
  // Each compiles in a folder of its own, which must be inside the package.
  const reserve = () => (isInside ? reservePath(output) : reserveBelow(PACKAGE_ROOT));
  const places = Array.from({ length: shares }, () => explainingFailure('write', output, reserve));
  const filesOf = (place: string) => join(place, 'files');
  try {
    await Promise.all(places.map((place, k) => runAstro(build, gallery, filesOf(place), `${k + 1}/${shares}`)));
    for (const place of places) {
      if (isInside) linkTree(filesOf(place), output);
      else explainingFailure('write', output, () => cpSync(filesOf(place), output, { recursive: true }));
    }
  } finally {
    for (const place of places) discard(place);
  }
}

/** Puts every file of one folder into another by a second name, which costs no space; one that is there stays. */
export function linkTree(from: string, to: string, isWanted: (path: string) => boolean = () => true): void {
  explainingFailure('write', to, () => {
    for (const path of listFiles(from).filter(isWanted)) {
      const target = join(to, path);
      mkdirSync(dirname(target), { recursive: true });
      if (!existsSync(target)) linkSync(join(from, path), target);
    }
  });
}

/** Runs Astro; what it prints is shown only if it fails. */
async function runAstro(
  { content, data, base }: DrawnFrom,
  gallery: string,
  output: string,
  share = '1/1',
): Promise<void> {
  const astro = join(dirname(createRequire(import.meta.url).resolve('astro/package.json')), 'bin', 'astro.mjs');
  const environment = {
    ...process.env,
    CELLARIUM_CONTENT: resolve(content),
    CELLARIUM_DATA: resolve(data),
    CELLARIUM_GALLERY: gallery,
    CELLARIUM_SHARE: share,
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
