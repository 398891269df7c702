import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Gallery } from '../../../../pipeline/contract/index.ts';
import { sampleOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);

function open(pattern?: string, flags?: string, options?: BrowserContextOptions): Promise<Page> {
  const query = new URLSearchParams({
    ...(pattern === undefined ? {} : { pattern }),
    ...(flags === undefined ? {} : { flags }),
  });
  return small.open(`${BASE}alice/pattern/${query.size === 0 ? '' : `?${query}`}`, options);
}

const found = (page: Page): Promise<string> => page.$eval('#found', (element) => element.textContent ?? '');
const told = (page: Page, words: string): Promise<unknown> =>
  page.waitForFunction((w) => document.querySelector('#found')!.textContent!.includes(w), words);
const ranked = async (page: Page): Promise<string[]> => {
  await page.waitForSelector('#ranking:not([hidden])');
  await page.waitForFunction(() => !document.querySelector('#found')!.textContent!.includes('Ranking'));
  return page.$$eval('#ranked tr', (rows) => rows.map((row) => row.textContent!.replaceAll(/\s+/g, ' ').trim()));
};

it('without scripts it says what it is for, and leads to the hypotheses that were written', async () => {
  const page = await open(undefined, undefined, { javaScriptEnabled: false });
  expect(await page.isVisible('#pattern')).toBe(false);
  expect(await page.isVisible('#ranking')).toBe(false);
  expect(await page.isVisible('.index a[href$="hypotheses/inside-quotes/"]')).toBe(true);
  await page.close();
});

describe('a pattern', () => {
  it('typed by keyboard alone ranks all cells, shows its matches, and stands in the address', async () => {
    const page = await open();
    await page.focus('[name=pattern]');
    await page.keyboard.type('‘[^’]*');
    await page.keyboard.press('Enter');
    const rows = await ranked(page);
    expect(rows).toHaveLength(12);
    expect(new URL(page.url()).searchParams.get('pattern')).toBe('‘[^’]*');
    expect(await found(page)).toMatch(/^It matches [\d,]+ of [\d,]+ characters \(\d+%\), in \d+ spans\.$/);
    const marks = await page.$$eval('#contexts mark', (all) => all.map((mark) => mark.textContent!));
    expect(marks).toHaveLength(5);
    for (const mark of marks) expect(mark[0]).toBe('‘');
    const values = await page.$$eval('#ranked [data-column=auroc]', (all) => all.map((c) => Number(c.textContent)));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(0.7);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.5);
    expect(await page.getAttribute('#ranked th a', 'href')).toMatch(/^\/specimens\/alice\/cells\/[12]-\d\/$/);
    await page.close();
  });

  it('finds the cells that the gallery was made of, and says that too few blocks are held out to tell luck', async () => {
    const page = await open('\\s', '');
    const [first] = await ranked(page);
    const name = await page.textContent('#ranked [data-column=name]');
    expect(first).toContain('on');
    expect(name).not.toBe('');
    const chance = (await page.textContent('#chance'))!;
    expect(chance).toContain('luck plays a part');
    expect(chance).toContain('too few blocks');
    await page.close();
  });

  it('is shared by a link, with its flags', async () => {
    const page = await open('ALICE', 'i');
    await ranked(page);
    expect(await page.inputValue('[name=pattern]')).toBe('ALICE');
    expect(await page.isChecked('[name=i]')).toBe(true);
    expect(await page.$$eval('#contexts mark', (all) => all.map((mark) => mark.textContent))).toContain('Alice');
    await page.uncheck('[name=i]');
    await page.press('[name=pattern]', 'Enter');
    await told(page, 'matches nothing');
    expect(new URL(page.url()).search).toBe('?pattern=ALICE');
    expect(await page.isVisible('#ranking')).toBe(false);
    await page.close();
  });

  it('that runs away is stopped, and the next one works', async () => {
    const page = await open('(\\p{L}+\\s*)+§');
    await told(page, 'stopped after 2 seconds');
    await page.fill('[name=pattern]', 'the');
    await page.press('[name=pattern]', 'Enter');
    expect(await ranked(page)).toHaveLength(12);
    await page.close();
  });

  it('that is malformed gets the reason and the place', async () => {
    const page = await open('[a-z](b');
    await told(page, 'malformed');
    expect(await found(page)).toMatch(/Unterminated group, after “\[a-z\]”, at character 6\.$/);
    expect(await page.isVisible('#ranking')).toBe(false);
    await page.close();
  });

  it('that matches everything, or hardly anything, is told so', async () => {
    const page = await open('[^]');
    await told(page, 'matches every character');
    expect(await page.isVisible('#ranking')).toBe(false);
    await page.fill('[name=pattern]', '^Alice was beginning');
    await page.press('[name=pattern]', 'Enter');
    await told(page, 'in 1 span. On fewer than 10 spans');
    await page.close();
  });

  it('stays text, whatever it spells', async () => {
    const planted = '<img src=x onerror="window.planted=1"><script>window.planted=1</script>';
    const page = await open(planted);
    await told(page, 'matches nothing');
    expect(await page.inputValue('[name=pattern]')).toBe(planted);
    const broken = await open(`(${planted}`);
    await told(broken, 'malformed');
    for (const opened of [page, broken]) {
      expect(await opened.evaluate(() => 'planted' in window)).toBe(false);
      expect(await opened.$('main img')).toBeNull();
      await opened.close();
    }
  });

  it('can be tried again when the cells’ outputs could not be had', async () => {
    const page = await small.browser.newPage();
    await page.route('**/h.bin.gz', (route) => route.abort());
    await page.goto(`${small.server.origin}${BASE}alice/pattern/?pattern=the`);
    await told(page, 'could not be ranked');
    await page.unroute('**/h.bin.gz');
    await page.press('[name=pattern]', 'Enter');
    expect(await ranked(page)).toHaveLength(12);
    await page.close();
  });
});

