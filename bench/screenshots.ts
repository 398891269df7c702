// `npm run screenshots`: every kind of page of the built site, on a telephone and a desk, in light and dark, as pictures to
// be looked at. `npm run build` comes first.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../pipeline/base/errors.ts';
import { launchBrowser, serveSite } from '../test/site/browser.ts';
import { KINDS_OF_PAGE } from './kinds.ts';

const OUT = 'dist';
const FOLDER = '.cellarium/screenshots';
const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'] as const;
/** A picture of a longer page than this shows its beginning, for nobody could look at the whole. */
const LONGEST = 6000;

/** `/alice/cells/` as part of a file's name. */
const nameOf = (page: string): string => page.replace(/^\/|\/$/g, '').replaceAll('/', '-') || 'home';

async function takeScreenshots(): Promise<void> {
  if (!existsSync(OUT)) throw new InputError('There is no built site.', { file: OUT }, 'Run npm run build first.');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const server = await serveSite(OUT);
  const browser = await launchBrowser();
  try {
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const page = await context.newPage();
        for (const kind of KINDS_OF_PAGE) {
          await page.goto(`${server.origin}${kind}`, { waitUntil: 'networkidle' });
          const height = Math.min(LONGEST, await page.evaluate(() => document.documentElement.scrollHeight));
          const path = join(FOLDER, `${nameOf(kind)}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
          console.log(path);
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

await takeScreenshots();
