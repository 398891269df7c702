// What needs scripts, on a telephone and a desk, in light and dark, and when the connection is cut after the first use.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSite } from '../use-site.ts';

const BASE = '/specimens/';

const small = useSite(BASE);

interface Feature {
  readonly title: string;
  readonly path: string;
  /** Uses it, and waits for what comes of it. @param time 0 with a connection, then 1 without */
  use(page: Page, time: number): Promise<unknown>;
}

/** Waits until an element's words hold others. */
const says = (page: Page, selector: string, words: string): Promise<unknown> =>
  page.waitForFunction(([where, wanted]) => document.querySelector(where!)?.textContent?.includes(wanted!), [
    selector,
    words,
  ] as const);

const FEATURES: readonly Feature[] = [
  {
    title: 'a page of a cell shows another signal',
    path: 'alice/cells/1-0/',
    async use(page, time) {
      const signal = ['f', 'o'][time]!;
      await page.check(`input[name=signal][value=${signal}]`, { force: true });
      await page.waitForSelector(`.sheet[data-signal=${signal}]`);
      await page.waitForFunction(() => CSS.highlights.size > 0);
    },
  },
  {
    title: 'the reader turns the page',
    path: 'alice/read/',
    async use(page, time) {
      await page.click('.turn a[rel=next]');
      await says(page, '.place', `Page ${time + 2} `);
    },
  },
  {
    title: 'the comparison moves along the text',
    path: 'alice/compare/?cells=1-0,2-1&at=0&length=300',
    async use(page, time) {
      await says(page, '#passage-place', `Characters ${300 * time} `);
      await page.click('.turn a[rel=next]');
      await says(page, '#passage-place', `Characters ${300 * (time + 1)} `);
    },
  },
  {
    title: 'a pattern ranks the cells',
    path: 'alice/pattern/',
    async use(page, time) {
      await page.fill('[name=pattern]', ['the', '[aeiou]'][time]!);
      const before = await page.textContent('#found');
      await page.click('#pattern button');
      await page.waitForFunction(
        (old) => document.querySelector('#found')!.textContent !== old && document.querySelector('#ranked tr') !== null,
        before,
      );
    },
  },
  {
    title: 'the network reads what is typed',
    path: 'alice/try/',
    async use(page, time) {
      const text = ['said Alice', 'said the Cat, once more'][time]!;
      await page.fill('#text', text);
      await says(page, '#reading', `All ${text.length} `);
    },
  },
];

const PLACES: readonly [string, BrowserContextOptions][] = [
  ['a telephone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
  ['a telephone in the dark', { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' }],
  ['a desk in the dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
];

describe.each(PLACES)('on %s', (_, options) => {
  it.each(FEATURES)('$title, with a connection and without', async ({ path, use }) => {
    const context = await small.browser.newContext(options);
    const page = await context.newPage();
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(String(error)));
    await page.goto(`${small.server.origin}${BASE}${path}`);
    await use(page, 0);
    await context.setOffline(true);
    await use(page, 1);
    expect(failures).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      options.viewport!.width,
    );
    await context.close();
  });
});