describe('a passage in the address', () => {
  it('ranks all cells by how well they are on in it and off elsewhere, and is shown; a pattern takes its place', async () => {
    const page = await small.open(`${BASE}alice/pattern/?from=57&to=99`);
    expect(await ranked(page)).toHaveLength(12);
    const data = join(small.site.folder, 'data/alice');
    const characters = [...(JSON.parse(readFileSync(join(data, 'gallery.json'), 'utf8')) as Gallery).heldOut.text];
    const passage = characters.slice(57, 99).join('').replaceAll('\n', ' ');
    expect(await page.$$eval('#contexts mark', (all) => all.map((mark) => mark.textContent))).toEqual([passage]);
    expect(await page.textContent('#matches-title')).toBe('The passage');
    expect(await found(page)).toContain('42 characters are on');
    const { cells } = JSON.parse(readFileSync(join(data, 'cells.json'), 'utf8')) as { cells: { id: string }[] };
    // The share of all pairs of a character inside and one outside in which the one inside has more, just after it was read.
    const shares = cells.map(({ id }) => {
      const own = sampleOf(data, id, 'h');
      let won = 0;
      const outside = [...own.subarray(0, 57), ...own.subarray(99)];
      for (const a of own.subarray(57, 99)) for (const b of outside) won += a > b ? 1 : a === b ? 0.5 : 0;
      return won / (42 * outside.length);
    });
    const shown = await page.$$eval('#ranked tr', (rows) =>
      rows.map((row) => [
        row.querySelector('th a')!.getAttribute('href')!.split('/').at(-2)!,
        row.querySelector('[data-column=alignment]')!.textContent!,
        row.querySelector('[data-column=auroc]')!.textContent!,
      ]),
    );
    const reading = shown.filter(([, alignment]) => alignment === 'reading');
    expect(reading.length).toBeGreaterThan(0);
    for (const [id, , value] of reading) {
      const share = shares[cells.findIndex((cell) => cell.id === id)]!;
      expect(Number(value), id).toBeCloseTo(Math.max(share, 1 - share), 1);
    }
    await page.fill('[name=pattern]', 'the');
    await page.press('[name=pattern]', 'Enter');
    await told(page, 'It matches');
    expect(new URL(page.url()).search).toBe('?pattern=the');
    await page.goto(`${small.server.origin}${BASE}alice/pattern/?from=57&to=999999`);
    await told(page, 'no such passage');
    await page.close();
  });
});

it('its examples are links that rank the cells', async () => {
  const page = await open();
  const links = await page.$$eval('.note a[href^="?pattern"]', (all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThanOrEqual(3);
  for (const link of links) {
    await page.goto(link);
    expect(await ranked(page)).toHaveLength(12);
  }
  await page.close();
});
