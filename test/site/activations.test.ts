import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cellSchema, cellsSchema, gallerySchema } from '../../pipeline/artifacts/schema.ts';
import { buildGallery } from '../../pipeline/build/gallery.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { NAMES, tensorOf, writeMade } from '../fixtures/activations/made.ts';
import { cellarium, cellariumOutput, type Ended } from '../fixtures/build/command.ts';
import { writeContent } from '../fixtures/build/content.ts';
import { prose } from '../fixtures/build/prose.ts';
import { stagesIn } from '../fixtures/build/stages.ts';
import { launchBrowser, type Server, serveSite } from './browser.ts';
import { filesOf } from './built.ts';
import { expectAccessible, textOfPassages } from './checks.ts';

const STAGES = ['scores', 'neighbours', 'artifacts'];
const SHORT = 1000;

let home: string;
let first: Ended;
let server: Server;
let browser: Browser;

const place = (...parts: string[]) => join(home, ...parts);
const at = (path: string) => `${server.origin}/${path}`;
const dataOf = (path: string): unknown => JSON.parse(readFileSync(place('data', path), 'utf8'));

function build(): Promise<Ended> {
  const folders = ['--content', place('content'), '--data', place('data'), '--out', place('dist')];
  const environment = { CELLARIUM_CACHE: place('cache') };
  return cellarium(['build', 'long', 'short', ...folders, '--threads', '1'], { environment });
}

/** Brings the artifacts of one gallery up to date, and tells which stages ran. */
async function rebuild(id: string): Promise<ReturnType<typeof stagesIn>> {
  const engine = await chooseEngine({ threads: 1 });
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await buildGallery({ id, content: place('content'), engine, threads: 1, folder: place('cache', id) });
    return stagesIn(print.mock.calls.map(([line]) => line).join('\n'));
  } finally {
    print.mockRestore();
  }
}

