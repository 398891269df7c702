import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationsGalleries } from '../../fixtures/activations/galleries.ts';
import { cellarium } from '../../fixtures/build/command.ts';
import type { Workplace } from '../../fixtures/build/trained.ts';
import { cellOf as readCell } from '../../fixtures/site/read-gallery.ts';
import { launchBrowser, type Server, serveSite } from '../browser.ts';
import { filesOf } from '../built.ts';
import { expectAccessible, expectValid, textOfExcerpts } from '../checks.ts';

let workplace: Workplace;
let server: Server;
let browser: Browser;

const place = (...parts: string[]) => join(workplace.home, ...parts);
const at = (path: string) => `${server.origin}/${path}`;
const cellOf = (gallery: string, id: string) => readCell(place('data', gallery), id);

beforeAll(async () => {
  workplace = await activationsGalleries();
  const folders = ['--content', workplace.content, '--data', place('data'), '--out', place('dist')];
  const environment = { CELLARIUM_CACHE: place('cache') };
  const built = await cellarium(['build', 'long', 'short', 'gru', 'program', ...folders, '--threads', '1'], {
    environment,
  });
  expect(built).toMatchObject({ status: 0 });
  server = await serveSite(place('dist'));
  browser = await launchBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  workplace?.remove();
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

const PAGES = [
  '',
  'short/',
  'short/cells/',
  'short/cells/1-1/',
  'short/hypotheses/space/',
  'short/activations/',
  'long/',
  'long/cells/1-0/',
  'long/activations/',
  'gru/cells/1-1/',
  'gru/activations/',
  'program/cells/1-1/',
  'method/gru/',
];

describe('the pages of four galleries, of a site that nobody said the address of', () => {
  it('have titles of their own', () => {
    const pages = filesOf(place('dist')).filter((file) => file.endsWith('.html') && !file.includes('heuristics'));
    const titles = pages.map((file) => /<title>([^<]*)</.exec(readFileSync(place('dist', file), 'utf8'))![1]!);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('name no address that is only a part of one, and cite the page where it is', async () => {
    for (const file of filesOf(place('dist')).filter((one) => one.endsWith('.html'))) {
      const html = readFileSync(place('dist', file), 'utf8');
      expect(html, file).not.toMatch(/(property="og:(url|image)"|rel="canonical")/);
    }
    const page = await open('long/cells/1-0/');
    expect(await page.textContent('.bibtex')).toContain(`url = {${at('long/cells/1-0/')}}`);
    await page.close();
  });
});

describe('the pages of a gallery of activations', () => {
  it('are valid, accessible, and lead only to what is there', async () => {
    const files = new Set(filesOf(place('dist')));
    expect([...files].filter((file) => file.includes('/model/'))).toEqual([]);
    for (const page of PAGES) {
      const html = readFileSync(place('dist', page, 'index.html'), 'utf8');
      await expectValid(html, page);
      for (const [, path] of html.matchAll(/\shref="\/([^"#?]*)/g)) {
        expect(files, `${page} leads to ${path}`).toContain(path!.replace(/(^|\/)$/, '$1index.html'));
      }
    }
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    for (const page of PAGES) await expectAccessible(context, at(page));
    await context.close();
  }, 300_000);

  it('show a program line by line, in type of one width', async () => {
    const page = await open('program/cells/1-1/');
    const drawn = await page.$eval('.text[data-offset] p', (paragraph) => {
      const range = document.createRange();
      range.selectNodeContents(paragraph);
      const lines = new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom))).size;
      return { lines, breaks: paragraph.textContent!.split('\n').length, font: getComputedStyle(paragraph).fontFamily };
    });
    expect(drawn.lines).toBe(drawn.breaks);
    expect(drawn.lines).toBeGreaterThan(3);
    expect(drawn.font).toContain('mono');
    await page.close();
  });

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
    expect(cell).toContain('the space Tracks: on at a space');
    expect(cell).toContain('chosen and judged on the same text');
    expect(cell).not.toMatch(/untrained|gate|never saw|six signals/);
    const heldOut = await textOf('long/cells/1-0/');
    expect(heldOut).toContain('on held-out text');
    expect(heldOut).not.toMatch(/never saw|untrained/);
  });

  it('speak of the text, and of no training or held-out part of it, where it all chose and judged', async () => {
    expect(cellOf('short', '1-1').evidence.description?.rule).toBeTruthy();
    expect(await textOf('short/cells/1-1/')).toMatch(
      /found on the same text, explain \d+% of its output’s variance on the whole text/,
    );
    expect(cellOf('long', '1-0').evidence.description?.rule).toBeTruthy();
    expect(await textOf('long/cells/1-0/')).toMatch(
      /found on the training text, explain \d+% of its output’s variance on held-out text/,
    );
    for (const [gallery, searched] of [
      ['short', 'text'],
      ['long', 'held-out text'],
    ]) {
      const page = await open(`${gallery}/pattern/?pattern=§§§`);
      await page.waitForFunction(() => document.querySelector('#found')!.textContent!.includes('matches nothing'));
      expect(await page.textContent('#found')).toContain(`It matches nothing in the ${searched}, so`);
      await page.close();
    }
  });

  it('have a tab for each signal that there is, which repaints the text, and none where there is one alone', async () => {
    const single = await open('short/cells/1-1/');
    expect(await single.isVisible('.tabs')).toBe(false);
    expect(await textOfExcerpts(single)).toEqual(cellOf('short', '1-1').excerpts.map(({ text }) => text));
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

  it('have the signals of a GRU, in its words, where the file has them, and nothing of them elsewhere', async () => {
    const page = await open('gru/cells/1-1/');
    expect(
      await page.$$eval('input[name=signal]', (tabs) => tabs.map((tab) => (tab as HTMLInputElement).value)),
    ).toEqual(['h', 'r', 'z', 'n']);
    await page.check('input[value=r]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
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
    expect(await textOf('gru/cells/')).toMatch(/[rz], (reset|update) gate/);
    const origin = await textOf('gru/activations/');
    for (const words of ['r, reset gate', 'z, update gate', 'n, candidate']) expect(origin).toContain(words);
    expect(origin).not.toContain('Not in the file');
    const rules = (gallery: string) => readFileSync(place('dist', gallery, 'colours.css'), 'utf8');
    expect(rules('gru')).toContain('[data-signal=z]');
    expect(rules('long')).not.toMatch(/\[data-signal=[rzn]\]/);
    expect(JSON.parse(readFileSync(place('data', 'gru', 'gallery.json'), 'utf8')).domains).toMatchObject({
      r: { low: 0, high: 1 },
      z: { low: 0, high: 1 },
      n: { low: -2, high: 2 },
    });
    for (const gallery of ['short', 'long']) {
      const { domains } = JSON.parse(readFileSync(place('data', gallery, 'gallery.json'), 'utf8'));
      expect(Object.keys(domains)).toEqual(['i', 'f', 'g', 'o', 'c', 'h']);
      for (const file of filesOf(place('dist', gallery)).filter((one) => one.endsWith('.html'))) {
        const html = readFileSync(place('dist', gallery, file), 'utf8');
        expect(html, file).not.toMatch(/(reset|update) gate|data-signal="[rzn]"|value="[rzn]"/);
      }
    }
  });
});
