// How fast the network reads and all cells are ranked in a visitor's browser, in Chromium on the built site: `npm run
// build` comes first.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { InputError } from '../pipeline/base/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';

const OUT = 'dist';
const GALLERY = 'alice';
const PASTED = 3000;
/** Characters of a text that is too long, and of those that are read. */
const LONG = 100_000;
const READ = 10_000;
const TYPED = 'The cat said, “I do not know,” and went away. ';
const PATTERNS = ['the', '\\p{Lu}\\p{L}+', '(?<=,)[^,.;:!?]+', '“[^”]*”', '(\\p{L})\\1', '[aeiou]'];

/** Remembers how long the main thread was busy at a segment, as `longTasks`; there is no entry below 50 ms. */
function watchTasks(): void {
  const longTasks: number[] = Object.assign(window, { longTasks: [] }).longTasks;
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    entryTypes: ['longtask'],
  });
}

const allRead = (page: Page, length: number): Promise<unknown> =>
  page.waitForFunction(
    (start) => document.querySelector('#reading')?.textContent?.startsWith(start),
    `All ${length.toLocaleString('en')}`,
    { polling: 20, timeout: 120_000 },
  );

/** Bytes of styles and scripts, gzipped, that a page of its own fetches until it can be used. */
async function weighCode(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage();
  const weights: Promise<number>[] = [];
  page.on('response', (response) => {
    const isCode = ['stylesheet', 'script', 'other'].includes(response.request().resourceType());
    if (isCode && /\.(css|js)$/.test(new URL(response.url()).pathname))
      weights.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  const sizes = await Promise.all(weights);
  await page.close();
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Characters a second by the clock, and tasks of more than 50 ms: what a paste takes at once, what disturbs typing, and what
 * a paste of a text that is too long and an edit at its beginning take.
 */
async function timeTyping(browser: Browser, pages: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${pages}/try/`, { waitUntil: 'networkidle' });
  await page.fill('#text', 'Alice');
  await allRead(page, 5);
  const book = [...readFileSync(join(OUT, 'data', GALLERY, 'book', 'text.txt'), 'utf8')];
  await page.evaluate(watchTasks);
  const begun = performance.now();
  await page.fill('#text', book.slice(1000, 1000 + PASTED).join(''));
  await allRead(page, PASTED);
  const charactersPerSecond = Math.round((1000 * PASTED) / (performance.now() - begun));
  const longTasks = (): Promise<number[]> =>
    page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0).map(Math.round));
  const pasteMilliseconds = await longTasks();
  await page.press('#text', 'End');
  await page.keyboard.type(TYPED, { delay: 60 });
  await allRead(page, PASTED + [...TYPED].length);
  const tasksOver50Milliseconds = await longTasks();
  await page.fill('#text', book.join('').slice(0, LONG));
  await allRead(page, READ);
  await page.press('#text', 'Control+Home');
  await page.press('#text', 'Delete');
  await page.keyboard.type('x');
  await page.check('input[name=signal][value=o]', { force: true });
  await allRead(page, READ);
  const longTextMilliseconds = await longTasks();
  await page.close();
  return { charactersPerSecond, pasteMilliseconds, tasksOver50Milliseconds, longTextMilliseconds };
}

/** Seconds from the button to the ranking: of the first pattern, which waits for the data, and of the slowest after it. */
async function timeRanking(browser: Browser, pages: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${pages}/pattern/`, { waitUntil: 'networkidle' });
  const seconds: number[] = [];
  for (const pattern of PATTERNS) {
    await page.fill('[name=pattern]', pattern);
    const before = await page.textContent('#chance');
    const begun = performance.now();
    await page.click('#pattern button');
    await page.waitForFunction((old) => document.querySelector('#chance')!.textContent !== old, before, {
      polling: 20,
      timeout: 60_000,
    });
    seconds.push((performance.now() - begun) / 1000);
  }
  await page.close();
  const [first, ...then] = seconds.map((value) => Number(value.toFixed(2)));
  return { firstRankingSeconds: first, rankingSeconds: Math.max(...then) };
}

export async function benchLive() {
  if (!existsSync(join(OUT, GALLERY, 'try')))
    throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const server = await serveSite(OUT);
  const browser = await launchBrowser();
  try {
    const pages = `${server.origin}/${GALLERY}`;
    return {
      networkBytes: statSync(join(OUT, 'data', GALLERY, 'network.bin')).size,
      tryCodeGzipped: await weighCode(browser, `${pages}/try/`),
      patternCodeGzipped: await weighCode(browser, `${pages}/pattern/`),
      ...(await timeTyping(browser, pages)),
      ...(await timeRanking(browser, pages)),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}
