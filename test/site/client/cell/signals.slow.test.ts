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
