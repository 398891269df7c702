import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { Gallery } from '../../../../pipeline/contract/index.ts';
import { placeInSample } from '../../../../src/shared/book-pages.ts';
import { cellOf, sampleOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();
let gallery: Gallery;
let outputs: Buffer;
let ids: string[];

const json = <T>(path: string): T => JSON.parse(readFileSync(join(small.site.folder, 'data/alice', path), 'utf8')) as T;

beforeAll(() => {
  gallery = json<Gallery>('gallery.json');
  ids = json<{ cells: { id: string }[] }>('cells.json').cells.map(({ id }) => id);
  outputs = Buffer.concat(ids.map((id) => sampleOf(join(small.site.folder, 'data/alice'), id, 'h')));
});

/** The ten cells furthest from their mean at a position of the held-out text, as the panel prints them. */
function expectedAt(position: number): string[] {
  const length = outputs.length / ids.length;
  const all = ids.map((id, row) => {
    const own = [...outputs.subarray(row * length, (row + 1) * length)];
    const mean = own.reduce((sum, value) => sum + value, 0) / length;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length);
    return { id, z: (own[position]! - mean) / deviation };
  });
  return all
    .toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z))
    .slice(0, 10)
    .map(({ id, z }) => `${z > 0 ? '+' : '−'}${Math.abs(z).toFixed(1)} ${z > 0 ? 'high' : 'low'} ${id}`);
}

const shown = async (page: Page): Promise<string[]> => {
  await page.waitForSelector('.place-panel li');
  return page.$$eval('.place-panel li', (items) =>
    items.map((item) => {
      const [z, direction] = item.querySelectorAll('span');
      return `${z!.textContent} ${direction!.textContent} ${item.querySelector('a')!.href.split('/').at(-2)}`;
    }),
  );
};

/** Clicks on a character of the first text that fits, or selects from one to another, by its position. */
async function press(page: Page, selector: string, from: number, to = from): Promise<void> {
  const [first, last] = await page.$eval(
    selector,
    (text, positions) => {
      const rangeAt = (wanted: number): Range => {
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        let left = wanted;
        while (walker.nextNode() !== null && left >= walker.currentNode.textContent!.length) {
          left -= walker.currentNode.textContent!.length;
        }
        const range = new Range();
        range.setStart(walker.currentNode, left);
        range.setEnd(walker.currentNode, left + 1);
        return range;
      };
      // A text may be taller than the window.
      const { top: place } = rangeAt(positions[0]!).getBoundingClientRect();
      scrollBy({ top: place - innerHeight / 3, behavior: 'instant' });
      return positions.map((wanted) => {
        const { left: x, top, width, height } = rangeAt(wanted).getBoundingClientRect();
        return { x, y: top + height / 2, width };
      });
    },
    [from, to],
  );
  await page.mouse.move(first!.x + (from === to ? first!.width / 2 : 0.5), first!.y);
  await page.mouse.down();
  if (from !== to) await page.mouse.move(last!.x + 0.5, last!.y, { steps: 3 });
  await page.mouse.up();
}

it('a character of an excerpt says which cells are most unusual there, by a click and by Enter, and leads to them', async () => {
  const page = await small.open('/alice/cells/1-0/');
  const lead = cellOf(join(small.site.folder, 'data/alice'), '1-0').excerpts[0]!;
  const place = placeInSample(gallery.heldOut.pieces, lead.start!)!;
  await press(page, '.text[data-row]', 13);
  expect(await shown(page)).toEqual(expectedAt(place + 13));
  expect(await page.textContent('.place-panel .context b')).toBe([...lead.text][13]);
  const box = (await page.locator('.place-panel').boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(1280);
  await page.keyboard.press('Escape');
  expect(await page.isVisible('.place-panel')).toBe(false);

  await page.focus('.text[data-row]');
  await page.keyboard.press('Home');
  await page.waitForSelector('.values:not([hidden])');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => document.activeElement?.matches('.place-panel') && document.querySelector('.place-panel li'),
  );
  expect(await shown(page)).toEqual(expectedAt(place));
  // Its links come next to those who use the keyboard.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const href = await page.evaluate(() => (document.activeElement as HTMLAnchorElement).href);
  expect(href).toMatch(/\/alice\/cells\/[12]-\d\/$/);
  const seen = (await page.getAttribute('.place-panel li a:nth-of-type(2)', 'href'))!;
  await page.goto(new URL(seen, page.url()).href);
  await page.waitForSelector('#page mark');
  expect(await page.textContent('#page mark')).toBe([...lead.text][0]);
  expect(await page.inputValue('[name=cell]')).toBe(href.split('/').at(-2));
  await page.close();
});

