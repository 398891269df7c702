import { expect, it } from 'vitest';
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
