import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { basisOf } from '../../../../src/lib/map.ts';
import { cellOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();
const open = (options = {}): Promise<Page> => small.open('/alice/map/', options);

/** The mark that is furthest from all others, with its middle in the window, and which cell it is. */
const lonelyMark = (page: Page) =>
  page.$$eval('.map a', (links) => {
    const middleOf = (link: Element) => {
      const { x, y, width, height } = link.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, size: Math.max(width, height) };
    };
    const all = links.map(middleOf);
    const room = all.map((own) => Math.min(...all.map(({ x, y }) => Math.hypot(x - own.x, y - own.y) || 1e9)));
    const link = links[room.indexOf(Math.max(...room))]!;
    link.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    return { ...middleOf(link), href: link.getAttribute('href')!, room: Math.max(...room) };
  });
const tip = (page: Page) =>
  page.$eval('.tip', (element) => {
    const { width, height, left, right } = element.getBoundingClientRect();
    const { hidden } = element as HTMLElement;
    return { hidden, width, height, left, right, href: element.getAttribute('href'), words: element.textContent! };
  });

it('a mark tells what its cell remembers, and nothing is marked by what half of all cells share', async () => {
  const page = await open();
  const marks = await page.$$eval('.marks li', (items) => items.map((item) => item.textContent!.trim()));
  const folder = join(small.site.folder, 'data/alice');
  const { cells } = JSON.parse(readFileSync(join(folder, 'cells.json'), 'utf8'));
  const remembered = cells.filter(({ id }: { id: string }) => {
    const { scores } = cellOf(folder, id);
    return scores.some(({ remembers }: { remembers: boolean }) => remembers);
  });
  expect(remembered.length).toBeGreaterThan(0);
  expect(marks.at(-1)).toMatch(new RegExp(`^Remembers nothing +${cells.length - remembered.length}$`));
  expect(basisOf([{ remembers: null }])).toBe('headline');
  await page.close();
});

it('a pointer near a mark shows the words about it, and a click there leads to the cell', async () => {
  const page = await open();
  const { x, y, href, room } = await lonelyMark(page);
  expect(room).toBeGreaterThan(20);
  await page.mouse.move(x + 9, y);
  const shown = await tip(page);
  expect(shown).toMatchObject({ hidden: false, href });
  expect(shown.words.replace(/–\u2060?/, '-')).toContain(href.split('/').at(-2));
  await page.mouse.move(5, 5);
  expect((await tip(page)).hidden).toBe(true);
  await page.mouse.click(x + 9, y);
  await page.waitForURL(`**${href}`);
  await page.close();
});

it('the arrow keys lead from mark to mark, and Enter to the cell', async () => {
  const page = await open();
  await page.focus('section.scroll');
  await page.keyboard.press('Tab');
  const first = await tip(page);
  expect(first.hidden).toBe(false);
  const seen = new Set([first.href]);
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
    await page.keyboard.press(key);
    seen.add((await tip(page)).href);
  }
  expect(seen.size).toBeGreaterThan(2);
  expect(await page.$$eval('.map a[tabindex="0"]', (links) => links.length)).toBe(1);
  const { href } = await tip(page);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${href}`);
  await page.close();
});

it('a finger that comes within 12 pixels of a mark is asked before it goes there, by words that are easy to hit', async () => {
  const page = await open({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
  const { x, y, href, size } = await lonelyMark(page);
  expect(size).toBeLessThan(24);
  await page.touchscreen.tap(x, y + 10);
  const shown = await tip(page);
  expect(page.url()).toContain('/map/');
  expect(shown.hidden).toBe(false);
  expect(shown.height).toBeGreaterThanOrEqual(24);
  expect(shown.left).toBeGreaterThanOrEqual(0);
  expect(shown.right).toBeLessThanOrEqual(390);
  await page.tap('.tip');
  await page.waitForURL(`**${shown.href}`);
  expect(shown.href).toBe(href);
  await page.close();
});
