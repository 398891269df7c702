import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { correlation } from '../../../../src/shared/comparison.ts';
import { signed } from '../../../../src/shared/format.ts';
import { bookOf, sampleOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();

const DATA = () => join(small.site.folder, 'data/alice');
const fileOf = (path: string): Buffer => readFileSync(join(small.site.folder, 'data/alice', path));

const open = (query = '', options?: BrowserContextOptions): Promise<Page> =>
  small.open(`/alice/compare/${query}`, options);

const cellsOf = (page: Page): Promise<string[]> =>
  page.$$eval('#cells-compared th', (heads) => heads.map((head) => head.textContent!.trim().replace(/–\u2060?/, '-')));
const arriveAt = (page: Page, cells: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('#cells-compared th')]
        .map((th) => th.textContent!.trim().replace(/–\u2060?/, '-'))
        .join() === wanted,
    cells,
  );
const spoken = (page: Page): Promise<string> =>
  page.$$eval('.spoken', (lines) => lines.map((line) => line.textContent).join(''));

it('without scripts three cells stand under one passage', async () => {
  const page = await open('', { javaScriptEnabled: false });
  const cells = await cellsOf(page);
  expect(cells).toHaveLength(3);
  expect(new Set(cells).size).toBe(3);
  const lines = await page.$$eval('.line', (all) =>
    all.map((line) => ({
      text: line.querySelector('.spoken')!.textContent,
      traces: [...line.querySelectorAll('.trace')].map((trace) => trace.textContent),
    })),
  );
  for (const { text, traces } of lines) expect(traces).toEqual([text, text, text]);
  expect(lines.length).toBeGreaterThan(5);
  expect(await page.isVisible('#compare')).toBe(false);
  expect(await page.isVisible('.order button')).toBe(false);
  await page.close();
});

it('an address says the cells, their order and the passage, and the page shows them as they are', async () => {
  const page = await open('?cells=2-1,1-0,1-3&at=500&length=300');
  await arriveAt(page, '2-1,1-0,1-3');
  const book = [...fileOf('book/text.txt').toString()];
  expect((await spoken(page)).replaceAll('↵', '\n')).toBe(book.slice(500, 800).join(''));
  /** Over all that is held out, wherever the excerpt is, and not only to the step. */
  const trace = (cell: string) => [...sampleOf(DATA(), cell, 'h')];
  expect(trace('2-1').length).toBeGreaterThan(100);
  expect(await page.$$eval('#cells-compared td:nth-child(3)', (cells) => cells.map((c) => c.textContent))).toEqual([
    '–',
    signed(correlation(trace('2-1'), trace('1-0'))),
    signed(correlation(trace('2-1'), trace('1-3'))),
  ]);
  await page.waitForFunction(() => document.querySelector('#cells-compared td')?.textContent !== '');
  expect(await page.getAttribute('#cells-compared a', 'href')).toContain('/alice/cells/2-1/');
  await page.close();
});

it('a reader chooses the memory, which is kept over the held-out text, and comes back to the same place', async () => {
  const page = await open('?cells=1-0,2-1&at=500&length=300');
  await arriveAt(page, '1-0,2-1');
  const r = (): Promise<string | null> => page.textContent('#cells-compared tr:nth-child(2) td:nth-child(3)');
  const ofOutput = await r();
  await page.selectOption('[name=signal]', 'c');
  await page.waitForFunction(() => document.querySelector('#passage-place')!.textContent!.includes('held out'));
  const { heldOut } = JSON.parse(fileOf('gallery.json').toString());
  const text = [...(heldOut.text as string)];
  const at = Number(new URL(page.url()).searchParams.get('at'));
  expect(new URL(page.url()).searchParams.get('signal')).toBe('c');
  expect((await spoken(page)).replaceAll('↵', '\n')).toBe(text.slice(at, at + 300).join(''));
  const memory = (cell: string) => sampleOf(DATA(), cell, 'c');
  expect(await r()).toBe(signed(correlation(memory('1-0'), memory('2-1'))));
  expect(await r()).not.toBe(ofOutput);
  expect(await page.textContent('.legend b')).toBe('c, memory');
  await page.focus('#lines');
  await page.keyboard.press('ArrowRight');
  const value = await page.textContent('#cells-compared tr:nth-child(1) td:nth-child(4)');
  const tanh = -1 + (2 * memory('1-0')[at]!) / 255;
  // The colour's value, which is tanh c, and in brackets c itself.
  const [coloured, kept] = /^(\S+) \(c (\S+)\)$/.exec(value!.replaceAll('−', '-'))!.slice(1).map(Number);
  expect(coloured).toBeCloseTo(tanh, 2);
  expect(kept).toBeCloseTo(Math.atanh(tanh), 1);
  await page.selectOption('[name=signal]', 'h');
  await page.waitForFunction(() => !document.querySelector('#passage-place')!.textContent!.includes('held out'));
  expect(await r()).toBe(ofOutput);
  await page.close();
});

