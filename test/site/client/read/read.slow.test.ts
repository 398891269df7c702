import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { Gallery } from '../../../../pipeline/contract/index.ts';
import { expectedAt } from '../../../../pipeline/trace/expected.ts';
import { choicesText, quoteCharacter } from '../../../../src/client/common/reading.ts';
import { cutPages, sectionsOfBook } from '../../../../src/shared/book-pages.ts';
import { cellNumber } from '../../../../src/shared/cell-number.ts';
import { signed } from '../../../../src/shared/format.ts';
import { lag, stepOfByte } from '../../../../src/shared/scale.ts';
import { bookOf, cellOf, valuesOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);
let book: string[];
let pages: ReturnType<typeof cutPages>;

const DATA = () => join(small.site.folder, 'data/alice');
const fileOf = (path: string): Buffer => readFileSync(join(small.site.folder, 'data/alice', path));

beforeAll(() => {
  book = [...fileOf('book/text.txt').toString()];
  const { blocks } = (JSON.parse(fileOf('gallery.json').toString()) as Gallery).book!;
  pages = cutPages(sectionsOfBook(blocks, true));
});

const open = (query = '', options?: BrowserContextOptions): Promise<Page> =>
  small.open(`${BASE}alice/read/${query}`, options);

const textOf = (page: Page): Promise<string> =>
  page.$$eval('#page .text', (parts) => parts.map((part) => part.textContent).join(''));
const spelled = (index: number): string => book.slice(pages[index]!.start, pages[index]!.end).join('');
const place = (page: Page): Promise<string | null> => page.textContent('.place');
const arriveAt = (page: Page, number: number): Promise<unknown> =>
  page.waitForFunction((n) => document.querySelector('.place')?.textContent?.startsWith(`Page ${n} `), number);

/** What the browser paints: the step at each position of the book that has one. */
function painted(page: Page): Promise<Record<number, number>> {
  return page.evaluate(() => {
    const steps: Record<number, number> = {};
    for (const [name, highlight] of CSS.highlights) {
      for (const range of highlight as unknown as Iterable<StaticRange>) {
        const node = range.startContainer as Text;
        const start = Number((node.parentElement as HTMLElement).dataset.start);
        const from = start + [...node.data.slice(0, range.startOffset)].length;
        const length = [...node.data.slice(range.startOffset, range.endOffset)].length;
        for (let t = 0; t < length; t++) steps[from + t] = Number(name.slice(1));
      }
    }
    return steps;
  });
}

it('without scripts the first page stands in the colours of a cell, beside its map', async () => {
  const page = await open('', { javaScriptEnabled: false });
  expect(await textOf(page)).toBe(spelled(0));
  const marks = [...'0123456789abcde'].map((digit) => `#page s-${digit}`).join();
  const colours = await page.$$eval(marks, (spans) => [
    ...new Set(spans.map((span) => getComputedStyle(span).backgroundColor)),
  ]);
  expect(colours.length).toBeGreaterThan(4);
  expect(await page.isVisible('#map svg')).toBe(true);
  expect(await page.isVisible('#reader')).toBe(false);
  expect(await page.isVisible('.turn')).toBe(false);
  await page.close();
});

it('all pages together spell the book, and a paragraph says where it begins', async () => {
  const page = await open();
  let whole = '';
  for (let number = 1; number <= pages.length; number++) {
    await arriveAt(page, number);
    whole += await textOf(page);
    const starts = await page.$$eval('#page p[data-start]', (paragraphs) =>
      paragraphs.map((p) => [Number((p as HTMLElement).dataset.start), p.textContent!] as const),
    );
    for (const [start, text] of starts) expect(book.slice(start, start + [...text].length).join('')).toBe(text);
    await page.keyboard.press(number % 2 === 0 ? ']' : 'ArrowRight');
  }
  expect(whole).toBe(book.join(''));
  expect(await place(page)).toBe(`Page ${pages.length} of ${pages.length}`);
  await page.keyboard.press('[');
  await arriveAt(page, pages.length - 1);
  await page.keyboard.press('ArrowLeft');
  await arriveAt(page, pages.length - 2);
  await page.close();
});

