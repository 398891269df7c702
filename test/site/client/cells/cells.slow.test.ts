import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSite } from '../../use-site.ts';

const small = useSite();

describe('the index of cells', () => {
  const rows = (page: Page): Promise<string[]> =>
    page.$$eval('#rows th', (heads) => heads.map((head) => head.textContent ?? ''));

  it('keeps its filters in the address, and reads them from there', async () => {
    const page = await small.open('/alice/cells/');
    const all = await rows(page);
    expect(all).toHaveLength(12);
    await page.selectOption('[name=layer]', '2');
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 6);
    await page.selectOption('[name=hypothesis]', 'space');
    await page.waitForFunction(() => document.querySelector('#rows td:nth-child(5)')?.textContent === 'Space');
    const filtered = await rows(page);
    expect(filtered.every((cell) => cell.startsWith('2–'))).toBe(true);
    expect(new URL(page.url()).search).toBe('?hypothesis=space&layer=2');
    const shared = await small.open('/alice/cells/?hypothesis=space&layer=2');
    expect(await rows(shared)).toEqual(filtered);
    expect(await shared.inputValue('[name=layer]')).toBe('2');
    await shared.close();
    await page.close();
  });

  it('finds a cell by its number', async () => {
    const page = await small.open('/alice/cells/');
    await page.fill('[name=search]', '1-3');
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 1);
    expect(await rows(page)).toEqual(['1–3']);
    expect(await page.getAttribute('#rows a', 'href')).toBe('/alice/cells/1-3/');
    await page.close();
  });
});
