// What the tests of the page where one types have in common: the site, and what they do and read on the page.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import { type Site, useSite } from '../../use-site.ts';

/** For what is polled: the network reads and paints at its own pace. */
export const WAITING = { timeout: 30_000 };
export const BASE = '/specimens/';
export const PAGE = `${BASE}alice/try/`;

/** The site, whose page is opened by its query. */
export function useTrySite(): Omit<Site, 'open'> & {
  open(query?: string, options?: BrowserContextOptions): Promise<Page>;
} {
  const tried = useSite(BASE);
  const { open } = tried;
  return Object.assign(tried, {
    open: (query = '', options: BrowserContextOptions = {}) => open(`${PAGE}${query}`, options),
  });
}

/** Waits until the network is there and the whole text was read. */
export async function read(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#loading p')!.textContent!.includes('is here'));
  await page.waitForFunction(() => document.querySelector('#reading')?.textContent?.startsWith('All'));
}

export async function type(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.waitForFunction(
    (length) => document.querySelector('#reading')?.textContent?.startsWith(`All ${length}`),
    [...text].length,
  );
}

/** Waits until the address says so: it is changed a moment after the page. */
export async function addressed(page: Page, name: string, value: string | null): Promise<void> {
  await page.waitForFunction(([key, wanted]) => new URLSearchParams(location.search).get(key!) === wanted, [
    name,
    value,
  ] as const);
}

/** The steps of colour of a text's characters, as they are painted. */
export const painted = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate((within) => {
    const element = document.querySelector(within)!;
    return [...CSS.highlights]
      .flatMap(([name, ranges]) => [...ranges].map((range) => ({ name, range: range as StaticRange })))
      .filter(({ range }) => element.contains(range.startContainer))
      .map(
        ({ name, range }) => `${name}:${range.startContainer.textContent!.slice(range.startOffset, range.endOffset)}`,
      )
      .sort();
  }, selector);

/** How many characters of a text are painted in some step. */
export async function paintedLength(page: Page, selector: string): Promise<number> {
  const marks = await painted(page, selector);
  return marks.reduce((sum, mark) => sum + mark.length - mark.indexOf(':') - 1, 0);
}

export const valuesShown = (page: Page): Promise<number[]> =>
  page.evaluate(
    (letters) =>
      letters.map((letter) =>
        Number(document.querySelector(`[data-value=${letter}]`)!.textContent!.replace('−', '-').replace('+', '')),
      ),
    SIGNALS,
  );
