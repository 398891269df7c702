// Lighthouse's four scores of every kind of page of the built site: `npm run build` comes first.
import { existsSync } from 'node:fs';
import { median } from 'd3-array';
import lighthouse from 'lighthouse';
import { InputError } from '../pipeline/base/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';
import { KINDS_OF_PAGE } from './kinds.ts';

const OUT = 'dist';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const DEBUGGING_PORT = 9333;
/** Of each page; the median counts, for the speed of a page swings with whatever else the machine does. */
const RUNS = 3;

/** The four scores of a page. */
async function judge(address: string): Promise<Record<string, number>> {
  const result = await lighthouse(address, {
    port: DEBUGGING_PORT,
    output: 'json',
    logLevel: 'silent',
    onlyCategories: [...CATEGORIES],
  });
  return Object.fromEntries(CATEGORIES.map((id) => [id, Math.round(100 * (result?.lhr.categories[id]?.score ?? 0))]));
}

export async function benchLighthouse() {
  if (!existsSync(OUT)) throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const server = await serveSite(OUT);
  const browser = await launchBrowser([`--remote-debugging-port=${DEBUGGING_PORT}`]);
  try {
    const scores: Record<string, Record<string, number>> = {};
    for (const page of KINDS_OF_PAGE) {
      const runs: Record<string, number>[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await judge(`${server.origin}${page}`));
      scores[page] = Object.fromEntries(CATEGORIES.map((id) => [id, median(runs.map((run) => run[id]!))!]));
    }
    return { scores };
  } finally {
    await browser.close();
    await server.close();
  }
}
