import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cellOf } from '../../fixtures/site/read-gallery.ts';
import { aliceSample } from '../../fixtures/site/text.ts';
import { filesOf, NASTY_CELL } from '../built.ts';
import { expectAccessible, expectValid, textOfExcerpts } from '../checks.ts';
import { useSite } from '../use-site.ts';

const BASE = '/specimens/';
const LIVE = 'alice/try/';
/** One of every kind of page. */
const KINDS = [
  '',
  'alice/',
  'alice/cells/',
  'alice/cells/1-0/',
  `alice/cells/${NASTY_CELL}/`,
  'alice/hypotheses/inside-quotes/',
  'alice/hypotheses/position-in-word/',
  'alice/hypotheses/digit/',
  'alice/map/',
  'alice/model/',
  LIVE,
  'alice/read/',
  'alice/compare/',
  'alice/pattern/',
  'alice/study/',
  'method/',
  'method/scores/',
  'nowhere/',
];

const small = useSite(BASE);

/** In the addresses that pages of hypotheses once had. */
const FORMER = '/heuristics/';

/** The full address of a page. */
const at = (path: string): string => `${small.server.origin}${BASE}${path}`;
const htmlOf = (path: string): string => readFileSync(join(small.site.folder, path), 'utf8');

describe('every page', () => {
  it('is valid HTML', async () => {
    const pages = filesOf(small.site.folder).filter((file) => file.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(20);
    for (const page of pages) {
      await expectValid(htmlOf(page), page);
    }
  });

  it('has neither a style attribute nor an inline script or style', () => {
    for (const page of filesOf(small.site.folder).filter((file) => file.endsWith('.html'))) {
      const html = htmlOf(page);
      expect(html, page).not.toMatch(/<[^>]+\sstyle=/);
      expect(html, page).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect(html, page).not.toMatch(/<style/);
    }
  });

  it('weighs, a cell and a character, what a large site has room for', () => {
    const files = filesOf(small.site.folder);
    const size = (path: string) => statSync(join(small.site.folder, path)).size;
    const all = (pattern: RegExp) => files.filter((file) => pattern.test(file));
    const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + size(path), 0);
    const pages = all(/^alice\/cells\/\d+-\d+\/index\.html$/);
    const shared = all(/^data\/alice\/(cells|book)\/\d+\.(jsonl|bin)\.gz$/);
    const [cells, characters] = [pages.length, aliceSample(12_000).length];
    expect(cells).toBe(12);
    // Previews are those of the hundred best, however many cells there are.
    expect((pages.length + shared.length) / cells).toBeLessThanOrEqual(1.6);
    expect(sum(pages) / cells).toBeLessThan(80_000);
    expect(sum(shared.filter((file) => file.includes('/cells/'))) / cells).toBeLessThan(45 * 1024);
    // These cells are half noise, which nothing compresses: real ones take a third of it.
    expect(sum(shared.filter((file) => file.includes('/book/'))) / cells / characters).toBeLessThan(0.4);
    for (const signal of ['h', 'c'])
      expect(size(`data/alice/heldout/${signal}.bin.gz`) / cells / characters).toBeLessThan(0.96);
  });

  it('leads only to what is there, below the base path, and to anchors that exist', () => {
    const files = new Set(filesOf(small.site.folder));
    const broken: string[] = [];
    for (const page of [...files].filter((file) => file.endsWith('.html'))) {
      for (const [, url] of htmlOf(page).matchAll(/\s(?:href|src|data-source|data-cells|data-expected)="([^"]+)"/g)) {
        if (/^(https?:|data:)/.test(url!)) continue;
        const [path = '', anchor] = url!.replace(/\?[^#]*/, '').split('#');
        const whole = path.startsWith('../') ? new URL(path, `https://example.org${BASE}${page}`).pathname : path;
        const inside = whole.startsWith(BASE) ? whole.slice(BASE.length) : null;
        const file = path === '' ? page : inside === null ? null : inside.replace(/(^|\/)$/, '$1index.html');
        if (file === null || !files.has(file)) broken.push(`${page}: ${url}`);
        else if (file.endsWith('.gz') && anchor !== undefined) {
          // The part of a file that is a cell's: a gzip file of its own.
          const [start, end] = anchor.split('-').map(Number) as [number, number];
          const part = readFileSync(join(small.site.folder, file)).subarray(start, end);
          expect(JSON.parse(gunzipSync(part).toString('utf8')).id, `${page}: ${url}`).toBe(page.split('/').at(-2));
        } else if (anchor !== undefined && !new RegExp(`\\sid="${anchor}"`).test(htmlOf(file)))
          broken.push(`${page}: ${url}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('says what it is to a search engine and to a link preview', () => {
    const pictures = new Set(filesOf(small.site.folder));
    for (const page of [...pictures].filter((file) => file.endsWith('.html') && !file.includes(FORMER))) {
      const html = htmlOf(page);
      expect(html, page).toMatch(/<meta name="description" content="[^"]{20,}"/);
      expect(html, page).toMatch(/<link rel="canonical" href="https:\/\/example\.org\/specimens\//);
      const picture = /property="og:image" content="https:\/\/example\.org\/specimens\/([^"]+)"/.exec(html)?.[1];
      expect(pictures, page).toContain(picture);
    }
  });

  it('has no accessibility violation that axe knows of, nor too little contrast in the dark', async () => {
    const light = await small.browser.newContext({ colorScheme: 'light', viewport: { width: 1280, height: 900 } });
    for (const path of KINDS) await expectAccessible(light, at(path));
    await light.close();
    const dark = await small.browser.newContext({ colorScheme: 'dark', viewport: { width: 1280, height: 900 } });
    for (const path of KINDS) await expectAccessible(dark, at(path), ['color-contrast']);
    await dark.close();
  }, 300_000);

  it('of a hypothesis is still found where it once was', async () => {
    const files = filesOf(small.site.folder);
    const pages = files.filter((file) => /^alice\/hypotheses\/.*\.html$/.test(file));
    expect(pages.length).toBeGreaterThan(2);
    for (const file of pages) expect(files).toContain(file.replace('/hypotheses/', FORMER));
    const page = await small.browser.newPage();
    await page.goto(at('alice/heuristics/inside-quotes/'));
    await page.waitForURL(at('alice/hypotheses/inside-quotes/'));
    expect(await page.textContent('h1')).toBe('Inside quotation marks');
    await page.close();
  });

  it('has the site’s icon, and where it belongs to no gallery the site’s picture, beside a file for robots', async () => {
    const { width, height, format } = await sharp(join(small.site.folder, 'social.png')).metadata();
    expect({ width, height, format }).toEqual({ width: 600, height: 315, format: 'png' });
    for (const path of ['index.html', 'method/index.html', '404.html']) {
      expect(htmlOf(path), path).toContain(`property="og:image" content="https://example.org${BASE}social.png"`);
      expect(htmlOf(path), path).toContain(`<link rel="icon" type="image/svg+xml" href="${BASE}favicon.svg">`);
    }
    expect(htmlOf('favicon.svg')).toContain('<title>Cellarium</title>');
    expect(htmlOf('robots.txt')).toBe('User-agent: *\nAllow: /\n');
  });

  it('of a gallery and of its study says what networks of other seeds remember, and draws them', () => {
    const gallery = htmlOf('alice/index.html');
    expect(gallery).toContain(
      'In two networks from other seeds, 3 and 3 cells do; in one trained on shuffled text, none',
    );
    const study = htmlOf('alice/study/index.html');
    expect(study).toContain('Of 12 cells, 3, 3 and 3 remember something in the networks of seeds 1, 2 and 3');
    expect(study.indexOf('id="memory"')).toBeLessThan(study.indexOf('id="time"'));
    for (const [page, counts] of [
      [gallery, 'this network 1, seed 2 3, seed 3 3, shuffled text 0, untrained at most 0.'],
      [study, 'seed 1 3, untrained 0, seed 2 3, seed 3 3, shuffled text 0.'],
    ] as const) {
      const figure =
        page.match(/<svg class="chart"[^>]*aria-label="Cells that add something[^>]*>.*?<\/svg>/s)?.[0] ?? '';
      expect(figure).toContain(`With the last 20 characters known: ${counts}`);
      for (const name of ['seed 2', 'seed 3', 'shuffled text', 'untrained'])
        expect(figure).toContain(`>${name}</text>`);
    }
  });

  it('is no wider than a small phone, whatever is unfolded, and breaks no cell’s number at its dash', async () => {
    const page = await small.browser.newPage({ viewport: { width: 320, height: 800 } });
    for (const path of KINDS) {
      await page.goto(at(path));
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('details')) one.open = true;
      });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
      const breakable = await page.evaluate(() => {
        for (const citation of document.querySelectorAll('pre')) citation.remove();
        return document.querySelector('main')!.innerText.match(/\b\d+–\d+\b/g) ?? [];
      });
      expect(
        breakable.filter((number) => /^[12]–/.test(number)),
        path,
      ).toEqual([]);
    }
    await page.close();
  });

  it('ends no caption with two full stops', () => {
    for (const page of filesOf(small.site.folder).filter((file) => file.endsWith('.html'))) {
      const words = htmlOf(page).replaceAll(/<[^>]+>/g, '');
      expect(words, page).not.toMatch(/(CSV|PNG)\.\s*\./);
    }
  });
});

describe('a page keeps to its weight', () => {
  it('25 KB of compressed HTML, 200 KB in all, 6,000 elements', () => {
    for (const page of filesOf(small.site.folder).filter((file) => /cells\/.*html$/.test(file))) {
      const html = htmlOf(page);
      expect(gzipSync(html).length, page).toBeLessThanOrEqual(25_000);
      expect(Buffer.byteLength(html), page).toBeLessThanOrEqual(200_000);
      expect(html.match(/<[a-z]/g)?.length, page).toBeLessThanOrEqual(6000);
    }
  });

  it('8 KB of compressed styles and scripts, 20 KB where a network runs, and fonts of 70 KB', async () => {
    for (const path of KINDS) {
      const page = await small.browser.newPage();
      const responses: Response[] = [];
      page.on('response', (response) => responses.push(response));
      await page.goto(at(path));
      const sizes = await Promise.all(
        responses.map(async (response) => {
          const body = await response.body();
          const type = response.request().resourceType();
          return { type, code: gzipSync(body).length, font: body.length };
        }),
      );
      const code = sizes.filter(({ type }) => type === 'stylesheet' || type === 'script');
      const fonts = sizes.filter(({ type }) => type === 'font');
      expect(code.length, path).toBeGreaterThan(2);
      expect(
        code.reduce((sum, { code: size }) => sum + size, 0),
        path,
      ).toBeLessThanOrEqual((path === LIVE ? 20 : 8) * 1024);
      expect(fonts.length, path).toBe(2);
      expect(
        fonts.reduce((sum, { font: size }) => sum + size, 0),
        path,
      ).toBeLessThanOrEqual(70_000);
      await page.close();
    }
  });
});

describe('corpus text is data', () => {
  it('appears on the page code point for code point, line breaks included', async () => {
    const page = await small.browser.newPage();
    for (const id of ['1-0', NASTY_CELL]) {
      const cell = cellOf(join(small.site.folder, 'data/alice'), id);
      await page.goto(at(`alice/cells/${id}/`));
      expect(await textOfExcerpts(page)).toEqual(cell.excerpts.map(({ text }) => text));
    }
    await page.close();
  });

  it('never runs what it spells, nor does prose', async () => {
    const page = await small.browser.newPage();
    for (const path of [`alice/cells/${NASTY_CELL}/`, 'alice/hypotheses/inside-quotes/']) {
      await page.goto(at(path), { waitUntil: 'networkidle' });
      expect(await page.evaluate(() => 'planted' in window), path).toBe(false);
      expect(await page.textContent('main')).toContain('<script>window.planted');
    }
    await page.close();
  });
});
