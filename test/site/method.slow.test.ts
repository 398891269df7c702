import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useSite } from './use-site.ts';

const BASE = '/definitions/';
/** What could be linked to when the method was a single page. */
const OLD_ANCHORS = `
  what-is-looked-at signals colours hypothesis alignment held-out activations-from-elsewhere
  how-well-a-cell-fits-a-hypothesis auroc spearman pearson cluster map interval strength threshold f1 mcc
  average-precision base-rate cohens-d point-biserial spans what-the-score-has-to-beat time-shift untrained-twin
  shuffled-twin seeds-and-steps sparse-probe character-baseline counter-baseline false-discovery-rate
  what-is-corrected-for foremost-hypothesis interpretable found-rule explained-together what-it-adds after-the-others
  how-the-network-works loss context saturation halving half-life event-average drive connection contribution
  direct-effect ablation cells-like-it tie-bound in-your-browser small-network surprise your-own-hypothesis
`
  .trim()
  .split(/\s+/);

/** The anchors of a page of the method, from its Markdown. */
const headingsOf = (file: string): string[] =>
  [...readFileSync(join('src/method', file), 'utf8').matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the method', () => {
  it('defines every number that a page links to, each in one place', () => {
    const anchors = readdirSync('src/method').flatMap(headingsOf);
    expect(new Set(anchors).size).toBe(anchors.length);
    const used = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(astro|ts)$/.test(file))
      .flatMap((file) => [...readFileSync(join('src', file), 'utf8').matchAll(/definition\(([^)]*)\)/g)])
      .flatMap(([, argument]) => [...argument!.matchAll(/'([a-z0-9-]+)'/g)].map(([, id]) => id!));
    expect(used.length).toBeGreaterThan(50);
    expect(used.filter((id) => !anchors.includes(id))).toEqual([]);
  });

  const small = useSite(BASE);
  const htmlOf = (path: string): string => readFileSync(join(small.site.folder, path, 'index.html'), 'utf8');

  it('still leads on from every anchor of the time when it was one page, without a script', async () => {
    const context = await small.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${small.server.origin}${BASE}method/`);
    for (const anchor of OLD_ANCHORS) {
      const entry = page.locator(`.method-pages :is(li, section):is([id="${anchor}"], :has(> [id="${anchor}"]))`);
      const [path, place] = (await entry.locator('a').first().getAttribute('href'))!.slice(BASE.length).split('#');
      expect(path, anchor).toMatch(/^method\/[a-z-]+\/$/);
      if (place !== undefined) expect(htmlOf(path!), anchor).toContain(`id="${place}"`);
    }
    await context.close();
  });

  it('jumps on from there where scripts run', async () => {
    const page = await small.browser.newPage();
    for (const [from, to] of [
      ['#auroc', 'scores/#auroc'],
      ['#foremost-hypothesis', 'scores/#headline-hypothesis'],
      ['#what-the-score-has-to-beat', 'baselines/'],
    ]) {
      await page.goto(`${small.server.origin}${BASE}method/${from}`);
      await page.waitForURL(`**/method/${to}`);
      await page.goto('about:blank');
    }
    await page.goto(`${small.server.origin}${BASE}method/`);
    expect(await page.locator('h1').textContent()).toBe('What every number means');
    await page.close();
  });
});
