import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gallery, gallerySchema } from '../../pipeline/artifacts/schema.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { unpackParameters } from '../../pipeline/lstm/packed.ts';
import { namedValues } from '../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import { DOMAINS, transformed } from '../../pipeline/scoring/domains.ts';
import { SIGNALS } from '../../pipeline/signals.ts';
import { encode } from '../../pipeline/text/vocabulary.ts';
import { launchBrowser, type Server, serveSite } from './browser.ts';
import { type Built, buildSite } from './built.ts';
import { expectAccessible } from './checks.ts';
import { longestTask } from './tasks.ts';

const BASE = '/specimens/';
const PAGE = `${BASE}alice/try/`;

let site: Built;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  site = await buildSite(BASE);
  server = await serveSite(site.folder, BASE);
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  await page.goto(`${server.origin}${PAGE}${query}`);
  return page;
}

/** Waits until the whole text was read. */
async function read(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#reading')?.textContent?.startsWith('All'));
}

async function type(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.waitForFunction(
    (length) => document.querySelector('#reading')?.textContent?.startsWith(`All ${length}`),
    [...text].length,
  );
}

/** Waits until the address says so: it is changed a moment after the page. */
async function addressed(page: Page, name: string, value: string | null): Promise<void> {
  await page.waitForFunction(([key, wanted]) => new URLSearchParams(location.search).get(key!) === wanted, [
    name,
    value,
  ] as const);
}

/** The steps of colour of a text's characters, as they are painted. */
const painted = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate((within) => {
    const element = document.querySelector(within)!;
    return [...CSS.highlights]
      .flatMap(([name, ranges]) => [...ranges].map((range) => ({ name, range: range as StaticRange })))
      .filter(({ range }) => element.contains(range.startContainer))
      .map(
        ({ name, range }) => `${name}:${range.startContainer.textContent!.slice(range.startOffset, range.endOffset)}`,
      )
      .sort();
  }, selector);

/** How many characters of a text are painted in some step. */
async function paintedLength(page: Page, selector: string): Promise<number> {
  const marks = await painted(page, selector);
  return marks.reduce((sum, mark) => sum + mark.length - mark.indexOf(':') - 1, 0);
}

const valuesShown = (page: Page): Promise<number[]> =>
  page.evaluate(
    (letters) =>
      letters.map((letter) =>
        Number(document.querySelector(`[data-value=${letter}]`)!.textContent!.replace('−', '-').replace('+', '')),
      ),
    SIGNALS,
  );

/** All signals of a cell of the second layer over a text, by the reference engine in float64. */
async function reference(text: string, unit: number): Promise<number[][]> {
  const folder = join(site.folder, 'data/alice');
  const gallery: Gallery = gallerySchema.parse(JSON.parse(readFileSync(join(folder, 'gallery.json'), 'utf8')));
  const { architecture, weights } = gallery.live!;
  const packed = new Uint8Array(readFileSync(join(folder, weights.path)));
  const ids = encode(text, gallery.model!.vocabulary);
  const program = await referenceEngine(Float64Array).compile(
    readingComputation(architecture, { steps: ids.length, streams: 1 }, true),
    namedValues(architecture, unpackParameters(architecture, packed)),
  );
  const outputs = await program.run({ ...stateToInputs(zeroState(architecture, 1)), ids });
  const units = architecture.units[1]!;
  return Array.from(ids, (_, t) =>
    SIGNALS.map((signal) => transformed(outputs[signalName(1, signal)]![t * units + unit]!, DOMAINS[signal])),
  );
}

