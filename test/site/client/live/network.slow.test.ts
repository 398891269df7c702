import { describe, expect, it } from 'vitest';
import { addressed, BASE, PAGE, paintedLength, read, type, useTrySite, WAITING } from './live-page.ts';

const tried = useTrySite();

describe('the network', () => {
  it('writes the same text for the same seed, coloured as it comes', async () => {
    const page = await tried.open('?length=60&signal=f');
    await read(page);
    const written = async (): Promise<string> => {
      await page.waitForFunction(() => document.querySelector('#written')!.textContent!.length === 60);
      await page.waitForFunction(() => document.querySelector('#write')!.textContent === 'Write');
      return (await page.textContent('#written'))!;
    };
    await page.click('#write');
    const first = await written();
    await expect.poll(() => paintedLength(page, '#written'), WAITING).toBe(60);
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
    const page = await tried.open('?cell=2-1');
    await read(page);
    const free = await page.$$eval('#expected tbody tr', (rows) => rows.map((row) => row.textContent));
    expect(free).toHaveLength(10);
    await page.focus('[name=is-held]');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelectorAll('#expected tbody tr:first-child td').length === 2);
    await page.focus('[name=hold]');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('#hold-words')!.textContent!.includes('passes on −1.00'));
    await addressed(page, 'hold', '-1');
    const columns = await page.$$eval('#expected tbody td', (cells) => cells.map((cell) => cell.textContent));
    expect(columns).toHaveLength(20);
    expect(await page.isVisible('#expected .held')).toBe(true);
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
    await page.check('input[name=signal][value=g]', { force: true });
    await page.fill('[name=length]', '20');
    await page.click('#write');
    await page.waitForFunction(() => document.querySelector('#written')!.textContent!.length === 20);
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
    expect(await page.isVisible('#loading')).toBe(false);
    await page.reload();
    await read(page);
    expect(asked).toBe(4);
    await context.close();
  });
});
