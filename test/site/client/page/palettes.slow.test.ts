import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

const PATH = '/alice/cells/1-0/';

const small = useSite();

/** A page of a visitor who has chosen a palette before. */
async function open(palette: string | null, options: BrowserContextOptions = {}, path = PATH): Promise<Page> {
  const context = await small.browser.newContext(options);
  if (palette !== null) await context.addInitScript(`localStorage.setItem('cellarium:palette', '${palette}')`);
  const page = await context.newPage();
  await page.goto(`${small.server.origin}${path}`);
  return page;
}

/** Of every mark in the text: its step, its background, and the line beside it with its thickness in pixels. */
const marks = (page: Page) =>
  page.$$eval([...'0123456789abcde'].map((digit) => `.text[data-offset] s-${digit}`).join(), (spans) =>
    spans.map((span) => {
      const { backgroundColor, textDecorationLine, textDecorationThickness, fontSize } = getComputedStyle(span);
      const thickness = Number.parseFloat(textDecorationThickness) / Number.parseFloat(fontSize);
      return {
        step: Number.parseInt(span.localName.slice(2), 15),
        backgroundColor,
        line: textDecorationLine,
        thickness,
      };
    }),
  );
const different = <T>(values: readonly T[]): number => new Set(values).size;

describe('a palette', () => {
  it('is not fetched before it is chosen, and is there before the first frame where it is remembered', async () => {
    const page = await small.browser.newPage();
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await page.goto(`${small.server.origin}${PATH}`, { waitUntil: 'networkidle' });
    expect(fetched).not.toContain('/alice/palettes.css');
    const own = (await marks(page)).map(({ backgroundColor }) => backgroundColor);
    await page.selectOption('.palette', 'contrast');
    await page.waitForFunction(() => document.styleSheets.length > 2);
    const chosen = (await marks(page)).map(({ backgroundColor }) => backgroundColor);
    expect(different(chosen)).toBeLessThanOrEqual(5);
    expect(different(own)).toBeGreaterThan(5);
    expect(await page.evaluate(() => localStorage.getItem('cellarium:palette'))).toBe('contrast');
    await page.close();
    const again = await open('contrast');
    expect(await again.inputValue('.palette')).toBe('contrast');
    expect((await marks(again)).map(({ backgroundColor }) => backgroundColor)).toEqual(chosen);
    await again.context().close();
  });

  it('holds for the cell to which one turns', async () => {
    const page = await open('article');
    const next = await page.getAttribute('.turn a[rel=next]', 'href');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(`**${next}`);
    expect(await page.inputValue('.palette')).toBe('article');
    await page.context().close();
  });

  it.each([
    ['contrast', 'light'],
    ['bars', 'dark'],
  ] as const)('%s lets all text be read, %s', async (palette, colorScheme) => {
    const context = await small.browser.newContext({ colorScheme });
    await context.addInitScript(`localStorage.setItem('cellarium:palette', '${palette}')`);
    await expectAccessible(context, `${small.server.origin}${PATH}`, ['color-contrast', 'select-name', 'label']);
    await context.close();
  });
});

describe('bars', () => {
  it('stand above the letters for what is above zero, hang below for what is below, and grow with the value', async () => {
    const page = await open('bars', { viewport: { width: 390, height: 800 } });
    const all = await marks(page);
    expect(different(all.map(({ step }) => step))).toBeGreaterThan(8);
    for (const { step, line, thickness, backgroundColor } of all) {
      expect(backgroundColor).toBe('rgba(0, 0, 0, 0)');
      expect(line).toBe(step > 7 ? 'overline' : 'underline');
      expect(thickness).toBeCloseTo((0.4 * Math.abs(step - 7)) / 7, 1);
    }
    const heights = await page.$$eval('.legend:not([data-fixed]) .ramp i', (steps) =>
      steps.map((step) => getComputedStyle(step).clipPath),
    );
    expect(different(heights)).toBe(15);
    await page.context().close();
  });

  it('are painted for another signal too, all above the line where it is a gate', async () => {
    const page = await open('bars');
    await page.check('input[value=f]', { force: true });
    await page.waitForFunction(() => CSS.highlights.size > 0);
    const lines = await page.$eval('.text p', (paragraph) =>
      [4, 9, 14].map((step) => getComputedStyle(paragraph, `::highlight(s${step})`).textDecorationLine),
    );
    expect(lines).toEqual(['overline', 'overline', 'overline']);
    await page.context().close();
  });
});

it.each([
  ['/', '.letters'],
  ['/alice/try/', '#typed'],
  ['/alice/read/', '.text'],
  ['/alice/compare/', '.trace'],
])('bars stand on %s too, where characters have colours', async (path, where) => {
  const page = await open('bars', {}, path);
  await page.waitForSelector(where, { state: 'attached' });
  // In one turn, for a page that draws its text anew takes an element away that was found before.
  const looks = await page.evaluate(
    (selector) =>
      [3, 12].map((step) => {
        const mark = document.querySelector(selector)!.appendChild(document.createElement('span'));
        mark.className = `s${step}`;
        const { backgroundColor, textDecorationLine } = getComputedStyle(mark);
        mark.remove();
        return { backgroundColor, textDecorationLine };
      }),
    where,
  );
  for (const { backgroundColor } of looks) expect(backgroundColor).toBe('rgba(0, 0, 0, 0)');
  expect(looks[1]!.textDecorationLine).toBe('overline');
  await page.context().close();
});

describe('where the system forces its own colours', () => {
  it('values are bars, in the letters’ own colour', async () => {
    const page = await open(null, { forcedColors: 'active' });
    expect(await page.inputValue('.palette')).toBe('bars');
    const found = await page.$eval(
      '.text[data-offset] .s14, .text[data-offset] .s13, .text[data-offset] .s12',
      (span) => {
        const { color, textDecorationLine, textDecorationColor } = getComputedStyle(span);
        return { line: textDecorationLine, same: color === textDecorationColor };
      },
    );
    expect(found).toEqual({ line: 'overline', same: true });
    await page.check('input[value=f]', { force: true });
    await page.waitForSelector('.sheet[data-signal=f]');
    expect(await page.evaluate(() => CSS.highlights.size)).toBe(0);
    expect((await marks(page)).every(({ line }) => line === 'overline')).toBe(true);
    await page.context().close();
  });

  it('colours stay where they are chosen, or where no script runs', async () => {
    const chosen = await open('contrast', { forcedColors: 'active' });
    const still = await open(null, { forcedColors: 'active', javaScriptEnabled: false });
    for (const page of [chosen, still]) {
      expect(different((await marks(page)).map(({ backgroundColor }) => backgroundColor))).toBeGreaterThan(2);
      await page.context().close();
    }
  });
});
