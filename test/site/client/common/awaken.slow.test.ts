// What a visitor of the reader does before its first values are there.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);

/** The reader, on a connection over which each file of values takes half a second. */
async function openSlowly(): Promise<Page> {
  const page = await small.browser.newPage();
  await page.route('**/*.bin', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.goto(`${small.server.origin}${BASE}alice/read/`);
  return page;
}

it('a key counts that is pressed while what answers it is still on its way', async () => {
  const page = await openSlowly();
  await page.mouse.move(200, 200);
  await page.mouse.move(210, 210);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('.place')?.textContent?.startsWith('Page 2 '));
  await page.waitForTimeout(700);
  expect(await page.textContent('.place')).toContain('Page 2 ');
  await page.close();
});

it('what is typed stays in its field, and counts', async () => {
  const page = await openSlowly();
  await Promise.all([page.waitForRequest('**/*.bin'), page.click('[name=cell]')]);
  await page.fill('[name=cell]', '1–4');
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('Page 1'));
  expect(await page.inputValue('[name=cell]')).toBe('1–4');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#about')?.textContent?.startsWith('Cell 1–4'));
  expect(await page.inputValue('[name=cell]')).toBe('1-4');
  await page.close();
});
