// Scripts and foreign links planted wherever people write: titles, summaries, prose, names, labels, headers of tables and the
// text itself. On no page may anything of it run, and no page may ask another host for anything.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { mixedRandom, type Random } from '../../pipeline/base/random.ts';
import { choose } from '../../test/models/mutated.ts';
import { launchBrowser, serveSite } from '../../test/site/browser.ts';
import { mustRun } from './group.ts';
import { GALLERIES, retitle, writeTrainedHome } from './home.ts';
import { Ledger, type PartOptions, type PartResult } from './ledger.ts';

const FOREIGN = 'https://elsewhere.example';
/** Each sets `planted` where it runs, or asks another host for something. */
const PLANTS = [
  '<script>window.planted = 1</script>',
  '<img src=x onerror="window.planted = 2">',
  `<img src="${FOREIGN}/a.png">`,
  `![](${FOREIGN}/b.png)`,
  `<iframe src="${FOREIGN}"></iframe>`,
  '<svg onload="window.planted = 3"></svg>',
  `<link rel=stylesheet href="${FOREIGN}/c.css">`,
  '[there](javascript:window.planted=4)',
  '"><script>window.planted = 5</script>',
  "' onmouseover='window.planted = 6",
  '</title><script>window.planted = 7</script>',
  '</script><script>window.planted = 8</script>',
  '{"a":"</script><script>window.planted = 9</script>"}',
  `<style>@import "${FOREIGN}/d.css";</style>`,
  `<base href="${FOREIGN}/">`,
  '<a href="data:text/html,<script>window.planted = 10</script>">there</a>',
  '<math><mi xlink:href="javascript:window.planted=11">x</mi></math>',
  `<form action="${FOREIGN}"><button>go</button></form>`,
] as const;

export async function plantScripts({ tries, until, seed, home }: PartOptions): Promise<PartResult> {
  const ledger = new Ledger('planted scripts');
  const random = mixedRandom(seed);
  await writeTrainedHome(home, { characters: 20_000, units: 3 });
  plant(home, random);
  const built = await mustRun(['build', '--threads', '1'], { folder: home });
  ledger.cost(built.megabytes, 0);
  const site = join(home, 'dist');
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));
  const server = await serveSite(site);
  const browser = await launchBrowser();
  try {
    for (const page of pages.slice(0, tries)) {
      if (performance.now() > until) break;
      ledger.count(`seed ${seed}, ${page}`, await visit(browser, server.origin, page));
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return ledger.result();
}

/** Writes something planted into all that a person writes, and into the text. */
function plant(home: string, random: Random): void {
  const content = join(home, 'content');
  const one = () => choose(PLANTS, random);
  const quoted = (text: string) => JSON.stringify(text);
  const rewrite = (path: string, change: (text: string) => string) =>
    writeFileSync(join(content, path), change(readFileSync(join(content, path), 'utf8')));
  const prose = () => PLANTS.map((text) => `${text}\n\nWords around ${one()} words.\n`).join('\n');

  retitle(home, quoted(one()));
  for (const id of GALLERIES) {
    rewrite(
      `galleries/${id}.md`,
      (text) => `${text.replace(/^summary: .*$/m, `summary: ${quoted(one())}\nauthor: ${quoted(one())}`)}\n${prose()}`,
    );
    const notes = join(content, 'notes', id);
    mkdirSync(notes, { recursive: true });
    for (const cell of ['1-0', '1-1']) {
      writeFileSync(join(notes, `${cell}.md`), `---\nname: ${quoted(one())}\n---\n\n${prose()}`);
    }
  }
  rewrite(
    'corpora/lexicon.md',
    (text) => `${text.replace(/^title: .*$/m, `title: ${quoted(one())}\nauthor: ${quoted(one())}`)}\n${prose()}`,
  );
  for (const name of readdirSync(join(content, 'hypotheses'))) {
    rewrite(`hypotheses/${name}`, (text) => {
      const said = ['title', 'on', 'off'].reduce(
        (before, key) => before.replace(new RegExp(`^${key}: .*$`, 'm'), () => `${key}: ${quoted(one())}`),
        text,
      );
      return `${said}\n${prose()}`;
    });
  }
  // The model knows no characters but those of its text, among which those of markup are.
  const known = new Set(readFileSync(join(content, 'corpora', 'text.txt'), 'utf8'));
  const readable = PLANTS.filter((text) => Array.from(text).every((character) => known.has(character)));
  rewrite('corpora/text.txt', (text) =>
    text.replace(/\n\n/g, (gap) =>
      random.uniform() < 0.1 && readable.length > 0 ? `${gap}${choose(readable, random)}${gap}` : gap,
    ),
  );
}

async function visit(browser: Browser, origin: string, page: string): Promise<string[]> {
  const context = await browser.newContext();
  const asked: string[] = [];
  const dialogs: string[] = [];
  // Nothing gets out, and what would have is told.
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || url.startsWith('data:') || url.startsWith('blob:')) return route.continue();
    asked.push(url);
    return route.abort();
  });
  const opened = await context.newPage();
  opened.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  try {
    await opened.goto(`${origin}/${page.replace(/index\.html$/, '')}`, { waitUntil: 'load', timeout: 60_000 });
    await opened.waitForTimeout(300);
    const planted = await opened.evaluate(() => (window as unknown as { planted?: number }).planted ?? null);
    const links = await opened.evaluate(() =>
      Array.from(document.querySelectorAll('a[href]'), (link) => link.getAttribute('href')!).filter((href) =>
        /^\s*(javascript|data|vbscript):/i.test(href),
      ),
    );
    return [
      ...(planted === null ? [] : [`plant ${planted} ran`]),
      ...asked.map((url) => `it asked for ${url}`),
      ...dialogs.map((message) => `it opened a dialog: ${message}`),
      ...links.map((href) => `a link leads to ${href}`),
    ];
  } finally {
    await context.close();
  }
}