it('a trace is as wide as its text, character by character', async () => {
  const page = await open('?cells=2-1,1-0&at=500');
  await arriveAt(page, '2-1,1-0');
  const apart = await page.$$eval('.line', (lines) =>
    lines.flatMap((line) => {
      const ends = [...line.querySelectorAll('.spoken, .trace')].map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const points = [0.25, 0.5, 1].map((share) => {
          const node = element.firstChild!;
          range.setStart(node, 0);
          range.setEnd(node, Math.floor(share * node.textContent!.length));
          return range.getBoundingClientRect().right;
        });
        return points;
      });
      return ends.slice(1).flatMap((points) => points.map((x, k) => Math.abs(x - ends[0]![k]!)));
    }),
  );
  expect(Math.max(...apart)).toBeLessThan(0.5);
  await page.close();
});

it('cells are added, moved and dropped by the keyboard alone, and the address follows', async () => {
  const page = await open('?cells=1-0,1-1');
  await arriveAt(page, '1-0,1-1');
  await page.focus('[name=add]');
  await page.keyboard.type('2-4');
  await page.keyboard.press('Enter');
  await arriveAt(page, '1-0,1-1,2-4');
  expect(new URL(page.url()).searchParams.get('cells')).toBe('1-0,1-1,2-4');
  await page.focus('#cells-compared tr:nth-child(3) [data-by="-1"]');
  await page.keyboard.press('Enter');
  await arriveAt(page, '1-0,2-4,1-1');
  await page.waitForFunction(() => document.activeElement?.ariaLabel === 'Move up 2–\u20604');
  await page.keyboard.press('Enter');
  await arriveAt(page, '2-4,1-0,1-1');
  await page.focus('#cells-compared tr:nth-child(2) button:last-child');
  await page.keyboard.press('Enter');
  await arriveAt(page, '2-4,1-1');
  expect(new URL(page.url()).searchParams.get('cells')).toBe('2-4,1-1');
  await page.close();
});

it('eight cells are the most, none twice, and what is no cell is said', async () => {
  const page = await open('?cells=1-0,1-1,1-2,1-3,1-4,1-5,2-0');
  await arriveAt(page, '1-0,1-1,1-2,1-3,1-4,1-5,2-0');
  const add = async (typed: string): Promise<void> => {
    await page.fill('[name=add]', typed);
    await page.press('[name=add]', 'Enter');
  };
  const said = (words: string): Promise<unknown> =>
    page.waitForFunction((w) => document.querySelector('#status')!.textContent!.includes(w), words);
  await add('1-2');
  await said('is already shown');
  await add('<img src=x onerror="window.planted=1">');
  await said('There is no cell “<img');
  await add('2-1');
  await arriveAt(page, '1-0,1-1,1-2,1-3,1-4,1-5,2-0,2-1');
  await add('2-2');
  await said('At most 8 cells');
  expect(await cellsOf(page)).toHaveLength(8);
  expect(await page.evaluate(() => 'planted' in window)).toBe(false);
  await page.close();
});

