import { describe, expect, it } from 'vitest';
import { drawn, expectAccessible } from '../../checks.ts';
import { PAGE, painted, paintedLength, read, type, useTrySite, WAITING } from './live-page.ts';

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
    await page.waitForSelector('#typed i[class^=s]');
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

  it('sees the sample text in colour and what comes next before the network is there, and nothing moves when it comes', async () => {
    const context = await tried.browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    let come = (): void => {};
    const asked = new Promise<void>((resolve) => {
      come = resolve;
    });
    await page.route('**/network.bin*', async (route) => {
      await asked;
      await route.continue();
    });
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
          document.documentElement.dataset.moved = String(
            Number(document.documentElement.dataset.moved ?? 0) + entry.value,
          );
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${tried.server.origin}${PAGE}?signal=f`);
    await expect.poll(() => paintedLength(page, '#typed'), WAITING).toBeGreaterThan(100);
    const before = await painted(page, '#typed');
    const expected = await page.textContent('#expected tbody');
    const strip = await page.textContent('.line');
    expect(expected).toContain('%');
    expect(strip!.length).toBeGreaterThan(50);
    come();
    await read(page);
    await drawn(page);
    await expect.poll(() => painted(page, '#typed'), WAITING).toEqual(before);
    expect(await page.textContent('#expected tbody')).toBe(expected);
    expect(await page.textContent('.line')).toBe(strip);
    const moved = await page.evaluate(() => Number(document.documentElement.dataset.moved ?? 0));
    expect(moved).toBeLessThan(0.01);
    await context.close();
  });

  it('has the text in sight with a keyboard up, and one cell of the list chosen at a time', async () => {
    const page = await tried.open('', { viewport: { width: 390, height: 480 } });
    await read(page);
    await page.focus('#text');
    await drawn(page);
    const covered = await page.evaluate(() => {
      const element = document.querySelector('textarea')!;
      element.scrollIntoView({ behavior: 'instant' });
      const area = element.getBoundingClientRect();
      const points = Array.from(
        { length: 12 },
        (_, k) => area.top + 8 + (k * (Math.min(area.bottom, 470) - area.top - 16)) / 11,
      );
      return points.filter((y) => y > 0 && document.elementFromPoint(100, y)?.id !== 'text').length;
    });
    expect(covered).toBe(0);
    const chosen = (): Promise<number> =>
      page.$$eval('[data-choose]', (chips) => chips.filter((chip) => chip.ariaPressed === 'true').length);
    for (const chip of await page.$$('[data-choose]')) {
      await chip.click();
      expect(await chosen()).toBe(1);
    }
    await page.close();
  });

  it('can reach it: no violation that axe knows of, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await tried.browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
      await expectAccessible(context, `${tried.server.origin}${PAGE}?hold=0.5&write=1`);
      await context.close();
    }
  });
});
