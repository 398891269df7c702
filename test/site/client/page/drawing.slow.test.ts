import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { figureCsv } from '../../../../pipeline/base/csv.ts';
import { cellFigures } from '../../../../pipeline/contract/cell-figures.ts';
import { gallerySchema } from '../../../../pipeline/contract/index.ts';
import { cellOf, valuesOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const PATH = `${BASE}alice/cells/1-0/`;
const small = useSite(BASE);

/** Clicks a figure's button, and reads the file that comes of it. */
async function saved(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).first().click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

describe('a figure', () => {
  it('is saved as a drawing that stands alone, with the colours it has on the page', async () => {
    const page = await small.open(PATH);
    const { name, content } = await saved(page, 'figure:has(svg.chart) [data-draws=svg]');
    expect(name).toMatch(/^alice-cells-1-0-figure-\d+\.svg$/);
    const drawing = content.toString('utf8');
    const fill = await page.$eval('figure svg.chart .bars', (bars) => getComputedStyle(bars).fill);
    expect(drawing).toContain(`fill="${fill}"`);
    const alone = await small.browser.newPage();
    await alone.setContent(drawing);
    expect(await alone.locator('svg > title').textContent()).toBe(await page.getAttribute('svg.chart', 'aria-label'));
    expect(await alone.locator('text').first().textContent()).toBe(
      await page.locator('svg.chart text').first().textContent(),
    );
    const fonts = await alone.evaluate(async () => {
      await document.fonts.ready;
      return [...document.fonts].map(({ family, status }) => [family.replaceAll('"', ''), status]);
    });
    expect(fonts).toEqual([['Source Sans', 'loaded']]);
    expect(drawing).not.toMatch(/url\((?!&quot;data:|"data:)/);
    await alone.close();
    await page.close();
  });

  it('keeps the colours of marks that are drawn once and used in many places', async () => {
    const page = await small.open(`${BASE}alice/map/`);
    const looks = (of: Page): Promise<string[]> =>
      of.$$eval('svg g use', (marks) =>
        marks.map((mark) => {
          const { fill, stroke } = getComputedStyle(mark);
          return `${fill} ${stroke}`;
        }),
      );
    const { content } = await saved(page, '[data-draws=svg]');
    const alone = await small.browser.newPage();
    await alone.setContent(content.toString('utf8'));
    expect(await looks(alone)).toEqual(await looks(page));
    const shapes = await alone.$$eval('defs path', (paths) => paths.map((path) => path.getAttribute('fill')));
    expect(new Set(shapes)).toEqual(new Set([null]));
    await alone.close();
    await page.close();
  });

  it('is saved as a picture, in the dark too', async () => {
    const page = await small.open(PATH, { colorScheme: 'dark' });
    const { name, content } = await saved(page, 'figure:has(svg.chart) [data-draws=png]');
    expect(name).toMatch(/\.png$/);
    const { width, height } = await sharp(content).metadata();
    expect(width).toBeGreaterThan(600);
    expect(height).toBeGreaterThan(300);
    const { channels } = await sharp(content).removeAlpha().stats();
    expect(channels[0]!.mean).toBeLessThan(80); // paper of the dark theme
    expect(channels[0]!.max).toBeGreaterThan(200); // and ink on it
    await page.close();
  });

  it.each(['spans of the page as it came', 'highlights of another signal'])(
    'is saved as the coloured text that it is, drawn from the %s',
    async (source) => {
      const page = await small.open(PATH);
      if (source.startsWith('highlights')) await page.check('[name=signal][value=f]', { force: true });
      const text = '.passage:has([data-draws]) .text';
      await page.waitForFunction(
        (isRepainted) => !isRepainted || [...CSS.highlights.keys()].some((name) => /^s\d+$/.test(name)),
        source.startsWith('highlights'),
      );
      const { content } = await saved(page, '.passage [data-draws=svg]');
      const alone = await small.browser.newPage();
      await alone.setContent(content.toString('utf8'));
      const words = await alone.$$eval('svg text', (parts) => parts.map((part) => part.textContent).join(''));
      const visible = (words: string): string => words.replaceAll(/\s+/g, '');
      expect(visible(words)).toBe(visible((await page.textContent(text))!));
      const starts = await alone.$$eval('svg text', (parts) =>
        (parts as SVGTextElement[]).map((part) => [part.getNumberOfChars(), part.x.baseVal.numberOfItems]),
      );
      for (const [characters, places] of starts) expect(characters).toBe(places);
      const fills = await alone.$$eval('svg rect', (parts) => parts.map((part) => part.getAttribute('fill')!));
      const coloured = new Set(fills.filter((fill) => /^rgb\(/.test(fill)));
      expect(coloured.size).toBeGreaterThan(3);
      await alone.close();
      await page.close();
    },
  );

  it('is a comparison too: its lines, whose cells, and their traces', async () => {
    const page = await small.open(`${BASE}alice/compare/?cells=1-0,2-1&at=0&length=300`);
    await page.waitForFunction(() => CSS.highlights.size > 3);
    const { content } = await saved(page, '[data-draws=svg]');
    const alone = await small.browser.newPage();
    await alone.setContent(content.toString('utf8'));
    const words = await alone.$$eval('svg text', (parts) => parts.map((part) => part.textContent).join(''));
    const spoken = await page.$$eval('.spoken, .who', (parts) => parts.map((part) => part.textContent).join(''));
    expect(words.replaceAll(/\s+/g, '')).toBe(spoken.replaceAll(/\s+/g, ''));
    const heights = await alone.$$eval('svg rect', (parts) => parts.map((part) => Number(part.getAttribute('height'))));
    const trace = await page.$eval('.trace', (line) => line.getBoundingClientRect().height);
    expect(heights.filter((height) => Math.abs(height - trace) < 0.01).length).toBeGreaterThan(20);
    await alone.close();
    await page.close();
  });

  it('is a page of the reader too', async () => {
    const page = await small.open(`${BASE}alice/read/?page=2`);
    await page.waitForFunction(() => CSS.highlights.size > 3);
    const { content } = await saved(page, '[data-figure] [data-draws=svg]');
    const alone = await small.browser.newPage();
    await alone.setContent(content.toString('utf8'));
    const words = await alone.$$eval('svg text', (parts) => parts.map((part) => part.textContent).join(''));
    expect(words.replaceAll(/\s+/g, '')).toBe((await page.textContent('#page'))!.replaceAll(/\s+/g, ''));
    await alone.close();
    await page.close();
  });

  it('is the course of a cell over the book, as wide and as high as it stands there', async () => {
    const page = await small.open(`${BASE}alice/read/`);
    const { content } = await saved(page, '#map [data-draws=svg]');
    const alone = await small.browser.newPage();
    await alone.setContent(content.toString('utf8'));
    const course = '.above';
    const size = (of: Page): Promise<number[]> =>
      of.$eval(course, (path) => {
        const { width, height } = path.getBoundingClientRect();
        return [width, height].map(Math.round);
      });
    expect(await size(alone)).toEqual(await size(page));
    expect(await alone.getAttribute(course, 'd')).toBe(await page.getAttribute(course, 'd'));
    expect(await alone.getAttribute(course, 'fill')).toBe(
      await page.$eval(course, (path) => getComputedStyle(path).fill),
    );
    await alone.close();
    await page.close();
  });

  it('is a cell’s line over the letters that it goes along with', async () => {
    const page = await small.open(BASE);
    const { content } = await saved(page, '.one-cell [data-draws=svg]');
    const alone = await small.browser.newPage();
    await alone.setContent(content.toString('utf8'));
    const line = 'svg path:not(.zero)';
    expect(await alone.getAttribute(line, 'd')).toBe(await page.getAttribute(`.one-cell ${line}`, 'd'));
    const words = await alone.$$eval('svg text', (parts) => parts.map((part) => part.textContent).join(''));
    const letters = (await page.textContent('.one-cell .letters'))!;
    expect(words.replaceAll(/\s+/g, '')).toContain(letters.replaceAll(/\s+/g, ''));
    const numbers = await page.$$eval('.one-cell .ends span', (parts) => parts.map((part) => part.textContent));
    for (const number of numbers) expect(words).toContain(number);
    await alone.close();
    await page.close();
  });

  it('has its buttons only where scripts run, and its numbers everywhere', async () => {
    const page = await small.open(PATH, { javaScriptEnabled: false });
    expect(await page.locator('[data-draws]').first().isVisible()).toBe(false);
    expect(await page.locator('[data-file].link').first().isVisible()).toBe(false);
    await page.click('#downloads');
    expect(await page.isVisible('details:has(#downloads) a[href*="/cells/0.jsonl.gz#0-"]')).toBe(true);
    await page.close();
    const whole = await small.open(`${BASE}alice/`, { javaScriptEnabled: false });
    expect(await whole.locator('figcaption a[href$=".csv"]').first().isVisible()).toBe(true);
    await whole.close();
  });
});

describe('a table', () => {
  it('is saved as it stands, as CSV and as JSON, with numbers that programs read', async () => {
    const page = await small.open(`${BASE}alice/cells/`);
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 3);
    const shown = await page.$$eval('tbody tr', (rows) =>
      rows.map((row) =>
        [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent!.replaceAll(/\s+/g, ' ').trim()),
      ),
    );
    const heads = await page.$$eval('thead th', (cells) => cells.map((cell) => cell.textContent!.trim()));
    const plain = (words: string): string => (/^−\d/.test(words) ? words.replace('−', '-') : words);
    const { name, content } = await saved(page, '[data-saves=csv]');
    expect(name).toBe('specimens-alice-cells-cells.csv');
    const rows: Record<string, string>[] = parse(content, { columns: true });
    expect(rows).toHaveLength(shown.length);
    const named = Object.keys(rows[0]!);
    expect(named.length).toBeGreaterThan(3);
    for (const [index, row] of rows.entries()) {
      for (const head of named) expect(row[head]).toBe(plain(shown[index]![heads.indexOf(head)]!));
    }
    const { content: json } = await saved(page, '[data-saves=json]');
    expect(JSON.parse(json.toString('utf8'))).toEqual(rows);
    await page.close();
  });

  it('is saved without the rows that a filter has taken away', async () => {
    const page = await small.open(`${BASE}alice/cells/?layer=2`);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('tbody th')].every((th) => th.textContent!.trim().startsWith('2')),
    );
    const { content } = await saved(page, '[data-saves=csv]');
    const cells = (parse(content, { columns: true }) as Record<string, string>[]).map(({ Cell }) => Cell);
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.every((cell) => cell!.startsWith('2'))).toBe(true);
    await page.close();
  });
});

it('each figure of a page gives its own numbers', async () => {
  let page = await small.open(PATH);
  const count = await page.locator('[data-figures]').count();
  expect(count).toBeGreaterThan(6);
  const contents = new Map<string, string>();
  for (let figure = 0; figure < count; figure++) {
    // A browser hands out ten files of a page and asks before the next.
    if (figure > 0 && figure % 8 === 0) {
      await page.close();
      page = await small.open(PATH);
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-figures]').nth(figure).click(),
    ]);
    contents.set(download.suggestedFilename(), readFileSync(await download.path()).toString('utf8'));
  }
  expect(contents.size).toBe(count);
  const data = join(small.site.folder, 'data/alice');
  const gallery = gallerySchema.parse(JSON.parse(readFileSync(join(data, 'gallery.json'), 'utf8')));
  const cell = cellOf(data, '1-0');
  const whole = parse(figureCsv(cellFigures(cell, valuesOf(cell), gallery)), { columns: true }) as {
    figure: string;
  }[];
  const gates = parse(contents.get('specimens-alice-cells-1-0-gates.csv'.replace('specimens-', ''))!, {
    columns: true,
  });
  expect(gates).toEqual(whole.filter(({ figure }) => figure === 'gates'));
  const rows = [...contents.values()].flatMap((text) => parse(text, { columns: true }) as { figure: string }[]);
  expect(rows.length).toBe(whole.length);
  await page.close();
});