it('each character has the colour of the cell’s value, under either alignment', async () => {
  for (const [cell, alignment] of [
    ['1-3', 'reading'],
    ['2-1', 'predicting'],
  ] as const) {
    const page = await open(`?cell=${cell}&page=2&alignment=${alignment}`);
    await arriveAt(page, 2);
    const kept = bookOf(DATA(), cell);
    const steps = await painted(page);
    const { start, end } = pages[1]!;
    for (let t = start; t < end; t++) {
      if (book[t] === '\n' && steps[t] === undefined) continue;
      expect(steps[t] ?? 7, `character ${t}`).toBe(kept[t - lag(alignment)]!);
    }
    expect(Object.keys(steps).length).toBeGreaterThan(500);
    await page.close();
  }
});

it('the address holds the cell and the page, leaves out what goes without saying, and takes a position', async () => {
  const page = await open();
  const best = await page.inputValue('[name=cell]');
  await page.fill('[name=cell]', '1–4');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('\u20604'));
  expect(new URL(page.url()).search).toBe('?cell=1-4');
  expect(await page.getAttribute('#about a', 'href')).toContain(`${BASE}alice/cells/1-4/`);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(']');
  await arriveAt(page, 2);
  expect(new URL(page.url()).search).toBe('?cell=1-4&page=2');
  await page.close();
  const shared = await open(`?cell=${best}&at=${pages[2]!.start + 5}`);
  await arriveAt(shared, 3);
  expect(new URL(shared.url()).search).toBe('?page=3');
  await shared.close();
});

it('the map leads to a page by a click and by the arrow keys, and is drawn anew for another cell', async () => {
  const page = await open('?cell=1-1');
  await arriveAt(page, 1);
  const before = await page.getAttribute('#map .above', 'd');
  const box = (await page.locator('#map .course').boundingBox())!;
  for (const [index] of pages.entries()) {
    await page.mouse.click(box.x + (box.width * (index + 0.5)) / pages.length, box.y + 20);
    await arriveAt(page, index + 1);
    // The words of the place come first, the map with the page's values.
    await page.waitForSelector(`#map .here[x="${index}"]`, { state: 'attached' });
  }
  await page.focus('#map input');
  await page.keyboard.press('ArrowLeft');
  await arriveAt(page, pages.length - 1);
  expect(await page.getAttribute('#map input', 'aria-valuetext')).toContain(`Page ${pages.length - 1} of`);
  await page.fill('[name=cell]', '2-2');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('\u20602'));
  expect(await page.getAttribute('#map .above', 'd')).not.toBe(before);
  await page.close();
});

it.each(['reading', 'predicting'] as const)(
  'a character says its value while %s, and what was expected',
  async (alignment) => {
    const page = await open(`?cell=1-3&page=2&alignment=${alignment}`);
    await arriveAt(page, 2);
    const kept = bookOf(DATA(), '1-3');
    const vocabulary = [...new Set(book)].sort();
    const saidOf = async (t: number): Promise<void> => {
      await page.waitForFunction(
        (wanted) => document.querySelector('.values p')?.textContent?.includes(wanted),
        `character ${t.toLocaleString('en')};`,
      );
      const words = (await page.locator('.values').innerText()).replaceAll(/\s+/g, ' ');
      expect(words).toContain(quoteCharacter(book[t]!));
      const value = kept[t - lag(alignment)]! / 7 - 1;
      expect(words).toContain(`output of cell ${cellNumber('1-3')} about ${signed(value, 1)}`);
      const { surprise, choices } = expectedAt(fileOf('book/expected.bin'), t, vocabulary);
      expect(words).toContain(choicesText(choices));
      expect(words).toContain(`${surprise.toFixed(1)} nats`);
    };
    await page.hover('#page .text p', { position: { x: 60, y: 12 } });
    await page.waitForSelector('.values:visible');
    await page.mouse.move(5, 5);
    await page.focus('#page .text');
    await page.keyboard.press('ArrowRight');
    await saidOf(pages[1]!.start);
    await page.keyboard.press('ArrowRight');
    await saidOf(pages[1]!.start + 1);
    expect(await place(page)).toContain('Page 2 ');
    await page.keyboard.press(']');
    await arriveAt(page, 3);
    expect(await page.isVisible('.values')).toBe(false);
    await page.close();
  },
);