it('so does one of the reader; what is not held out says so, and a touch asks before it fetches so much', async () => {
  const page = await small.open('/alice/read/?cell=1-0&page=2');
  await page.waitForFunction(() => document.querySelector('.place')?.textContent?.startsWith('Page 2 '));
  const start = Number(await page.getAttribute('#page .text', 'data-start'));
  expect(start).toBeGreaterThan(0);
  await press(page, '#page .text', 20);
  expect(await shown(page)).toEqual(expectedAt(placeInSample(gallery.heldOut.pieces, start)! + 20));
  await page.keyboard.press('[');
  await page.waitForSelector('.place-panel', { state: 'hidden' });
  await page.close();

  const other = await small.open('/alice/cells/1-0/');
  await other.mouse.move(200, 200);
  await other.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
  // What is opened is coloured, beside a line that pushes it down.
  await other.waitForSelector('details .key-line');
  await press(other, '.text[data-offset]:not([data-row])', 5);
  await other.waitForSelector('.place-panel:not([hidden])');
  expect(await other.textContent('.place-panel')).toContain('only where the text is held out');
  expect(await other.$$('.place-panel li')).toEqual([]);
  await other.close();

  const phone = await small.open('/alice/cells/1-0/', { viewport: { width: 390, height: 800 }, hasTouch: true });
  const fetched: string[] = [];
  phone.on('request', (request) => fetched.push(request.url()));
  const box = (await phone.locator('.text[data-row] p').first().boundingBox())!;
  await phone.touchscreen.tap(box.x + 8, box.y + 14);
  await phone.waitForSelector('.place-panel button:has-text("Which cells?")');
  expect(fetched.filter((url) => url.endsWith('h.bin'))).toEqual([]);
  await phone.tap('.place-panel button:has-text("Which cells?")');
  expect(await shown(phone)).toHaveLength(10);
  await phone.close();
});

it('so does one of a telling passage on the gallery’s page', async () => {
  const page = await small.open('/alice/');
  const position = Number(await page.getAttribute('.best-of .text', 'data-row'));
  await press(page, '.best-of .text', 6);
  expect(await shown(page)).toEqual(expectedAt(position + 6));
  const text = (await page.textContent('.best-of .text'))!;
  expect([...gallery.heldOut.text].slice(position, position + [...text].length).join('')).toBe(text);
  await page.close();
});

it('a passage that is selected leads to the page that ranks all cells by it', async () => {
  const page = await small.open('/alice/cells/1-0/');
  const lead = cellOf(join(small.site.folder, 'data/alice'), '1-0').excerpts[0]!;
  const place = placeInSample(gallery.heldOut.pieces, lead.start!)!;
  await page.hover('.text[data-row]');
  await press(page, '.text[data-row]', 10, 31);
  await page.waitForSelector('.place-panel a[href*="pattern"]');
  expect(await page.$$('.place-panel li')).toEqual([]);
  expect(await page.textContent('.place-panel')).toContain('21 characters');
  await page.click('.place-panel a[href*="pattern"]');
  await page.waitForSelector('#ranking:not([hidden])');
  expect(new URL(page.url()).search).toBe(`?from=${place + 10}&to=${place + 31}`);
  const passage = [...gallery.heldOut.text].slice(place + 10, place + 31).join('');
  expect(await page.textContent('#contexts mark')).toBe(passage.replaceAll('\n', ' '));
  await page.close();
});
