// What stands on the pages besides the corpus: its numbers, its marks, its addresses, and how figures hold their words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ablationFigures } from '../../../pipeline/evidence/ablation/schema.ts';
import { cellOf } from '../../fixtures/site/read-gallery.ts';
import { filesOf } from '../built.ts';
import { useSite } from '../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);
const pages = (): string[] => filesOf(small.site.folder).filter((file) => file.endsWith('.html'));

/** What is read there and what is heard, each piece by itself: without the corpus, without code, and without single characters. */
function wordsOf(file: string): string[] {
  const html = readFileSync(join(small.site.folder, file), 'utf8')
    .replaceAll(/<(script|style|code|pre|head)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<(?<tag>div|p|span) class="(?:text|spoken|trace|typed|line|context)[\s\S]*?<\/\k<tag>>/g, '')
    .replaceAll(/<[^>]*data-(?:vocabulary|settings)[^>]*>/g, '');
  const heard = [...html.matchAll(/(?:aria-label|title|alt|placeholder)="([^"]*)"/g)].map(([, words]) => words!);
  const read = [...html.matchAll(/>([^<]+)(?=<)/g)].map(([, words]) => words!);
  return [...heard, ...read].map((words) => words.replaceAll(/&#(39|x27);/g, "'"));
}

describe('what is written on the pages', () => {
  it('has a comma in every number from a thousand on that is no year', () => {
    const bare = pages().flatMap((file) =>
      wordsOf(file).flatMap((words) =>
        [...words.matchAll(/(?<![\d.,\w-])\d{4,}(?![\w.])/g)]
          .filter(([number]) => !/^(1[89]|20)\d\d$/.test(number))
          .map(([number]) => `${file}: ${number} in “${words.trim().slice(0, 60)}”`),
      ),
    );
    expect(bare).toEqual([]);
  });

  it('has no typewriter’s apostrophe between letters, nor has the content that a person wrote', () => {
    const straight = /\p{L}'\p{L}/u;
    const found = pages().flatMap((file) => wordsOf(file).filter((words) => straight.test(words)));
    expect(found).toEqual([]);
    const files = ['content', 'src/method'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.md') && !file.startsWith('corpora') && !file.startsWith('models'))
        .map((file) => join(folder, file)),
    );
    expect(files.length).toBeGreaterThan(40);
    const prose = (file: string) => readFileSync(file, 'utf8').replaceAll(/^---\n[\s\S]*?\n---\n|`[^`]*`/g, '');
    expect(files.filter((file) => straight.test(prose(file)))).toEqual([]);
  });

  it('leads to no address that is only a pattern of one', () => {
    for (const file of pages()) expect(readFileSync(join(small.site.folder, file), 'utf8'), file).not.toContain('CELL');
  });

  it('has a page at every address that others lie below', () => {
    const folders = new Set(pages().flatMap((file) => [dirname(file), dirname(dirname(file))]));
    const without = [...folders].filter((folder) => !existsSync(join(small.site.folder, folder, 'index.html')));
    expect(without).toEqual([]);
    expect(folders).toContain('alice/heuristics');
  });

  it('says in the title of a page of a gallery which gallery it is', () => {
    const { title } = JSON.parse(readFileSync(join(small.site.folder, 'data/alice/gallery.json'), 'utf8'));
    const titleOf = (file: string): string =>
      /<title>([^<]*)</.exec(readFileSync(join(small.site.folder, file), 'utf8'))![1]!;
    const own = pages().filter((file) => file.startsWith('alice/') && !file.includes('/heuristics/'));
    expect(own.length).toBeGreaterThan(20);
    for (const file of own) expect(titleOf(file), file).toContain(title);
    const titles = own.map(titleOf);
    expect(titles.filter((one, index) => titles.indexOf(one) !== index)).toEqual([]);
  });

  it('calls the gates of the network by the same letters everywhere', () => {
    const html = readFileSync(join(small.site.folder, 'alice/model/index.html'), 'utf8');
    expect(html).toContain('i, f, g (which Keras calls c) and o');
    expect(html).not.toContain('i, f, c, o');
  });

  it('says why a loss of a figure is not that of the table', () => {
    const html = readFileSync(join(small.site.folder, 'alice/model/index.html'), 'utf8');
    const { model } = JSON.parse(readFileSync(join(small.site.folder, 'data/alice/gallery.json'), 'utf8'));
    expect(html).toContain(`The training curve ends at ${model.curve.at(-1).trainLoss.toFixed(2)}, and the table says`);
    expect(html).toContain(`With everything known it is ${model.context.at(-1).loss.toFixed(2)} here, and`);
  });
});

describe('an estimate', () => {
  const read = (path: string) => readFileSync(join(small.site.folder, path), 'utf8');
  const ids = (): string[] => {
    const { cells } = JSON.parse(read('data/alice/cells.json')) as { cells: { id: string }[] };
    return cells.map(({ id }) => id);
  };

  it('of what is lost without a cell is called that on its page, in its data and beside its figure', () => {
    let estimates = 0;
    for (const id of ids()) {
      const { ablation } = cellOf(join(small.site.folder, 'data/alice'), id).evidence;
      if (ablation === undefined) throw new Error(`${id} has no ablation`);
      const html = read(`alice/cells/${id}/index.html`);
      const section = /<h2 id="without">.*?<\/section>/s.exec(html)![0];
      const says = [/<a [^>]*#estimated-change[^>]*>estimated</, /; estimated, and measured at 270 of them/];
      for (const words of says) expect(words.test(section), `${id} ${words}`).toBe(ablation.estimated);
      expect(section.includes('Held at zero, it is the same'), id).toBe(ablation.everywhere.zero === null);
      expect(section.includes('at zero</text>'), id).toBe(ablation.everywhere.zero !== null);
      const series = Object.values(ablationFigures(ablation))
        .flat()
        .map((point) => point.series);
      expect(series.includes('clamped at its mean, estimated'), id).toBe(ablation.estimated);
      if (ablation.estimated) estimates += 1;
    }
    expect(estimates).toBeGreaterThan(0);
    expect(estimates).toBeLessThan(ids().length);
  });

  it('is drawn beside what was measured, a dot for each cell, with the rank correlation in words', () => {
    const html = read('alice/model/index.html');
    const section = html.slice(html.indexOf('<h2 id="estimates">'), html.indexOf('<h2 id="weights">'));
    expect(section.match(/class=dots d="([^"]*)"/)![1]!.match(/M/g)).toHaveLength(ids().length);
    expect(section).toContain('Spearman’s rank correlation of the two, over all cells, is 0.991.');
    const rows = read('data/alice/figures.csv').match(/^estimated and measured change of the loss,/gm);
    expect(rows).toHaveLength(ids().length);
  });
});

describe('a figure', () => {
  it.each([1280, 390])('holds its own words, in a window of %i px', async (width) => {
    const page = await small.browser.newPage({ viewport: { width, height: 900 } });
    for (const path of [
      'alice/',
      'alice/cells/1-0/',
      'alice/hypotheses/inside-quotes/',
      'alice/model/',
      'alice/study/',
    ]) {
      await page.goto(`${small.server.origin}${BASE}${path}`);
      await page.evaluate(() => document.fonts.ready);
      const outside = await page.$$eval('svg.chart text', (texts) =>
        texts.flatMap((text) => {
          const own = text.getBoundingClientRect();
          const drawing = text.closest('svg')!.getBoundingClientRect();
          const reach = Math.max(drawing.left - own.left, own.right - drawing.right);
          return reach > 4 ? [`${text.textContent}: ${reach.toFixed(0)} px`] : [];
        }),
      );
      expect(outside, path).toEqual([]);
    }
    await page.close();
  });
});

it('the list of keys has those that turn pages', async () => {
  const page = await small.open(`${BASE}alice/read/`);
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  const keys = await page.$$eval('dialog kbd', (all) => all.map((key) => key.textContent));
  expect(keys).toContain('[');
  expect(keys).toContain(']');
  await page.close();
});

describe('an excerpt', () => {
  it('has what is said of it at its side where there is room, and below it on a phone', async () => {
    const places = async (width: number) => {
      const page = await small.browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(`${small.server.origin}${BASE}alice/cells/1-0/`);
      const found = await page.$eval('.passage', (figure) => {
        const [text, words] = ['.text', 'figcaption'].map((part) =>
          figure.querySelector(part)!.getBoundingClientRect(),
        );
        const own = figure.getBoundingClientRect();
        return {
          isBeside: words!.left >= text!.right,
          isBelow: words!.top >= text!.bottom,
          filled: (words!.right - own.left) / own.width,
        };
      });
      await page.close();
      return found;
    };
    const wide = await places(1280);
    expect(wide).toMatchObject({ isBeside: true, isBelow: false });
    expect(wide.filled).toBeGreaterThan(0.95);
    expect(await places(390)).toMatchObject({ isBeside: false, isBelow: true });
  });

  it('of verse sets what does not fit on a line further in, which is no line of its own', async () => {
    const page = await small.browser.newPage({ viewport: { width: 390, height: 900 } });
    await page.goto(`${small.server.origin}${BASE}alice/read/`);
    const lefts = await page.evaluate(() => {
      const verse = document.createElement('p');
      verse.className = 'verse';
      verse.textContent = `${'a long line '.repeat(8)}\nshort`;
      document.querySelector('.text')!.replaceChildren(verse);
      const range = document.createRange();
      range.selectNodeContents(verse);
      return [...range.getClientRects()].filter(({ width }) => width > 0).map(({ left }) => Math.round(left));
    });
    expect(lefts.length).toBeGreaterThan(2);
    expect(lefts.at(-1)).toBe(lefts[0]);
    expect(lefts.slice(1, -1).every((left) => left > lefts[0]! + 10)).toBe(true);
    await page.close();
  });

  it('fills the window in the reader: two columns on a desk, one on a phone', async () => {
    for (const [width, columns] of [
      [1280, 2],
      [390, 1],
    ] as const) {
      const page = await small.browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(`${small.server.origin}${BASE}alice/read/`);
      const lefts = await page.$$eval('#page p', (all) =>
        all.flatMap((one) => [...one.getClientRects()].map(({ left }) => Math.round(left))),
      );
      expect(new Set(lefts).size, `${width}`).toBe(columns);
      await page.close();
    }
  });
});

describe('a term', () => {
  it('is explained where it stands, to whoever points at it or comes to it by the keyboard', async () => {
    const page = await small.open(`${BASE}alice/model/`);
    const tip = () =>
      page.$eval('.term', (term) => {
        const { content, position } = getComputedStyle(term, '::after');
        return { content, position, is: document.activeElement === term };
      });
    expect((await tip()).content).toBe('none');
    for (let k = 0; k < 40 && !(await tip()).is; k++) await page.keyboard.press('Tab');
    expect((await tip()).content).toContain('Nats: ');
    await page.hover('h1');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    expect((await tip()).content).toBe('none');
    await page.hover('.term');
    expect((await tip()).content).toContain('Nats: ');
    await page.close();
  });

  it('of these is explained wherever it heads a column or names a unit', () => {
    const has = (path: string, words: RegExp) =>
      expect(readFileSync(join(small.site.folder, path, 'index.html'), 'utf8'), path).toMatch(words);
    for (const path of ['alice/model', 'alice/study', 'alice']) has(path, /class="term"[^>]*>nats</);
    for (const path of ['alice/model', 'alice/study', 'alice', 'alice/hypotheses'])
      has(path, /class="term"[^>]*>[Uu]ntrained</);
    has('alice/cells/1-0', /class="term"[^>]*>log-odds</);
  });
});
