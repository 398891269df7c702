// What a visitor of the reader does before its first values are there.
import type { Page, Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawn } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);

/** The reader, on a connection over which no file of values comes until `arrive` is called, which waits until they are there. */
async function openSlowly(): Promise<{ page: Page; arrive: () => Promise<void> }> {
  const page = await small.browser.newPage();
  const asked: Request[] = [];
  let letIn = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  await page.route(/\.bin(\.gz)?$/u, async (route) => {
    asked.push(route.request());
    await open;
    await route.continue();
  });
  await page.goto(`${small.server.origin}${BASE}alice/read/`);
  const arrive = async (): Promise<void> => {
    letIn();
    for (const request of asked) await (await request.response())?.finished();
    await drawn(page);
  };
  return { page, arrive };
}

it('a key counts that is pressed while what answers it is still on its way', async () => {
  const { page, arrive } = await openSlowly();
  const first = page.waitForRequest(/\.bin(\.gz)?$/u);
  await page.mouse.move(200, 200);
  await page.mouse.move(210, 210);
  await page.keyboard.press('ArrowRight');
  await first;
  await arrive();
  await page.waitForFunction(() => document.querySelector('.place')?.textContent?.startsWith('Page 2 '));
  await arrive();
  expect(await page.textContent('.place')).toContain('Page 2 ');
  await page.close();
});

it('what is typed stays in its field, and counts', async () => {
  const { page, arrive } = await openSlowly();
  await Promise.all([page.waitForRequest(/\.bin(\.gz)?$/u), page.click('[name=cell]')]);
  await page.fill('[name=cell]', '1–4');
  await arrive();
  await page.waitForFunction(() => document.querySelector('#status')?.textContent?.startsWith('Page 1'));
  expect(await page.inputValue('[name=cell]')).toBe('1–4');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('\u20604'));
  expect(await page.inputValue('[name=cell]')).toBe('1-4');
  await page.close();
});
