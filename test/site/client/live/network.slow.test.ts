import { describe, expect, it } from 'vitest';
import { cellNumber } from '../../../../src/shared/cell-number.ts';
import { addressed, BASE, PAGE, painted, paintedLength, read, type, useTrySite, WAITING } from './live-page.ts';

const tried = useTrySite();

describe('the network', () => {
  it('writes the same text for the same seed, coloured as it comes', async () => {
    const page = await tried.open('?length=60&signal=f');
    await read(page);
    const written = async (): Promise<string> => {
      await page.waitForFunction(() => document.querySelector('#free')!.textContent!.length === 60);
      await page.waitForFunction(() => document.querySelector('#write')!.textContent === 'Write');
      return (await page.textContent('#free'))!;
    };
    await page.click('#write');
    const first = await written();
    await expect.poll(() => paintedLength(page, '#free'), WAITING).toBe(60);
    await page.fill('[name=seed]', '2');
    await page.click('#write');
    await page.waitForFunction((old) => document.querySelector('#free')!.textContent !== old, first);
    expect(await written()).not.toBe(first);
    await addressed(page, 'seed', '2');
    await page.fill('[name=seed]', '1');
    await page.click('#write');
    await page.waitForFunction((text) => document.querySelector('#free')!.textContent === text, first);
    const typed = await page.inputValue('#text');
    await page.click('[data-keep=free]');
    expect(await page.inputValue('#text')).toBe(typed + first);
    await page.close();
  });

  it('goes on free and with cells held side by side from the same seed, and marks what differs', async () => {
    const page = await tried.open('?cell=2-1&length=40&text=she+made+some+tea');
    await read(page);
    expect(await page.$$eval('#expected tbody tr', (rows) => rows.map((row) => row.children.length))).toEqual(
      new Array(8).fill(3),
    );
    await page.focus('#hold');
    await page.keyboard.press('Enter');
    expect(await page.textContent('#hold')).toBe(`Release ${cellNumber('2-1')}`);
    await page.fill('#cell', '1-3');
    await page.click('#hold');
    await page.focus('#holds [data-cell="2-1"] input');
    await page.keyboard.press('Home');
    const settled = () =>
      page.waitForFunction(
        () =>
          document.querySelector('#held')!.textContent!.length === 40 &&
          document.querySelector('#free')!.textContent!.length === 40 &&
          document.querySelector('#write')!.textContent === 'Write',
      );
    await page.waitForFunction(
      (words) => document.querySelector('#hold-words')!.textContent!.includes(words),
      `${cellNumber('2-1')} at −1.00, ${cellNumber('1-3')} at +1.00`,
    );
    await settled();
    const [free, held] = [(await page.textContent('#free'))!, (await page.textContent('#held'))!];
    const differing = [...free].filter((character, t) => character !== held[t]);
    expect(differing.length).toBeGreaterThan(0);
    expect(await page.textContent('#difference')).toContain(`${differing.length} of 40 are different`);
    const marked = async (): Promise<number> => {
      const marks = await painted(page, '#held');
      return marks
        .filter((mark) => mark.startsWith('differs:'))
        .join('')
        .replaceAll('differs:', '').length;
    };
    await expect.poll(marked, WAITING).toBe(differing.length);
    expect((await painted(page, '#free')).filter((mark) => mark.startsWith('differs'))).toEqual([]);
    const pairs = await page.$$eval('#expected tbody tr', (rows) =>
      rows.map((row) => [row.querySelectorAll('.track').length, row.querySelectorAll('td.number').length]),
    );
    expect(pairs).toEqual(new Array(8).fill([2, 2]));
    expect(await page.isVisible('#expected .held')).toBe(true);

    await addressed(page, 'hold', '2-1_-1');
    expect(new URL(page.url()).searchParams.get('write')).toBe('1');
    expect(new URL(page.url()).searchParams.getAll('hold')).toEqual(['2-1_-1', '1-3_1']);
    const again = await tried.open(new URL(page.url()).search);
    await again.waitForFunction((text) => document.querySelector('#held')!.textContent === text, held);
    await again.waitForFunction((text) => document.querySelector('#free')!.textContent === text, free);
    await again.click('#release');
    await again.waitForSelector('#held-column', { state: 'hidden' });
    expect(await again.textContent('#free')).toBe(free);
    await addressed(again, 'hold', null);
    await again.close();

    await page.click('#holds [data-cell="2-1"] button');
    expect(await page.$$eval('#holds [data-cell]', (rows) => rows.length)).toBe(1);
    await page.waitForFunction((text) => document.querySelector('#held')!.textContent !== text, held);
    await settled();
    expect(await page.textContent('#free')).toBe(free);
    await page.close();
  });

  it('has its best cell of each hypothesis under the end of the text, to be chosen and followed', async () => {
    const page = await tried.open();
    await read(page);
    const lines = await page.$$('.lines li');
    expect(lines.length).toBeGreaterThan(3);
    const chip = lines.at(-1)!;
    const [cell, signal] = (await (await chip.$('button'))!.getAttribute('data-choose'))!.split(' ');
    await (await chip.$('button'))!.press('Enter');
    expect(await page.inputValue('#cell')).toBe(cell);
    expect(await page.isChecked(`input[name=signal][value=${signal}]`)).toBe(true);
    const text = (await page.inputValue('#text')).replaceAll('\n', '↵').slice(-120);
    await expect.poll(() => chip.$eval('.line', (line) => line.textContent), WAITING).toBe(text);
    expect(await chip.$eval('a', (link) => link.getAttribute('href'))).toBe(`${BASE}alice/cells/${cell}/`);
    await page.close();
  });

  it('goes on when the connection is cut', async () => {
    const context = await tried.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${tried.server.origin}${PAGE}`);
    await read(page);
    await context.setOffline(true);
    await type(page, 'no more lines');
    await page.fill('#cell', '2-2');
    await page.click('label:has([name=signal][value=g])');
    await page.fill('[name=length]', '20');
    await page.click('#write');
    await page.waitForFunction(() => document.querySelector('#free')!.textContent!.length === 20);
    await context.close();
  });

  it('is fetched once, and after a failure again when the visitor asks for it', async () => {
    const context = await tried.browser.newContext();
    const page = await context.newPage();
    let asked = 0;
    let isDown = true;
    await context.route('**/network.bin*', (route) => {
      asked++;
      return isDown ? route.abort() : route.continue();
    });
    await page.goto(`${tried.server.origin}${PAGE}`);
    await page.waitForSelector('#loading button:visible', { timeout: 15_000 });
    expect(await page.textContent('#loading')).toContain('could not be fetched, though it was tried three times');
    expect(asked).toBe(3);
    isDown = false;
    await page.click('#loading button');
    await read(page);
    expect(await page.isVisible('#loading progress')).toBe(false);
    await page.reload();
    await read(page);
    expect(asked).toBe(4);
    await context.close();
  });
});