describe('the page where one types', () => {
  it('shows at every character what the reference engine finds there, within a byte', async () => {
    const text = 'Alice said';
    const expected = await reference(text, 3);
    const page = await open('?cell=2-3');
    await type(page, text);
    await page.focus('#text');
    await page.keyboard.press('Control+Home');
    for (let t = 0; t < text.length; t++) {
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (n) => document.querySelector('#inspected')!.textContent!.includes(`character ${n} of`),
        t + 1,
      );
      const shown = await valuesShown(page);
      shown.forEach((value, k) => {
        // Half a byte of a range of 2, and half of the last digit that is shown.
        expect(Math.abs(value - expected[t]![k]!), `${SIGNALS[k]} at ${t}`).toBeLessThanOrEqual(1 / 255 + 0.0051);
      });
    }
    await page.close();
  });

  it('colours what is typed, and keeps text, cell and signal in the address', async () => {
    const page = await open();
    await read(page);
    await type(page, '‘Oh dear!’ said Alice, and went on.');
    await page.check('input[name=signal][value=f]', { force: true });
    await page.fill('#cell', '1-4');
    await page.waitForFunction(() => document.querySelector('#cell-page')!.textContent!.endsWith('1–4'));
    await addressed(page, 'cell', '1-4');
    // Of a gate only 0 has no colour, and none is ever shut in a network with such small weights.
    expect(await paintedLength(page, '#typed')).toBe(35);
    const again = await open(new URL(page.url()).search);
    await read(again);
    expect(await again.inputValue('#text')).toBe('‘Oh dear!’ said Alice, and went on.');
    expect(await again.isChecked('input[name=signal][value=f]')).toBe(true);
    await again.waitForFunction(() => CSS.highlights.size > 0);
    await again.waitForTimeout(200);
    expect(await painted(again, '#typed')).toEqual(await painted(page, '#typed'));
    expect(await page.getAttribute('#cell-page', 'href')).toBe(`${BASE}alice/cells/1-4/`);
    await again.close();
    await page.close();
  });

  it('sets straight quotation marks as the book does, where the caret stays', async () => {
    const page = await open('?text=');
    await page.focus('#text');
    await page.keyboard.type(`she said 'no' and`);
    for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(`'`);
    await page.keyboard.type('x');
    expect(await page.inputValue('#text')).toBe('she said ‘no’’x and');
    await page.close();
  });

  it('strikes through what the network does not know, and names it', async () => {
    const page = await open();
    await page.fill('#text', 'a café ☃ and\ttea');
    await page.waitForFunction(() => document.querySelector('#notes')!.textContent !== '');
    expect(await page.textContent('#notes')).toMatch(/network has never seen.*“é”, “☃”, tab/);
    await page.waitForFunction(() => (CSS.highlights.get('unknown')?.size ?? 0) > 2);
    const struck = (await painted(page, '#typed')).filter((mark) => mark.startsWith('unknown'));
    expect(struck).toEqual(['unknown:\t', 'unknown:é', 'unknown:☃']);
    expect(await page.textContent('#typed')).toBe('a café ☃ and\ttea');
    expect(await page.textContent('#reading')).toMatch(/^All 13 /);
    await page.close();
  });

  it('keeps what it can read of 100,000 pasted characters, says so, and never holds up the page for long', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${server.origin}${PAGE}`);
    await read(page);
    const text = 'she made some tea and sat down again,\nall on one day: '.repeat(2000);
    await page.evaluate((long) => navigator.clipboard.writeText(long), text.slice(0, 100_000));
    const longest = await longestTask(browser, page, async () => {
      await page.focus('#text');
      await page.keyboard.press('Control+A');
      await page.keyboard.press('Control+V');
      await page.waitForFunction(() => document.querySelector('#reading')?.textContent?.includes('10,000'));
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Delete');
      await page.keyboard.type('x');
      await page.keyboard.press('Delete');
      await page.check('input[name=signal][value=o]', { force: true });
      await page.waitForTimeout(300);
    });
    expect(longest).toBeLessThan(50);
    expect(await page.inputValue('#text')).toBe(`x${text.slice(2, 10_000)}`);
    expect(await page.textContent('#notes')).toContain('Your text was longer');
    await addressed(page, 'text', null);
    await context.close();
  });

  it('says of a long text that only its beginning is kept', async () => {
    const page = await open();
    await page.evaluate(() => {
      const area = document.querySelector('textarea')!;
      area.value = 'tea '.repeat(3000);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.waitForFunction(() => document.querySelector('#notes')!.textContent!.includes('10,000'));
    expect(await page.inputValue('#text')).toHaveLength(10_000);
    await page.close();
  });

  it('takes a planted script in the address for text', async () => {
    const planted = '<script>window.planted = true</script><img src=x onerror="window.planted=true">';
    const page = await open(
      `?${new URLSearchParams({ text: planted, cell: planted, seed: planted, signal: planted })}`,
    );
    await read(page);
    expect(await page.inputValue('#text')).toBe(planted);
    expect(await page.textContent('#typed')).toBe(planted);
    expect(await page.evaluate(() => 'planted' in window)).toBe(false);
    await page.close();
  });
});

describe('the network', () => {
  it('writes the same text for the same seed, coloured as it comes', async () => {
    const page = await open('?length=60&signal=f');
    await read(page);
    const written = async (): Promise<string> => {
      await page.waitForFunction(() => document.querySelector('#written')!.textContent!.length === 60);
      await page.waitForFunction(() => document.querySelector('#write')!.textContent === 'Write');
      return (await page.textContent('#written'))!;
    };
    await page.click('#write');
    const first = await written();
    await page.waitForTimeout(200);
    expect(await paintedLength(page, '#written')).toBe(60);
    await page.fill('[name=seed]', '2');
    await page.click('#write');
    await page.waitForFunction((old) => document.querySelector('#written')!.textContent !== old, first);
    expect(await written()).not.toBe(first);
    await addressed(page, 'seed', '2');
    await page.fill('[name=seed]', '1');
    await page.click('#write');
    await page.waitForFunction((text) => document.querySelector('#written')!.textContent === text, first);
    const typed = await page.inputValue('#text');
    await page.click('#keep');
    expect(await page.inputValue('#text')).toBe(typed + first);
    await page.close();
  });

  it('expects something else while a cell is held, and says so in words', async () => {
    const page = await open('?cell=2-1');
    await read(page);
    const free = await page.$$eval('#expected tbody tr', (rows) => rows.map((row) => row.textContent));
    expect(free).toHaveLength(10);
    await page.focus('[name=is-held]');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelectorAll('#expected tbody tr:first-child td').length === 2);
    await page.focus('[name=hold]');
    await page.keyboard.press('Home');
    await page.waitForFunction(() =>
      document.querySelector('#hold-words')!.textContent!.includes('tells the others −1.00'),
    );
    await addressed(page, 'hold', '-1');
    const columns = await page.$$eval('#expected tbody td', (cells) => cells.map((cell) => cell.textContent));
    expect(columns).toHaveLength(20);
    expect(await page.isVisible('#expected .held')).toBe(true);
    await page.close();
  });

  it('has its best cell of each hypothesis under the end of the text, to be chosen and followed', async () => {
    const page = await open();
    await read(page);
    const lines = await page.$$('.lines li');
    expect(lines.length).toBeGreaterThan(3);
    const chip = lines.at(-1)!;
    const [cell, signal] = (await (await chip.$('button'))!.getAttribute('data-choose'))!.split(' ');
    await (await chip.$('button'))!.press('Enter');
    expect(await page.inputValue('#cell')).toBe(cell);
    expect(await page.isChecked(`input[name=signal][value=${signal}]`)).toBe(true);
    await page.waitForTimeout(300);
    const text = (await page.inputValue('#text')).replaceAll('\n', '↵').slice(-120);
    expect(await chip.$eval('.line', (line) => line.textContent)).toBe(text);
    expect(await chip.$eval('a', (link) => link.getAttribute('href'))).toBe(`${BASE}alice/cells/${cell}/`);
    await page.close();
  });

  it('goes on when the connection is cut', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.origin}${PAGE}`);
    await read(page);
    await context.setOffline(true);
    await type(page, 'no more lines');
    await page.fill('#cell', '2-2');
    await page.check('input[name=signal][value=g]', { force: true });
    await page.fill('[name=length]', '20');
    await page.click('#write');
    await page.waitForFunction(() => document.querySelector('#written')!.textContent!.length === 20);
    await context.close();
  });

  it('is fetched once, and after a failure again when the visitor asks for it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let asked = 0;
    let isDown = true;
    await context.route('**/network.bin*', (route) => {
      asked++;
      return isDown ? route.abort() : route.continue();
    });
    await page.goto(`${server.origin}${PAGE}`);
    await page.waitForSelector('#loading button:visible', { timeout: 15_000 });
    expect(await page.textContent('#loading')).toContain('could not be fetched, though it was tried three times');
    expect(asked).toBe(3);
    isDown = false;
    await page.click('#loading button');
    await read(page);
    expect(await page.isVisible('#loading')).toBe(false);
    await page.reload();
    await read(page);
    expect(asked).toBe(4);
    await context.close();
  });
});

