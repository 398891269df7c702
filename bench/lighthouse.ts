// Lighthouse's four scores of every kind of page of the built site: `npm run build` comes first.
import { existsSync } from 'node:fs';
import lighthouse from 'lighthouse';
import { InputError } from '../pipeline/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';
import { KINDS_OF_PAGE } from './kinds.ts';

const OUT = 'dist';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const DEBUGGING_PORT = 9333;

export async function benchLighthouse() {
  if (!existsSync(OUT)) throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  const server = await serveSite(OUT);
  const browser = await launchBrowser([`--remote-debugging-port=${DEBUGGING_PORT}`]);
  try {
    const scores: Record<string, Record<string, number>> = {};
    for (const page of KINDS_OF_PAGE) {
      const result = await lighthouse(`${server.origin}${page}`, {
        port: DEBUGGING_PORT,
        output: 'json',
        logLevel: 'silent',
        onlyCategories: [...CATEGORIES],
      });
      const found = CATEGORIES.map((id) => [id, Math.round(100 * (result?.lhr.categories[id]?.score ?? 0))]);
      scores[page] = Object.fromEntries(found);
    }
    return { scores };
  } finally {
    await browser.close();
    await server.close();
  }
}
