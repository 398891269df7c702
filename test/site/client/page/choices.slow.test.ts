import { expect, it } from 'vitest';
import { useSite } from '../../use-site.ts';

const small = useSite();

it('the theme and the article’s colours are remembered', async () => {
  const context = await small.browser.newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(`${small.server.origin}/alice/cells/1-0/`);
  const paint = (): Promise<string[]> =>
    page.$$eval('.ramp i', (steps) => steps.map((step) => getComputedStyle(step).backgroundColor));
  const own = await paint();
  await page.selectOption('.palette', 'article');
  await page.waitForFunction(() => document.styleSheets.length > 2);
  expect(await paint()).not.toEqual(own);
  await page.click('#theme');
  await page.click('#theme');
  const dark = await paint();
  await page.goto(`${small.server.origin}/alice/cells/1-0/`);
  expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
  expect(await page.inputValue('.palette')).toBe('article');
  expect(await paint()).toEqual(dark);
  await context.close();
});
