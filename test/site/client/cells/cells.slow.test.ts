import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cellNumber } from '../../../../src/shared/cell-number.ts';
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
    await shared.waitForFunction(() => document.querySelectorAll('#rows tr').length === 6);
    expect(await rows(shared)).toEqual(filtered);
    expect(await shared.inputValue('[name=layer]')).toBe('2');
    await shared.close();
    await page.close();
  });

  it('says of each cell the same label as its page, and under a hypothesis what the cell does on that one', async () => {
    const page = await small.open('/alice/cells/');
    const texts = (): Promise<string[][]> =>
      page.$$eval('#rows tr', (all) =>
        all.map((row) => [...(row as HTMLTableRowElement).cells].map((td) => td.textContent!)),
      );
    const rows = await texts();
    expect(rows[0]![5]).toBe('adds 31%');
    for (const [, cell, , does, title, learned, value] of rows) {
      if (does === 'Found: high after a vowel')
        expect([title, learned, value]).toEqual(['a rule, found automatically', 'explains 43%', '–']);
      else if (cell!.replace('\u2060', '') !== '1–1')
        expect(does!.replace(/^O(n|ff): /, '')).toBe(title!.toLowerCase());
    }
    await page.selectOption('[name=hypothesis]', 'space');
    await page.waitForFunction(() => document.querySelector('#rows td:nth-child(5)')?.textContent === 'Space');
    for (const [, , , does, , , , , direction] of await texts()) {
      expect(does!.toLowerCase()).toContain('space');
      expect(does!.toLowerCase().startsWith(direction!.split(',')[0]!)).toBe(true);
    }
    await page.close();
  });

  it('is a list of cards on a phone, on which nothing is cut off and the score is in sight', async () => {
    const page = await small.open('/alice/cells/', { viewport: { width: 320, height: 700 } });
    const cut = await page.$$eval(
      '#rows :is(td, th)',
      (cells) => cells.filter((cell) => cell.checkVisibility() && cell.getBoundingClientRect().right > 320).length,
    );
    expect(cut).toBe(0);
    for (const column of [4, 6, 7]) expect(await page.isVisible(`#rows td:nth-child(${column})`)).toBe(true);
    await page.close();
  });

  it('finds a cell by its number', async () => {
    const page = await small.open('/alice/cells/');
    await page.fill('[name=search]', '1-3');
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 1);
    expect(await rows(page)).toEqual([cellNumber('1-3')]);
    expect(await page.getAttribute('#rows a', 'href')).toBe('/alice/cells/1-3/');
    await page.close();
  });

  it('of a thousand shows as many at once as a window holds, and the others after a pause', async () => {
    const page = await small.browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.route('**/cells.json', async (route) => {
      const all = await (await route.fetch()).json();
      const copy = (cell: { id: string }, k: number) => ({ ...cell, id: `2-${100 + k}` });
      const cells = Array.from({ length: 1012 }, (_, k) => copy(all.cells[k % all.cells.length], k));
      await route.fulfill({ json: { ...all, cells: [...all.cells, ...cells] } });
    });
    await page.goto(`${small.server.origin}/alice/cells/`);
    await page.evaluate(() => {
      const counts: number[] = [];
      const body = document.querySelector('#rows')!;
      new MutationObserver(() => counts.push(body.children.length)).observe(body, { childList: true });
      Object.assign(window, { counts });
    });
    await page.fill('[name=search]', '2-1');
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 100);
    const counts = await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
    expect(counts[0]).toBe(20);
    expect(counts.every((count, index) => index === 0 || count - counts[index - 1]! <= 20)).toBe(true);
    expect(await page.textContent('#count')).toMatch(/^100 of \d+ cells that fit/);
    await page.waitForFunction(() => location.search === '?search=2-1');
    await page.close();
  });
});
