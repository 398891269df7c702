import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { type Cell, cellsSchema, type Gallery, gallerySchema } from '../../../pipeline/contract/index.ts';
import { initialParameters } from '../../../pipeline/lstm/initialise.ts';
import type { Architecture } from '../../../pipeline/lstm/parameters.ts';
import { writeKerasHdf5 } from '../../../pipeline/models/formats/keras/write.ts';
import { cellarium, cellariumOutput, type Ended } from '../../fixtures/build/command.ts';
import { stagesIn } from '../../fixtures/build/stages.ts';
import { cellOf as readCell, sampleOf } from '../../fixtures/site/read-gallery.ts';
import { launchBrowser, type Server, serveSite } from '../browser.ts';
import { filesOf } from '../built.ts';
import { expectAccessible, expectValid } from '../checks.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PARTS = ['galleries/weather.md', 'series', 'series-hypotheses', 'models/weather'];

let home: string;
let built: Ended;
let server: Server;
let browser: Browser;
let gallery: Gallery;
let rows: string[][];

const place = (...parts: string[]) => join(home, ...parts);
const dataOf = (path: string): unknown => JSON.parse(readFileSync(place('data', 'weather', path), 'utf8'));
const cellOf = (id: string): Cell => readCell(place('data', 'weather'), id);

