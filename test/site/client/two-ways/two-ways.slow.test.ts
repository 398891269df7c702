import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { reflowed } from '../../../../src/shared/text.ts';
import { cellOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);

const CELL = '1-1';

function stored() {
  return cellOf(join(small.site.folder, 'data/alice'), CELL).evidence.clamped!;
}
const shown = (text: string): string => reflowed([...text], false).join('');
const columnOf = (page: Page, name: string): Promise<string | null> => page.textContent(`[data-column=${name}]`);
/** A click is answered by a script that comes a moment later. */
const columnBecomes = (page: Page, name: string, text: string) =>
  expect.poll(() => columnOf(page, name), { timeout: 20_000 }).toBe(text);

it('free against held works at once and without scripts, from stored text, with what differs marked', async () => {
  const { text, free, held } = stored();
  for (const path of [`${BASE}alice/cells/${CELL}/`, BASE]) {
    const page = await small.open(path, { javaScriptEnabled: false });
    const own = path === BASE ? stored() : { text, free, held };
    expect((await columnOf(page, 'free'))!.length).toBe([...own.free].length);
    const differing = await page.$$eval('[data-column=held] .differs', (marks) =>
      marks.reduce((sum, { textContent }) => sum + textContent!.length, 0),
    );
    expect(differing).toBeGreaterThan(0);
    expect(await page.textContent('[data-difference]')).toContain(`${differing} of`);
    expect(
      await page.$$eval('.two-ways tbody tr', (rows) => rows.map((row) => row.querySelectorAll('rect').length)),
    ).toEqual([2, 2, 2]);
    if (path !== BASE) {
      expect(await columnOf(page, 'free')).toBe(shown(free));
      expect(await columnOf(page, 'held')).toBe(shown(held));
      expect(differing).toBe([...free].filter((character, t) => character !== [...held][t]).length);
      expect(await page.textContent('.two-ways tbody tr')).toMatch(/6\.7%\s*80%/u);
    }
    await page.close();
  }
});

it('free against held is played, released and held again, and leads to the same on a text of one’s own', async () => {
  const { text, free, held, value } = stored();
  const page = await small.open(`${BASE}alice/cells/${CELL}/`);
  await page.click('[data-plays=again]');
  await page.waitForFunction(() => {
    const { length } = document.querySelector('[data-column=held]')!.textContent!;
    return length > 3 && length < 100;
  });
  const [freely, clamped] = await page.evaluate(() =>
    ['free', 'held'].map((name) => document.querySelector(`[data-column=${name}]`)!.textContent!.length),
  );
  expect(freely).toBe(clamped);
  await page.click('[data-plays=again]');
  await columnBecomes(page, 'held', shown(held));
  await page.click('[data-plays=hold]');
  await columnBecomes(page, 'held', shown(free));
  expect(await page.textContent('[data-level]')).toBe('released');
  await page.click('[data-plays=hold]');
  await columnBecomes(page, 'held', shown(held));
  expect(await page.textContent('[data-level]')).toBe('held at +0.95');
  const address = new URL((await page.getAttribute('.two-ways a[href*="/try/"]', 'href'))!, small.server.origin);
  expect(address.searchParams.get('hold')).toBe(`${CELL}_${value}`);
  expect(address.searchParams.get('text') ?? text).toBe(text);
  expect(address.searchParams.get('write')).toBe('1');
  await page.close();
});

it('free against held is run by the network itself once it was asked for, at any value', async () => {
  const page = await small.open(`${BASE}alice/cells/${CELL}/`);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.click('[data-plays=hold]');
  expect(requests.filter((url) => url.includes('network.bin'))).toEqual([]);
  await page.click('[data-runs]');
  await page.waitForFunction(() => document.querySelector('[data-status]')!.textContent!.includes('is here'));
  const before = await columnOf(page, 'free');
  await page.focus('[name=two-ways-value]');
  await page.keyboard.press('Home');
  await page.click('[data-plays=hold]');
  await page.waitForFunction((old) => {
    const { textContent } = document.querySelector('[data-column=free]')!;
    return textContent !== old && textContent!.length === 120;
  }, before);
  // Held again, both are played from the beginning.
  await expect
    .poll(() => page.textContent('[data-difference]'), { timeout: 20_000 })
    .toMatch(/of 120 are different|all 120/);
  expect(await page.textContent('[data-level]')).toBe('held at −1.00');
  await page.close();
});