it('the passage moves by keys, by its links and by its fields', async () => {
  const page = await open('?at=600&length=300');
  const reach = (words: string): Promise<unknown> =>
    page.waitForFunction((w) => document.querySelector('#passage-place')!.textContent!.startsWith(w), words);
  await reach('Characters 600 to 900');
  await page.keyboard.press(']');
  await reach('Characters 900 to 1,200');
  await page.click('.turn a[rel=prev]');
  await reach('Characters 600 to 900');
  await page.fill('[name=at]', '50');
  await page.press('[name=at]', 'Enter');
  await reach('Characters 50 to 350');
  expect(await page.isVisible('.turn a[rel=prev]')).toBe(true);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('[');
  await reach('Characters 0 to 300');
  expect(await page.isVisible('.turn a[rel=prev]')).toBe(false);
  expect(new URL(page.url()).search).toBe('?at=0&length=300');
  await page.close();
});

it('values can be read at a character, by the pointer and by the keyboard', async () => {
  const page = await open('?cells=1-0,2-1&at=500&length=300');
  await arriveAt(page, '1-0,2-1');
  const values = (): Promise<string[]> =>
    page.$$eval('#cells-compared td:nth-child(4)', (cells) => cells.map((cell) => cell.textContent!));
  const expected = (t: number): string[] =>
    ['1-0', '2-1'].map((cell) => `about ${signed(bookOf(DATA(), cell)[500 + t]! / 7 - 1, 1)}`);
  await page.focus('#lines');
  for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowRight');
  expect(await values()).toEqual(expected(3));
  expect(await page.textContent('#status')).toContain(expected(3)[1]);
  await page.evaluate(() => document.fonts.ready);
  const at = async () =>
    page.$eval('.line:nth-child(2) .spoken', (line) => {
      const range = document.createRange();
      range.setStart(line.firstChild!, 10);
      range.setEnd(line.firstChild!, 11);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, position: Number((line as HTMLElement).dataset.start) + 10 };
    });
  // The page may still scroll to the line of the keys.
  await expect
    .poll(async () => {
      const { x, y, position } = await at();
      await page.mouse.move(x, y);
      await page.mouse.move(x, y + 1);
      return (await values()).join() === expected(position).join();
    })
    .toBe(true);
  await page.close();
});

it('values can be read by the keyboard in a passage that has become shorter than where they were read before', async () => {
  const page = await open('?cells=1-0,2-1&at=500&length=1200');
  await arriveAt(page, '1-0,2-1');
  const values = (): Promise<string[]> =>
    page.$$eval('#cells-compared td:nth-child(4)', (cells) => cells.map((cell) => cell.textContent!));
  await page.focus('#lines');
  for (let k = 0; k < 90; k++) await page.keyboard.press('ArrowDown');
  expect(await page.textContent('#status')).toContain('character 1,399:');
  await page.selectOption('[name=length]', '300');
  await page.waitForFunction(() =>
    document.querySelector('#passage-place')!.textContent!.startsWith('Characters 500 to 800'),
  );
  expect(await values()).toEqual(['', '']);
  await page.focus('#lines');
  await page.keyboard.press('ArrowRight');
  const last = ['1-0', '2-1'].map((cell) => `about ${signed(bookOf(DATA(), cell)[799]! / 7 - 1, 1)}`);
  expect(await values()).toEqual(last);
  expect(await page.textContent('#status')).toContain('character 799:');
  await page.close();
});

it('fits a phone, and breaks its lines there sooner', async () => {
  const wide = await open('?at=0');
  const narrow = await open('?at=0', { viewport: { width: 390, height: 800 } });
  for (const page of [wide, narrow]) await page.waitForFunction(() => CSS.highlights.size > 0);
  const count = (page: Page): Promise<number> => page.$$eval('.line', (lines) => lines.length);
  expect(await count(narrow)).toBeGreaterThan(1.5 * (await count(wide)));
  expect(await narrow.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await wide.close();
  await narrow.close();
});
