import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cellOf, valuesOf } from '../../../fixtures/site/read-gallery.ts';
import { textOfExcerpts } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

/** Runs of a colour as the build makes them: an element a step, named by a digit of base fifteen. */
const MARKS = [...'0123456789abcde'].map((digit) => `.text[data-offset] s-${digit}`).join();

const small = useSite();

/** How many pieces of text the browser paints in a colour of the scale. */
const highlighted = (page: Page): Promise<number> =>
  page.evaluate(() => [...CSS.highlights].reduce((sum, [name, { size }]) => sum + (name === 'peak' ? 0 : size), 0));

describe('the six signals', () => {
  it('repaint the text, change the legend and the address, and leave the text as it is', async () => {
    const page = await small.open('/alice/cells/1-0/');
    const before = await textOfExcerpts(page);
    expect(await highlighted(page)).toBe(0);
    await page.check('input[value=f]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
    expect(await highlighted(page)).toBeGreaterThan(100);
    expect(await page.$$eval(MARKS, (spans) => spans.length)).toBe(0);
    expect(await textOfExcerpts(page)).toEqual(before);
    expect(await page.textContent('.bar .legend p')).toContain('f, forget gate');
    expect(new URL(page.url()).searchParams.get('signal')).toBe('f');
    await page.close();
  });

  it('repaint the same colours that the page came with, under either alignment', async () => {
    for (const id of ['1-0', '2-0']) {
      const page = await small.open(`/alice/cells/${id}/`);
      const marks = await page.$$eval(MARKS, (spans) =>
        spans.map((s) => [`s${Number.parseInt(s.localName.slice(2), 15)}`, s.textContent]),
      );
      await page.check('input[value=f]', { force: true });
      await page.waitForFunction(() => CSS.highlights.size > 0);
      await page.check('input[value=h]', { force: true });
      await page.waitForSelector('.sheet[data-signal=h]');
      const painted = await page.evaluate(() => {
        const steps = [...CSS.highlights].filter(([name]) => name !== 'peak');
        const ranges = steps.flatMap(([name, highlight]) => [...highlight].map((range) => ({ name, range })));
        const shown = ranges as { name: string; range: StaticRange }[];
        // What is folded came without colours.
        const all = shown.filter(({ range }) => range.startContainer.parentElement!.closest('details') === null);
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

  it('colour what is folded when it is opened, beside a line that says what the colours stand for', async () => {
    const id = '1-0';
    const cell = cellOf(join(small.site.folder, 'data/alice'), id);
    const page = await small.open(`/alice/cells/${id}/`);
    expect(await page.$$eval(`details :is(${MARKS})`, (marks) => marks.length)).toBe(0);
    await page.click('#at-random');
    await page.waitForSelector('details[open] .key-line [aria-pressed=true]');
    const painted = await page.$$eval('details[open] .text', (texts) =>
      texts.map((text) => {
        const steps: number[] = [];
        for (const [name, highlight] of CSS.highlights) {
          for (const range of highlight as unknown as Iterable<StaticRange>) {
            if (!text.contains(range.startContainer) || name === 'peak') continue;
            const before = new Range();
            before.setStart(text, 0);
            before.setEnd(range.startContainer, range.startOffset);
            const from = [...before.toString()].length;
            const { length } = [...range.startContainer.textContent!.slice(range.startOffset, range.endOffset)];
            for (let t = from; t < from + length; t++) steps[t] = Number(name.slice(1));
          }
        }
        return steps;
      }),
    );
    const excerpts = cell.excerpts.filter(({ kind }) => kind === 'random');
    expect(painted.length).toBe(excerpts.length);
    const first = cell.signals.indexOf(cell.signal) * cell.characters;
    for (const [index, { offset, text }] of excerpts.entries()) {
      const characters = [...text];
      expect(painted[index]!.length).toBeGreaterThan(20);
      for (const [t, character] of characters.entries()) {
        if (character === '\n') continue;
        expect(painted[index]![t] ?? 7).toBe(Math.round((valuesOf(cell)[first + offset + t]! * 14) / 255));
      }
    }
    await page.close();
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
    expect(await page.$$eval('.text[data-offset] i[class]', (spans) => spans.length)).toBeGreaterThan(100);
    expect(await textOfExcerpts(page)).toEqual(before);
    await page.close();
  });

  it('are chosen beside any excerpt, whose line says which one it is, and whose summary and links go along', async () => {
    const page = await small.open('/alice/cells/1-1/');
    const heard = () => page.locator('[data-heard]').first().textContent();
    const before = await heard();
    // The second cell has a note about its memory.
    expect(await page.getAttribute('.sheet', 'data-signal')).toBe('c');
    expect(before).toMatch(/^Its memory is high over “.+”; low over “.+”\.$/u);
    expect(await page.getAttribute('[data-reads]', 'href')).toContain('signal=c');
    const marked = await page.$$eval('.peak', (peaks) => peaks.length);
    expect(marked).toBe(6);
    await page.click('.key-line [data-signal-of=o]');
    await page.waitForSelector('.sheet[data-signal=o]');
    expect(await page.isChecked('#bar input[value=o]')).toBe(true);
    expect(await page.$$eval('.key-line [aria-pressed=true]', (all) => all.map((one) => one.textContent))).toEqual(
      (await page.$$('.key-line')).map(() => 'o'),
    );
    expect(await heard()).not.toBe(before);
    expect(await heard()).toContain('Its output gate');
    expect(await page.getAttribute('[data-reads]', 'href')).toContain('signal=o');
    // Another signal peaks elsewhere; the one that the page opened with has its marks again.
    expect(await page.evaluate(() => CSS.highlights.get('peak')?.size)).toBe(0);
    await page.check('#bar input[value=c]', { force: true });
    await page.waitForSelector('.sheet[data-signal=c]');
    expect(await page.evaluate(() => CSS.highlights.get('peak')?.size)).toBe(marked);
    await page.close();
  });

  it('stay in sight beside what they govern, in one line, and no heading hides beneath it', async () => {
    const page = await small.open('/alice/cells/1-0/', { viewport: { width: 390, height: 700 } });
    const boxes = await page.evaluate(() => {
      document.querySelector('#most-off')!.scrollIntoView({ behavior: 'instant' });
      const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
      return { line: box('.key-line').toJSON(), heading: box('#most-off').toJSON() };
    });
    expect(boxes.line.top).toBe(0);
    expect(boxes.line.height).toBeLessThanOrEqual(40);
    expect(boxes.heading.top).toBeGreaterThanOrEqual(boxes.line.bottom);
    await page.evaluate(() => document.querySelector('#workings')!.scrollIntoView({ behavior: 'instant' }));
    const above = await page.$$eval(
      '.key-line, .bar',
      (lines) =>
        lines.filter((line) => {
          const { top, bottom } = line.getBoundingClientRect();
          return bottom > 1 && top < 60 && line.checkVisibility();
        }).length,
    );
    expect(above).toBe(0);
    await page.close();
  });

  it('are had of a host that sends files only as a whole, too', async () => {
    const page = await small.open('/alice/cells/1-3/');
    const sent: (string | undefined)[] = [];
    await page.route(/\.jsonl\.gz/u, (route) => {
      const { range, ...headers } = route.request().headers();
      sent.push(range);
      return route.continue({ headers });
    });
    await page.check('input[value=f]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
    expect(sent).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-\d+$/)]);
    const { excerpts, characters } = cellOf(join(small.site.folder, 'data/alice'), '1-3');
    const values = valuesOf(cellOf(join(small.site.folder, 'data/alice'), '1-3')).subarray(characters);
    // The lead's characters above zero of f, its second signal; its step 0 is left without a mark.
    const isMarked = (character: string, t: number) => character !== '\n' && Math.round((values[t]! * 14) / 255) > 0;
    const marked = [...excerpts[0]!.text].filter(isMarked).length;
    const painted = await page.evaluate(() => {
      const [text] = document.querySelectorAll('.text[data-offset="0"]');
      const ranges = [...CSS.highlights].filter(([name]) => name !== 'peak').flatMap(([, all]) => [...all]);
      const own = ranges.filter(({ startContainer }) => text!.contains(startContainer));
      const words = own.map(({ startContainer, startOffset, endOffset }) =>
        startContainer.textContent!.slice(startOffset, endOffset),
      );
      return words.join('').replaceAll('\n', '').length;
    });
    expect(painted).toBe(marked);
    await page.close();
  });

  it('say so when the values cannot be had', async () => {
    const page = await small.open('/alice/cells/1-0/');
    await page.route(/\.(bin|jsonl?)(\.gz)?(#.*)?$/u, (route) => route.abort());
    await page.check('input[value=o]', { force: true });
    await page.waitForFunction(() => document.querySelector('#status')?.textContent !== '');
    expect(await page.textContent('#status')).toContain('could not be loaded');
    await page.close();
  });
});

it('a page shows its coloured text and its legend without scripts', async () => {
  const page = await small.open('/alice/cells/1-0/', { javaScriptEnabled: false });
  const colours = await page.$$eval(MARKS, (spans) => [
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

it('a page is read in order, what is for looking up is folded, and the keyboard comes to the excerpt at once', async () => {
  const page = await small.open('/alice/cells/1-1/');
  expect(await page.$$eval('main h2', (all) => all.map(({ id }) => id))).toEqual([
    ...['passage', 'hold', 'most-on', 'most-off', 'events', 'without', 'false-alarms', 'misses', 'found', 'workings'],
    ...['reach', 'wiring', 'contribution', 'competing', 'neighbours'],
    ...['from-top-to-bottom', 'at-random', 'generated', 'scores', 'downloads'],
  ]);
  const folded = await page.$$eval('details.folded:not([open]) h2', (all) => all.map(({ id }) => id));
  expect(folded).toEqual(['from-top-to-bottom', 'at-random', 'generated', 'scores', 'downloads']);
  const way = await page.$$eval('[data-reads]', (links) =>
    links.map((a) => a.closest('section, details')!.querySelector('h2')!.id),
  );
  expect(new Set(way).size).toBe(way.length);
  for (const _ of ['to the content', 'to the excerpt']) await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Skip to the excerpt');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement!.id)).toBe('passage');
  await page.close();
});

it('a term is explained where it stands, to the keyboard too', async () => {
  const page = await small.open('/alice/cells/1-0/');
  const term = page.locator('.term').first();
  await term.focus();
  const shown = await term.evaluate((link) => {
    const { content, position } = getComputedStyle(link, '::after');
    return { content, position, described: link.getAttribute('aria-description')! };
  });
  expect(shown.position).toBe('fixed');
  expect(shown.content).toContain(shown.described.slice(0, 30));
  await page.close();
});
