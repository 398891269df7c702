import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { textOfExcerpts } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();

/** How many pieces of text the browser paints in a colour of the scale. */
const highlighted = (page: Page): Promise<number> =>
  page.evaluate(() => [...CSS.highlights.values()].reduce((sum, { size }) => sum + size, 0));

describe('the six signals', () => {
  it('repaint the text, change the legend and the address, and leave the text as it is', async () => {
    const page = await small.open('/alice/cells/1-0/');
    const before = await textOfExcerpts(page);
    expect(await highlighted(page)).toBe(0);
    await page.check('input[value=f]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
    expect(await highlighted(page)).toBeGreaterThan(100);
    expect(await page.$$eval('.text[data-offset] span', (spans) => spans.length)).toBe(0);
    expect(await textOfExcerpts(page)).toEqual(before);
    expect(await page.textContent('.bar .legend p')).toContain('f, forget gate');
    expect(new URL(page.url()).searchParams.get('signal')).toBe('f');
    await page.close();
  });

  it('repaint the same colours that the page came with, under either alignment', async () => {
    for (const id of ['1-0', '2-0']) {
      const page = await small.open(`/alice/cells/${id}/`);
      const marks = await page.$$eval('.text[data-offset] span', (spans) =>
        spans.map((s) => [s.className, s.textContent]),
      );
      await page.check('input[value=f]', { force: true });
      await page.waitForFunction(() => CSS.highlights.size > 0);
      await page.check('input[value=h]', { force: true });
      await page.waitForSelector('.sheet[data-signal=h]');
      const painted = await page.evaluate(() => {
        const ranges = [...CSS.highlights].flatMap(([name, highlight]) =>
          [...highlight].map((range) => ({ name, range })),
        );
        const all = ranges as { name: string; range: StaticRange }[];
        const follows = (a: Node, b: Node): boolean =>
          (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_PRECEDING) > 0;
        all.sort(({ range: a }, { range: b }) => {
          if (a.startContainer === b.startContainer) return a.startOffset - b.startOffset;
          return follows(a.startContainer, b.startContainer) ? 1 : -1;
        });
        return all.map(({ name, range }) => [
          name,
          range.startContainer.textContent!.slice(range.startOffset, range.endOffset),
        ]);
      });
      expect(painted).toEqual(marks);
      await page.close();
    }
  });

  it('are reached by the keyboard, and stand in a shared address', async () => {
    const page = await small.open('/alice/cells/1-0/?signal=c');
    await page.waitForFunction(() => CSS.highlights.size > 0);
    expect(await page.isChecked('input[value=c]')).toBe(true);
    await page.focus('input[value=c]');
    await page.keyboard.press('ArrowRight');
    expect(await page.isChecked('input[value=i]')).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/alice/cells/1-0/');
    await page.close();
  });

  it('paint spans where the browser cannot paint ranges', async () => {
    const page = await small.browser.newPage();
    await page.addInitScript('delete CSS.highlights; delete window.CSS.__proto__.highlights');
    await page.addInitScript('Object.defineProperty(window, "CSS", { value: { escape: CSS.escape.bind(CSS) } })');
    await page.goto(`${small.server.origin}/alice/cells/1-0/`);
    const before = await textOfExcerpts(page);
    await page.check('input[value=o]', { force: true });
    await page.waitForSelector('.sheet[data-signal=o]');
    expect(await page.$$eval('.text[data-offset] span[class]', (spans) => spans.length)).toBeGreaterThan(100);
    expect(await textOfExcerpts(page)).toEqual(before);
    await page.close();
  });

  it('say so when the values cannot be had', async () => {
    const page = await small.open('/alice/cells/1-0/');
    await page.route('**/*.bin', (route) => route.abort());
    await page.check('input[value=o]', { force: true });
    await page.waitForFunction(() => document.querySelector('#status')?.textContent !== '');
    expect(await page.textContent('#status')).toContain('could not be loaded');
    await page.close();
  });
});

it('a page shows its coloured text and its legend without scripts', async () => {
  const page = await small.open('/alice/cells/1-0/', { javaScriptEnabled: false });
  const colours = await page.$$eval('.text[data-offset] span', (spans) => [
    ...new Set(spans.map((span) => getComputedStyle(span).backgroundColor)),
  ]);
  expect(colours.length).toBeGreaterThan(4);
  expect(await page.isVisible('.legend')).toBe(true);
  expect(await page.isVisible('.tabs')).toBe(false);
  await page.close();
});

it('the arrow keys turn the pages in the order of the ranking', async () => {
  const page = await small.open('/alice/cells/1-0/');
  const next = await page.getAttribute('.turn a[rel=next]', 'href');
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`**${next}`);
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL('**/alice/cells/1-0/');
  await page.close();
});

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