describe('every visitor', () => {
  it('sees what the network wrote, without scripts and in a browser without workers', async () => {
    const bare = await open('', { javaScriptEnabled: false });
    expect(await bare.isVisible('#try')).toBe(false);
    expect(await bare.isVisible('noscript p')).toBe(true);
    expect(await bare.isVisible('#sample')).toBe(true);
    await bare.close();
    const old = await browser.newPage();
    await old.addInitScript('delete window.Worker');
    await old.goto(`${server.origin}${PAGE}`);
    await old.waitForSelector('#unsupported:visible');
    expect(await old.isVisible('#try')).toBe(false);
    expect(await old.isVisible('#sample')).toBe(true);
    await old.close();
  });

  it('gets colours as spans where the browser cannot paint ranges', async () => {
    const page = await browser.newPage();
    await page.addInitScript('Object.defineProperty(window, "CSS", { value: { escape: CSS.escape.bind(CSS) } })');
    await page.goto(`${server.origin}${PAGE}?signal=f`);
    await read(page);
    await page.waitForSelector('#typed span[class^=s]');
    expect(await page.textContent('#typed')).toBe(await page.inputValue('#text'));
    await page.close();
  });

  it('finds letter upon letter, on a phone and on a wide screen, and nothing wider than the window', async () => {
    for (const width of [390, 1280]) {
      const page = await open('', { viewport: { width, height: 800 } });
      await page.fill('#text', `A long line that wraps, ${'tea and '.repeat(20)}\n\n   ${'pudding'.repeat(30)}\n`);
      await read(page);
      const sizes = await page.evaluate(() => {
        const area = document.querySelector('textarea')!;
        return [
          area.scrollHeight - document.querySelector('#typed')!.clientHeight,
          document.documentElement.scrollWidth,
        ];
      });
      expect(sizes).toEqual([0, width]);
      await page.close();
    }
  });

  it('prints all of the text in colour, though only what is in sight is painted on the screen', async () => {
    const page = await open('?signal=f', { viewport: { width: 600, height: 400 } });
    await type(page, 'tea\n'.repeat(80));
    await page.waitForTimeout(300);
    expect(await paintedLength(page, '#typed')).toBeLessThan(320);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await paintedLength(page, '#typed')).toBe(320);
    await page.close();
  });

  it('reads the values of the character under the pointer', async () => {
    const page = await open('?text=queen');
    await read(page);
    const place = await page.evaluate(() => {
      const node = document.querySelector('#typed span')!.firstChild!;
      const range = document.createRange();
      range.setStart(node, 1);
      range.setEnd(node, 2);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width - 1, y: y + height / 2 };
    });
    await page.mouse.move(place.x, place.y);
    await page.waitForFunction(
      () => document.querySelector('#inspected')!.textContent === 'at “u”, character 2 of your text',
    );
    await page.close();
  });

  it('can reach it: no violation that axe knows of, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
      await expectAccessible(context, `${server.origin}${PAGE}?hold=0.5`);
      await context.close();
    }
  });
});
