// What the pages of the built site weigh: `npm run build` comes first.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CELL_ID } from '../pipeline/base/cell-ids.ts';
import { InputError } from '../pipeline/base/errors.ts';
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
  const sideFiles = readdirSync(join(OUT, 'data', 'alice', 'cells')).filter((name) => name.endsWith('.bin'));
  const wallPage = weigh('alice');
  const fonts = readdirSync(join(OUT, '_astro')).filter((name) => name.endsWith('.woff2'));
  const size = (path: string) => readFileSync(join(OUT, path)).length;
  return {
    cell: heaviest(ids.map((id) => weigh(`alice/cells/${id}`))),
    other: KINDS_OF_PAGE.map((page) => weigh(page.slice(1))),
    sideFileBytes: Math.max(...sideFiles.map((name) => size(join('data', 'alice', 'cells', name)))),
    wallPageBytes: wallPage.htmlGzipped + wallPage.assetsGzipped + size('alice/wall-light.webp'),
    fontBytes: fonts.reduce((sum, name) => sum + size(join('_astro', name)), 0),
  };
}
