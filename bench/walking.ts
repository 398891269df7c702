// How long it takes from an arrow key to the next cell's colours, in Chromium on the built site: `npm run build` comes first.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { InputError } from '../pipeline/base/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';

const OUT = 'dist';
const START = 'alice/cells/2-189/';
const TURNS = 40;

interface Timed {
  /** Milliseconds from each key to the frame that shows the other cell. */
  turns: number[];
}

/** Times each turn, from the moment at which the key went down to the end of the frame after it. */
function timeTurns(): void {
  const timed: Timed = Object.assign(window, { turns: [] });
  document.addEventListener('keydown', ({ timeStamp }) => {
    const end = () => requestAnimationFrame(() => setTimeout(() => timed.turns.push(performance.now() - timeStamp)));
    document.addEventListener('turned', end, { once: true });
  });
}

async function walk(page: Page): Promise<number[]> {
  for (let turn = 1; turn <= TURNS; turn++) {
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((count) => (window as unknown as Timed).turns.length === count, turn);
    await page.waitForTimeout(150); // a reader looks at each
  }
  return page.evaluate(() => (window as unknown as Timed).turns);
}

export async function benchWalking() {
  if (!existsSync(join(OUT, START)))
    throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const server = await serveSite(OUT);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${server.origin}/${START}`, { waitUntil: 'networkidle' });
    await page.evaluate(timeTurns);
    const turns = (await walk(page)).toSorted((a, b) => a - b).map(Math.round);
    return { turns: TURNS, medianMilliseconds: turns[TURNS / 2]!, slowestMilliseconds: turns.at(-1)! };
  } finally {
    await browser.close();
    await server.close();
  }
}