/** Two galleries: a short text with h alone, and one long enough to hold some of it out, with h beyond 1 and a gate. */
beforeAll(async () => {
  const workshop = fileURLToPath(new URL('../../.cellarium', import.meta.url));
  mkdirSync(workshop, { recursive: true });
  home = mkdtempSync(join(workshop, 'test-'));
  writeContent(home);
  writeMade(
    place('short.safetensors'),
    Array.from(prose(2 * SHORT))
      .slice(0, SHORT)
      .join(''),
  );
  const text = prose(48_000);
  const high = (character: string) => (character === ' ' ? 2 : -0.5);
  const open = (character: string) => (/[A-Z]/.test(character) ? 0.95 : 0.02);
  const metadata = { units: '["1-0", "2-0"]' };
  const signals = { h: tensorOf(text, [high, open]), f: tensorOf(text, [open, open]) };
  writeMade(place('long.safetensors'), text, { signals, metadata });
  for (const id of ['short', 'long']) {
    const file = place(`${id}.safetensors`);
    await cellariumOutput('gallery', 'new', id, '--activations', file, '--content', place('content'));
  }
  first = await build();
  server = await serveSite(place('dist'));
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  expect((await page.goto(at(path)))?.status()).toBe(200);
  return page;
}

const textOf = async (path: string): Promise<string> => {
  const page = await open(path);
  const text = await page.innerText('main');
  await page.close();
  return text.replace(/\s+/g, ' ');
};

describe('the artifacts of a gallery of activations', () => {
  it('keep the contract: no network, no twin, and only the signals that there are', () => {
    expect(first).toMatchObject({ status: 0 });
    const gallery = gallerySchema.parse(dataOf('short/gallery.json'));
    expect(gallery).toMatchObject({ evaluatedOn: 'all', signals: ['h'], layers: [4], model: null, generated: null });
    expect(gallery.activations).toMatchObject({ file: 'short.safetensors' });
    expect(gallery.interpretable).toMatchObject({ count: 0, untrainedCount: null, aboveUntrained: null });
    expect(gallery.book?.characters).toBe(SHORT);
    const { cells } = cellsSchema.parse(dataOf('short/cells.json'));
    expect(cells.map(({ name }) => name)).toEqual(NAMES);
    for (const { id } of cells) {
      const cell = cellSchema.parse(dataOf(`short/cells/${id}.json`));
      expect(cell).toMatchObject({ signals: ['h'], gates: {}, effect: null, interpretable: false });
      expect(readFileSync(place('data', 'short', cell.bytes.path))).toHaveLength(cell.characters);
      expect(cell.associations.every(({ values }) => values.length === 2)).toBe(true);
    }
  });

  it('have layers where the names tell of them, gates, and a wider range where h goes beyond 1', () => {
    const gallery = gallerySchema.parse(dataOf('long/gallery.json'));
    expect(gallery).toMatchObject({ evaluatedOn: 'held-out', signals: ['f', 'h'], layers: [1, 1] });
    expect(gallery.domains.h).toEqual({ low: -2, high: 2, transform: 'none' });
    expect(gallery.interpretable.count).toBe(2);
    const cell = cellSchema.parse(dataOf('long/cells/1-0.json'));
    expect(Object.keys(cell.gates)).toEqual(['f']);
    expect(cell.scores[0]).toMatchObject({ heuristic: 'space', auroc: 1, untrained: null });
    // A byte b of h stands for −2 + 4·b/255.
    const { excerpts, characters, bytes } = cell;
    const side = readFileSync(place('data', 'long', bytes.path));
    const text = excerpts.map(({ text: passage }) => passage).join('');
    Array.from(text).forEach((character, t) => {
      expect(Math.abs(-2 + (4 * side[characters + t]!) / 255 - (character === ' ' ? 2 : -0.5))).toBeLessThan(0.01);
    });
  });

  it('are made anew only where the file or what is asked of it has changed', async () => {
    expect(stagesIn(first.stdout).run).toEqual([...STAGES, ...STAGES, 'site']);
    expect(await rebuild('short')).toEqual({ run: [], reused: STAGES });
    const gallery = place('content', 'galleries', 'short.md');
    writeFileSync(gallery, readFileSync(gallery, 'utf8').replace('title: Short', 'title: A short one'));
    expect(await rebuild('short')).toEqual({ run: ['artifacts'], reused: ['scores', 'neighbours'] });
    writeMade(place('content', 'activations', 'short.safetensors'), 'Another text. '.repeat(40));
    expect(await rebuild('short')).toEqual({ run: STAGES, reused: [] });
  });
});

const PAGES = [
  '',
  'short/',
  'short/cells/',
  'short/cells/1-1/',
  'short/heuristics/space/',
  'short/activations/',
  'long/',
  'long/cells/1-0/',
  'long/activations/',
];

describe('the pages of a gallery of activations', () => {
  it('are valid, accessible, and lead only to what is there', async () => {
    const validate = new HtmlValidate({
      extends: ['html-validate:recommended'],
      rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off', 'void-style': 'off', 'doctype-style': 'off' },
    });
    const files = new Set(filesOf(place('dist')));
    expect([...files].filter((file) => file.includes('/model/'))).toEqual([]);
    for (const page of PAGES) {
      const html = readFileSync(place('dist', page, 'index.html'), 'utf8');
      const report = await validate.validateString(html);
      expect(
        report.results.flatMap(({ messages }) => messages.map(({ ruleId, line }) => `${page}:${line} ${ruleId}`)),
      ).toEqual([]);
      for (const [, path] of html.matchAll(/\shref="\/([^"#?]*)/g)) {
        expect(files, `${page} leads to ${path}`).toContain(path!.replace(/(^|\/)$/, '$1index.html'));
      }
    }
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    for (const page of PAGES) await expectAccessible(context, at(page));
    await context.close();
  }, 60_000);

  it('show no figure, table or heading with nothing in it', async () => {
    for (const path of PAGES) {
      const page = await open(path);
      const empty = await page.$$eval(
        'main :is(figure, table, tbody, dl, ul, section, p, h2, h3, .prose, .pair, .trio)',
        (all) =>
          all
            .filter(
              (element) =>
                !element.matches('[role=status], .wall *') &&
                element.textContent!.trim() === '' &&
                element.querySelector('svg, a') === null,
            )
            .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(empty, path).toEqual([]);
      await page.close();
    }
  });

  it('say what there is not: no network, no held-out text, nothing untrained', async () => {
    const front = await textOf('short/');
    expect(front).toContain('too short to hold any of it out');
    expect(front).not.toMatch(/untrained|Loss/);
    const origin = await textOf('short/activations/');
    expect(origin).toContain('4 units, each with a value for every one of 1,000 characters');
    expect(origin).toContain('Not in the file, and so neither scored nor shown: c, the memory;');
    const cell = await textOf('short/cells/1-1/');
    expect(cell).toContain('the space On at a space');
    expect(cell).toContain('chosen and judged on the same text');
    expect(cell).not.toMatch(/untrained|gate|never saw|six signals/);
    const heldOut = await textOf('long/cells/1-0/');
    expect(heldOut).toContain('on held-out text');
    expect(heldOut).not.toMatch(/never saw|untrained/);
  });

  it('have a tab for each signal that there is, which repaints the text, and none where there is one alone', async () => {
    const single = await open('short/cells/1-1/');
    expect(await single.$$('input[name=signal]')).toEqual([]);
    expect(await textOfPassages(single)).toEqual(
      cellSchema.parse(dataOf('short/cells/1-1.json')).excerpts.map(({ text }) => text),
    );
    await single.close();

    const page = await open('long/cells/1-0/');
    expect(
      await page.$$eval('input[name=signal]', (tabs) => tabs.map((tab) => (tab as HTMLInputElement).value)),
    ).toEqual(['h', 'f']);
    await page.check('input[value=f]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
    // Of f the first unit is open at capitals alone, so every painted piece of text is made of them.
    const open1 = await page.evaluate(() =>
      [...CSS.highlights]
        .filter(([name]) => name === 's13')
        .flatMap(([, ranges]) =>
          [...ranges].map((range) => range.startContainer.textContent!.slice(range.startOffset, range.endOffset)),
        ),
    );
    expect(open1.length).toBeGreaterThan(5);
    for (const text of open1) expect(text).toMatch(/^[A-Z]+$/);
    await page.close();
  });
});
