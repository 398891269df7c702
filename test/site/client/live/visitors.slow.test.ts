import { describe, expect, it } from 'vitest';
import { drawn, expectAccessible } from '../../checks.ts';
import { PAGE, paintedLength, read, type, useTrySite, WAITING } from './live-page.ts';

const tried = useTrySite();

describe('every visitor', () => {
  it('sees what the network wrote, without scripts and in a browser without workers', async () => {
    const bare = await tried.open('', { javaScriptEnabled: false });
    expect(await bare.isVisible('#try')).toBe(false);
    expect(await bare.isVisible('noscript p')).toBe(true);
    expect(await bare.isVisible('#sample')).toBe(true);
    await bare.close();
    const old = await tried.browser.newPage();
    await old.addInitScript('delete window.Worker');
    await old.goto(`${tried.server.origin}${PAGE}`);
    await old.waitForSelector('#unsupported:visible');
    expect(await old.isVisible('#try')).toBe(false);
    expect(await old.isVisible('#sample')).toBe(true);
    await old.close();
  });

  it('gets colours as spans where the browser cannot paint ranges', async () => {
    const page = await tried.browser.newPage();
    await page.addInitScript('Object.defineProperty(window, "CSS", { value: { escape: CSS.escape.bind(CSS) } })');
    await page.goto(`${tried.server.origin}${PAGE}?signal=f`);
    await read(page);
    await page.waitForSelector('#typed span[class^=s]');
    expect(await page.textContent('#typed')).toBe(await page.inputValue('#text'));
    await page.close();
  });

  it('finds letter upon letter, on a phone and on a wide screen, and nothing wider than the window', async () => {
    for (const width of [390, 1280]) {
      const page = await tried.open('', { viewport: { width, height: 800 } });
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
    const page = await tried.open('?signal=f', { viewport: { width: 600, height: 400 } });
    await type(page, 'tea\n'.repeat(80));
    await expect.poll(() => paintedLength(page, '#typed'), WAITING).toBeGreaterThan(0);
    await drawn(page);
    expect(await paintedLength(page, '#typed')).toBeLessThan(320);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await paintedLength(page, '#typed')).toBe(320);
    await page.close();
  });

  it('reads the values of the character under the pointer', async () => {
    const page = await tried.open('?text=queen');
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
      const context = await tried.browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
      await expectAccessible(context, `${tried.server.origin}${PAGE}?hold=0.5`);
      await context.close();
    }
  });
});
