// What the built site weighs, page by page and kind by kind of file: `npm run build` comes first.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CELL_ID } from '../pipeline/base/cell-ids.ts';
import { InputError } from '../pipeline/base/errors.ts';
import type { Sizes } from '../pipeline/contract/index.ts';
import { listFiles } from '../pipeline/files/hash.ts';
import { KINDS_OF_PAGE } from './kinds.ts';

const OUT = 'dist';

interface Weight {
  readonly page: string;
  readonly html: number;
  readonly htmlGzipped: number;
  readonly elements: number;
  /** CSS and JS that the page names, gzipped. */
  readonly assetsGzipped: number;
}

function weigh(page: string): Weight {
  const html = readFileSync(join(OUT, page, 'index.html'));
  const text = html.toString('utf8');
  const assets = new Set(
    [...text.matchAll(/(?:href|src)="([^"]+\.(?:css|js))"(?! disabled)/g)].map(([, path]) => path!),
  );
  const sizes = [...assets].map((path) => gzipSync(readFileSync(join(OUT, path))).length);
  return {
    page,
    html: html.length,
    htmlGzipped: gzipSync(html).length,
    elements: [...text.matchAll(/<[a-z][^>]*>/g)].length,
    assetsGzipped: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The heaviest by each measure. */
function heaviest(weights: readonly Weight[]) {
  const most = (measure: keyof Omit<Weight, 'page'>) => Math.max(...weights.map((weight) => weight[measure]));
  return {
    pages: weights.length,
    html: most('html'),
    htmlGzipped: most('htmlGzipped'),
    elements: most('elements'),
    assetsGzipped: most('assetsGzipped'),
  };
}

export function benchPages() {
  const cells = join(OUT, 'alice', 'cells');
  if (!existsSync(cells)) throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const ids = readdirSync(cells).filter((name) => CELL_ID.test(name));
  const { cells: parts } = JSON.parse(readFileSync(join(OUT, 'data', 'alice', 'sizes.json'), 'utf8')) as Sizes;
  const wallPage = weigh('alice');
  const fonts = readdirSync(join(OUT, '_astro')).filter((name) => name.endsWith('.woff2'));
  const size = (path: string) => readFileSync(join(OUT, path)).length;
  return {
    cell: heaviest(ids.map((id) => weigh(`alice/cells/${id}`))),
    other: KINDS_OF_PAGE.map((page) => weigh(page.slice(1))),
    cellFileBytes: Math.max(...parts),
    wallPageBytes: wallPage.htmlGzipped + wallPage.assetsGzipped + size('alice/wall-light.webp'),
    fontBytes: fonts.reduce((sum, name) => sum + size(join('_astro', name)), 0),
    disk: onDisk(),
  };
}

/** Megabytes of the site: of each gallery, and by the ends of the files' names; and how many files these are. */
function onDisk() {
  const megabytes: Record<string, number> = {};
  const files = listFiles(OUT);
  for (const path of files) {
    const [top, gallery] = path.split('/');
    const owner = top === 'data' ? gallery! : top!;
    const bytes = statSync(join(OUT, path)).size / 1e6;
    for (const key of [
      'all',
      extname(path) || path,
      existsSync(join(OUT, 'data', owner)) ? `gallery ${owner}` : 'rest',
    ])
      megabytes[key] = (megabytes[key] ?? 0) + bytes;
  }
  const rounded = Object.entries(megabytes).map(([key, size]) => [key, Number(size.toFixed(1))]);
  return { files: files.length, megabytes: Object.fromEntries(rounded) };
}
