import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildGallery } from '../../pipeline/build/gallery.ts';
import { cellsSchema, gallerySchema } from '../../pipeline/contract/index.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { activationsGalleries, SHORT } from '../fixtures/activations/galleries.ts';
import { NAMES, writeMade } from '../fixtures/activations/made.ts';
import { stagesIn } from '../fixtures/build/stages.ts';
import type { Workplace } from '../fixtures/build/trained.ts';
import { cellOf, valuesOf } from '../fixtures/site/read-gallery.ts';

const MEASURING = ['windows', 'scores', 'neighbours', 'values', 'description', 'events'];
const STAGES = [...MEASURING, 'artifacts'];

let workplace: Workplace;
let first: ReturnType<typeof stagesIn>;

const place = (id: string, path: string) => join(workplace.home, 'cache', id, 'artifacts', 'files', path);
const dataOf = (id: string, path: string): unknown => JSON.parse(readFileSync(place(id, path), 'utf8'));

/** Brings the artifacts of one gallery up to date, and tells which stages ran. */
async function build(id: string): Promise<ReturnType<typeof stagesIn>> {
  const { home, content } = workplace;
  const engine = await chooseEngine({ threads: 1 });
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await buildGallery({ id, content, engine, threads: 1, folder: join(home, 'cache', id) });
    return stagesIn(print.mock.calls.map(([line]) => line).join('\n'));
  } finally {
    print.mockRestore();
  }
}

beforeAll(async () => {
  workplace = await activationsGalleries();
  first = await build('short');
  await build('long');
});
afterAll(() => workplace.remove());

describe('the artifacts of a gallery of activations', () => {
  it('keep the contract: no network, no twin, and only the signals that there are', () => {
    const gallery = gallerySchema.parse(dataOf('short', 'gallery.json'));
    expect(gallery).toMatchObject({ evaluatedOn: 'all', signals: ['h'], layers: [4], model: null, generated: null });
    expect(gallery.activations).toMatchObject({ file: 'short.safetensors' });
    expect(gallery.interpretable).toMatchObject({ count: 0, untrainedCount: null, aboveUntrained: null });
    expect(gallery.book?.characters).toBe(SHORT);
    const { cells } = cellsSchema.parse(dataOf('short', 'cells.json'));
    expect(cells.map(({ name }) => name)).toEqual(NAMES);
    for (const { id } of cells) {
      const cell = cellOf(place('short', '.'), id);
      expect(cell).toMatchObject({ signals: ['h'], gates: {}, interpretable: false });
      expect(valuesOf(cell)).toHaveLength(cell.characters);
      expect(cell.associations.every(({ values }) => values.length === 2)).toBe(true);
    }
  });

  it('have layers where the names tell of them, gates, and a wider range where h goes beyond 1', () => {
    const gallery = gallerySchema.parse(dataOf('long', 'gallery.json'));
    expect(gallery).toMatchObject({ evaluatedOn: 'held-out', signals: ['f', 'h'], layers: [1, 1] });
    expect(gallery.domains.h).toEqual({ low: -2, high: 2, transform: 'none' });
    expect(gallery.interpretable.count).toBe(2);
    const cell = cellOf(place('long', '.'), '1-0');
    expect(Object.keys(cell.gates)).toEqual(['f']);
    // Its f tells capitals as well as its h tells spaces: which of them heads the cell is all the same.
    const ofSpaces = cell.scores.find(({ hypothesis }) => hypothesis === 'space');
    expect(ofSpaces).toMatchObject({ auroc: 1, untrained: null });
    // A byte b of h stands for −2 + 4·b/255.
    const { excerpts, characters } = cell;
    const side = valuesOf(cell);
    const text = excerpts.map(({ text: passage }) => passage).join('');
    Array.from(text).forEach((character, t) => {
      expect(Math.abs(-2 + (4 * side[characters + t]!) / 255 - (character === ' ' ? 2 : -0.5))).toBeLessThan(0.01);
    });
  });

  it('are made anew only where the file or what is asked of it has changed', async () => {
    expect(first).toEqual({ run: STAGES, reused: [] });
    expect(await build('short')).toEqual({ run: [], reused: STAGES });
    const gallery = join(workplace.content, 'galleries', 'short.md');
    writeFileSync(gallery, readFileSync(gallery, 'utf8').replace('title: Short', 'title: A short one'));
    expect(await build('short')).toEqual({ run: ['artifacts'], reused: MEASURING });
    writeMade(join(workplace.content, 'activations', 'short.safetensors'), 'Another text. '.repeat(40));
    expect(await build('short')).toEqual({ run: STAGES, reused: [] });
  });
});