it('stretches that are held out, and those that a sample leaps to, are marked in the text as the build cut it', async () => {
  const [before, held, after] = pages.flatMap(({ sections }) => sections).slice(1, 4);
  expect([before, held, after].map((section) => [section!.held, section!.leaps])).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
  const page = await open(`?at=${held!.start}`);
  await page.waitForSelector('.text.held');
  expect(await page.textContent('.text.held')).toBe(book.slice(held!.start, held!.end).join(''));
  expect(await page.textContent('.section-note:has(+ .text.held)')).toMatch(/^Held out: /);
  expect(await page.textContent('.text.held + .section-note')).toBe('Here the sample leaps ahead in the text.');
  expect(await page.textContent('.section-note:not(:has(+ .held)) + .text')).toBe(
    book.slice(after!.start, after!.end).join(''),
  );
  expect(await page.$$eval('.section-note', (notes) => notes.length)).toBe(2);
  await page.close();
});

it('a cell that is none, and values that cannot be had, are said', async () => {
  const page = await open('?cell=<script>window.planted=1</script>');
  await page.waitForFunction(() =>
    document.querySelector('#status')?.textContent?.includes('There is no cell “<script>'),
  );
  expect(await page.isVisible('#status')).toBe(true);
  expect(await page.evaluate(() => 'planted' in window)).toBe(false);
  await page.fill('[name=cell]', '7-7');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('no cell “7-7”'));
  expect(await page.isVisible('#status')).toBe(true);
  await page.route('**/book/*.bin.gz', (route) => route.abort());
  await page.fill('[name=cell]', '1-5');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.includes('could not be loaded'));
  await page.unroute('**/book/*.bin.gz');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('\u20605'));
  await page.close();
});

it('spans colour the text where the browser cannot paint ranges', async () => {
  const page = await small.browser.newPage();
  await page.addInitScript('Object.defineProperty(window, "CSS", { value: { escape: CSS.escape.bind(CSS) } })');
  await page.goto(`${small.server.origin}${BASE}alice/read/?page=2`);
  await arriveAt(page, 2);
  expect(await textOf(page)).toBe(spelled(1));
  expect(await page.$$eval('#page i[class]', (spans) => spans.length)).toBeGreaterThan(100);
  await page.close();
});

it('opens at the excerpt and in the signal of the page that one came from, and forgets both on turning', async () => {
  const cellPage = await small.open(`${BASE}alice/cells/1-1/`);
  const link = (await cellPage.getAttribute('#most-on ~ .passage [data-reads]', 'href'))!;
  const text = (await cellPage.textContent('#most-on ~ .passage .text'))!;
  await cellPage.close();
  const page = await small.browser.newPage({ viewport: { width: 1280, height: 700 } });
  await page.goto(`${small.server.origin}${link}`);
  await page.waitForSelector('#page mark');
  const marked = await page.$$eval('#page mark', (marks) => marks.map((mark) => mark.textContent).join(''));
  expect(marked.replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
  // Its colours are those of the memory, from the cell's own file; the rest has none.
  const cell = cellOf(DATA(), '1-1');
  const excerpt = cell.excerpts.find(({ kind }) => kind === 'exciting')!;
  const first = cell.signals.indexOf('c') * cell.characters + excerpt.offset;
  const bytes = valuesOf(cell).subarray(first, first + [...text].length);
  const steps = await painted(page);
  const start = excerpt.start!;
  for (let t = 0; t < bytes.length - 1; t++) {
    if (book[start + t] !== '\n') expect(steps[start + t] ?? 7).toBe(stepOfByte(bytes[t - lag(cell.alignment)] ?? 127));
  }
  expect(Object.keys(steps).every((t) => Number(t) >= start && Number(t) < start + bytes.length)).toBe(true);
  expect(await page.textContent('#top .legend b')).toBe('c, memory');
  const { top, bottom } = (await page
    .locator('#page mark')
    .first()
    .evaluate((mark) => mark.getBoundingClientRect().toJSON())) as DOMRect;
  expect(top).toBeGreaterThan(0);
  expect(bottom).toBeLessThan(700);
  await page.click('#marked a');
  await page.waitForFunction(() => !document.querySelector('#page mark'));
  await page.waitForFunction(() => document.querySelector('#top .legend b')?.textContent === 'h, output');
  await page.close();
});
