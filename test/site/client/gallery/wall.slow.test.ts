import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gallerySchema } from '../../../../pipeline/contract/index.ts';
import { wallExcerpt } from '../../../../src/lib/wall.ts';
import { sampleOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();

it('the wall is drawn when it comes into sight, and its words stand at the window’s edge', async () => {
  const page = await small.open('/alice/');
  const look = (): Promise<string[]> =>
    page.$eval('.wall', (wall) => {
      const { contentVisibility, contain } = getComputedStyle(wall);
      return [contentVisibility, contain];
    });
  expect((await look())[0]).toBe('auto');
  await page.hover('.wall li:last-child a');
  // Nothing contains what is fixed to the window while a strip is pointed at.
  expect(await look()).toEqual(['visible', 'none']);
  await page.mouse.move(2, 2);
  await page.focus('.wall a');
  expect(await look()).toEqual(['visible', 'none']);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  expect((await look())[0]).toBe('visible');
  await page.close();
});

it('the wall has other orders, and a strip leads to its cell', async () => {
  const page = await small.open('/alice/');
  const order = (): Promise<(string | null)[]> =>
    page.$$eval('.wall a', (strips) => strips.map((a) => a.getAttribute('href')));
  const byScore = await order();
  await page.check('[value=unit]');
  await page.waitForURL('**/?order=unit');
  const byUnit = await order();
  expect(byUnit).not.toEqual(byScore);
  expect(byUnit.toSorted()).toEqual(byScore.toSorted());
  expect(byUnit[0]).toBe('/alice/cells/1-0/');
  expect(page.url()).toContain('order=unit');
  await page.focus('.wall a');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/alice/cells/1-0/');
  await page.close();
});

it('the wall’s excerpt takes on the colours of the strip that is pointed at, which are its cell’s', async () => {
  const page = await small.open('/alice/');
  const steps = (): Promise<string[]> =>
    page.$eval('.window', (excerpt) =>
      [...excerpt.childNodes].flatMap((node) =>
        [...node.textContent!].map(() => (node as HTMLElement).className ?? ''),
      ),
    );
  const text = await page.textContent('.window');
  const before = await steps();
  const strip = page.locator('.wall a').nth(3);
  const cell = (await strip.getAttribute('href'))!.split('/').at(-2)!;
  await strip.hover();
  await page.waitForFunction(
    (id) => document.querySelector('[data-recoloured] .note a')!.getAttribute('href')!.includes(id),
    cell,
  );
  await expect.poll(steps).not.toEqual(before);
  expect(await page.textContent('.window')).toBe(text);

  const folder = join(small.site.folder, 'data/alice');
  const { heldOut } = gallerySchema.parse(JSON.parse(readFileSync(join(folder, 'gallery.json'), 'utf8')));
  const { start, text: excerpt } = wallExcerpt(heldOut.text);
  const bytes = sampleOf(folder, cell, 'h').subarray(start);
  const shown = (await steps()).filter((_, t) => text![t] !== '\n');
  const expected = [...excerpt].map((_, t) => {
    // The picture has three steps on either side of zero.
    const third = Math.round(((bytes[t]! / 255) * 2 - 1) * 3);
    return third === 0 ? '' : `s${7 + Math.round((third / 3) * 7)}`;
  });
  expect(shown).toEqual(expected);
  await page.close();
});

it('a wall of a thousand is sorted some strips at a time, and none is moved', async () => {
  const page = await small.browser.newPage({ viewport: { width: 1280, height: 900 } });
  // The small gallery's strips, over and over.
  await page.route('**/alice/', async (route) => {
    const html = await (await route.fetch()).text();
    const strips = /(<ul class="wall"[^>]*>)([\s\S]*?)(<\/ul>)/;
    await route.fulfill({
      contentType: 'text/html',
      body: html.replace(strips, (_, a, all, z) => a + all.repeat(80) + z),
    });
  });
  await page.goto(`${small.server.origin}/alice/`);
  // The script is fetched when somebody comes to the choice.
  await page.hover('#wall-order [value=unit]');
  await page.check('#wall-order [value=hypothesis]');
  await page.waitForURL('**/?order=hypothesis');
  await page.check('#wall-order [value=score]');
  await page.waitForURL('**/alice/');
  const seen = await page.evaluate(async () => {
    const strips = [...document.querySelectorAll('.wall li')];
    const addresses = () => strips.map((strip) => strip.firstElementChild!.getAttribute('href'));
    const before = addresses();
    document.querySelector<HTMLInputElement>('#wall-order [value=unit]')!.click();
    const atOnce = addresses().filter((one, index) => one !== before[index]).length;
    const isSorted = () => addresses().every((one, index, all) => index === 0 || all[index - 1]! <= one!);
    while (!isSorted()) await new Promise((done) => setTimeout(done, 20));
    const after = [...document.querySelectorAll('.wall li')];
    return { count: strips.length, atOnce, isMoved: after.some((strip, index) => strip !== strips[index]) };
  });
  expect(seen.count).toBeGreaterThan(900);
  expect(seen.atOnce).toBeGreaterThan(50);
  expect(seen.atOnce).toBeLessThanOrEqual(128);
  expect(seen.isMoved).toBe(false);
  await page.close();
});
