// What a visitor with a slow machine waits for, in Chromium on the built site with its processor slowed down to a quarter:
// `npm run build` comes first. From a click or a key to the next painting, as the browser itself reports it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { InputError } from '../pipeline/base/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';

const OUT = 'dist';
const GALLERY = 'alice';
const SLOWER = 4;
const ORDERS = ['unit', 'hypothesis', 'score', 'unit', 'score'];
const KEYS = ['q', 'u', 'o', 'Backspace', 'Backspace', 'Backspace'];
/** Between two of them: what follows the painting is over. */
const PAUSE = 1200;

interface Timed {
  /** Milliseconds of each event that took 16 at least. */
  waits: number[];
}

/** Runs in the page: keeps how long each click or key waited for its painting. */
function timeEvents(): void {
  const timed: Timed = Object.assign(window, { waits: [] });
  const options = { type: 'event', durationThreshold: 16 } as PerformanceObserverInit;
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name === 'click' || name === 'keydown') timed.waits.push(duration);
    }
  }).observe(options);
}

/** The longest wait of each act, rising. */
async function timeActs(page: Page, acts: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const waits: number[] = [];
  for (const act of acts) {
    await act();
    await page.waitForTimeout(PAUSE);
    const own = await page.evaluate(() => (window as unknown as Timed).waits.splice(0));
    waits.push(Math.max(0, ...own));
  }
  return waits.toSorted((a, b) => a - b);
}

export async function benchThrottled() {
  if (!existsSync(join(OUT, GALLERY)))
    throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const server = await serveSite(OUT);
  const browser = await launchBrowser();
  const open = async (path: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(timeEvents);
    await page.goto(`${server.origin}/${GALLERY}/${path}`, { waitUntil: 'networkidle' });
    return page;
  };
  try {
    const wall = await open('');
    await wall.locator('#wall-order').scrollIntoViewIfNeeded();
    await wall.waitForTimeout(PAUSE);
    const sorts = await timeActs(
      wall,
      ORDERS.map((order) => () => wall.click(`#wall-order label:has([value=${order}])`)),
    );
    const list = await open('cells/');
    await list.click('[name=search]');
    const keys = await timeActs(
      list,
      KEYS.map((key) => () => list.keyboard.press(key)),
    );
    const middle = (waits: readonly number[]) => waits[Math.floor(waits.length / 2)]!;
    return { sortMilliseconds: middle(sorts), typingMilliseconds: middle(keys), slower: SLOWER };
  } finally {
    await browser.close();
    await server.close();
  }
}