/** A network that says one number of each hour, as Keras would have saved it, and a gallery of the same weather for it. */
async function importClassifier(): Promise<void> {
  const architecture: Architecture = {
    reads: 'numbers',
    inputs: 4,
    units: [3],
    outputs: 1,
    outputActivation: 'sigmoid',
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const random = seededRandom(12);
  const parameters = initialParameters(architecture, { uniform: () => random.uniform(), normal: () => normal(random) });
  for (let k = 0; k < 48; k++) parameters.layers[0]!.kernel.data[k]! /= 1000; // hectopascals are many
  await writeKerasHdf5(place('verdict.h5'), { architecture, parameters, stateful: true });
  const features = ['--features', 'temperature,pressure,humidity,rain'];
  await cellariumOutput('import', place('verdict.h5'), '--as', 'verdict', ...features, '--content', place('content'));
  const gallery = readFileSync(place('content', 'galleries', 'weather.md'), 'utf8');
  writeFileSync(
    place('content', 'galleries', 'verdict.md'),
    gallery.replace('model: weather', 'model: verdict').replace('Three', 'The same three'),
  );
}

/** The project's own gallery of weather, from its committed weights. */
beforeAll(async () => {
  mkdirSync(join(root, '.cellarium'), { recursive: true });
  home = mkdtempSync(join(root, '.cellarium', 'test-'));
  for (const part of PARTS) cpSync(join(root, 'content', part), place('content', part), { recursive: true });
  await importClassifier();
  const folders = ['--content', place('content'), '--data', place('data'), '--out', place('dist')];
  built = await cellarium(['build', ...folders, '--threads', '1'], {
    environment: { CELLARIUM_CACHE: place('cache') },
  });
  gallery = gallerySchema.parse(dataOf('gallery.json'));
  const lines = readFileSync(place('content', 'series', 'weather.csv'), 'utf8')
    .trim()
    .split('\n');
  rows = lines.slice(1).map((line) => line.split(','));
  server = await serveSite(place('dist'));
  browser = await launchBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

/** Positions of the held-out sample in the series. */
const positions = () =>
  gallery.heldOut.pieces.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));

/** How often a value of a marked step is above that of another, ties half: by comparing every pair. */
function plainAuroc(values: ArrayLike<number>, marked: readonly boolean[]): number {
  let [sum, pairs] = [0, 0];
  marked.forEach((on, a) => {
    if (!on) return;
    marked.forEach((other, b) => {
      if (other) return;
      sum += values[a]! > values[b]! ? 1 : values[a] === values[b] ? 0.5 : 0;
      pairs += 1;
    });
  });
  return sum / pairs;
}

describe('the artifacts of a gallery of a series', () => {
  it('come from every stage but the writing of text', () => {
    expect(built).toMatchObject({ status: 0 });
    const stages = ['windows', 'twin', 'scores', 'context', 'artifacts'];
    // Which parts of the evidence make sense for a gallery is for these to say.
    const known = stagesIn(built.stdout).run.filter((name) => [...stages, 'writing', 'site'].includes(name));
    expect(known).toEqual([...stages, ...stages, 'site']);
  });

  it('hold the rows of the file, and the loss that the card of the model gives', () => {
    const { series, model, heldOut } = gallery;
    expect(series!.features.map(({ title }) => title)).toEqual(['Temperature', 'Pressure', 'Humidity', 'Rain']);
    positions().forEach((position, k) => {
      const [time, ...numbers] = rows[position]!;
      expect(series!.times![k]).toBe(time);
      numbers.forEach((number, feature) => {
        expect(Math.abs(series!.features[feature]!.values[k]! - Number(number))).toBeLessThan(0.01);
      });
    });
    expect(Array.from(heldOut.text)).toHaveLength(positions().length);
    const card = readFileSync(place('content', 'models', 'weather', 'card.md'), 'utf8');
    const loss = Number(/held-out: ([\d.]+)/.exec(card)![1]);
    expect(model!.loss!['held-out']).toBeCloseTo(loss, 4);
    expect(model!.untrainedLoss!['held-out']).toBeGreaterThan(3 * loss);
  });

  it('score the cells as comparing every pair of held-out hours does', () => {
    const all = positions();
    const raining = all.map((position) => Number(rows[position]![4]) > 0);
    const { cells } = cellsSchema.parse(dataOf('cells.json'));
    for (const index of [0, 22, 50]) {
      const values = sampleOf(place('data', 'weather'), cells[index]!.id, 'h');
      const { associations } = cellOf(cells[index]!.id);
      const found = associations.find(({ hypothesis }) => hypothesis === 'raining')!;
      const reading = found.values[2 * gallery.signals.indexOf('h')]!;
      // The values compared here are bytes, and ties among them count half.
      expect(Math.abs(plainAuroc(values, raining) - reading)).toBeLessThan(0.01);
    }
  });
});

describe('a gallery of a stateful network that was imported and says one number of each step', () => {
  it('has scores as any other, and no loss, for it predicts nothing', () => {
    const verdict = gallerySchema.parse(JSON.parse(readFileSync(place('data', 'verdict', 'gallery.json'), 'utf8')));
    expect(verdict).toMatchObject({ layers: [3], evaluatedOn: 'held-out' });
    expect(verdict.model).toMatchObject({ loss: null, untrainedLoss: null, context: [], parameters: 100 });
    const cell = readCell(place('data', 'verdict'), '1-0');
    expect(cell.scores.length).toBeGreaterThan(10);
  });
});

/** From its leftmost point to its rightmost: one absolute point, then steps from each to the next. */
function widthOf(path: string): number {
  const xs: number[] = [];
  for (const [, command, rest] of path.matchAll(/([Ml])([^Ml]*)/g)) {
    const numbers = rest!.match(/-?[\d.]+/g)!.map(Number);
    for (let k = 0; k < numbers.length; k += 2) xs.push(numbers[k]! + (command === 'l' ? xs.at(-1)! : 0));
  }
  return Math.max(...xs) - Math.min(...xs);
}

describe('the pages of a gallery of a series', () => {
  const VERDICT = ['verdict/', 'verdict/model/', 'verdict/cells/1-0/'];
  const PAGES = [
    '',
    'weather/',
    'weather/cells/',
    'weather/cells/2-22/',
    'weather/hypotheses/night/',
    'weather/model/',
    ...VERDICT,
  ];

  it('are valid, accessible, and lead only to what is there', async () => {
    const files = new Set(filesOf(place('dist')));
    for (const page of PAGES) {
      const html = readFileSync(place('dist', page, 'index.html'), 'utf8');
      await expectValid(html, page);
      for (const [, path] of html.matchAll(/\shref="\/([^"#?]*)/g)) {
        expect(files, `${page} leads to ${path}`).toContain(path!.replace(/(^|\/)$/, '$1index.html'));
      }
      expect(html, page).not.toMatch(/NaN|undefined/);
    }
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    for (const page of PAGES) await expectAccessible(context, `${server.origin}/${page}`);
    await context.close();
  }, 300_000);

  it('draw a line for each feature and each signal, hour under hour, and have no text to colour', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.origin}/weather/cells/2-22/`);
    const cell = cellOf('2-22');
    const drawn = await page.$$eval('svg.lanes', (figures) =>
      figures.map((figure) => Array.from(figure.querySelectorAll('path.line'), (path) => path.getAttribute('d')!)),
    );
    expect(drawn).toHaveLength(cell.excerpts.length);
    // A point that a line passes anyway is left out, so the lines of a figure have other points, from the same hour to the same.
    for (const paths of drawn) {
      expect(paths).toHaveLength(4 + 6);
      for (const path of paths) expect(widthOf(path)).toBeCloseTo(widthOf(paths[0]!), 0);
    }
    expect(await page.$$('.text[data-offset], input[name=signal]')).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('speak of steps and of a series, never of characters and texts', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    for (const path of PAGES.slice(1).filter((path) => !path.endsWith('cells/'))) {
      await page.goto(`${server.origin}/${path}`);
      expect(await page.innerText('main'), path).not.toMatch(/character|\btext\b|nats/i);
    }
    await page.close();
  });
});
