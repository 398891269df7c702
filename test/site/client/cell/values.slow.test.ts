import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DOMAINS, domainOf, toByte } from '../../../../pipeline/base/bytes.ts';
import { choicesText, oddsText, signalText } from '../../../../src/client/common/reading.ts';
import { placeInSample } from '../../../../src/shared/book-pages.ts';
import { cellOf, valuesOf } from '../../../fixtures/site/read-gallery.ts';
import { useSite } from '../../use-site.ts';

const small = useSite();

const open = (id: string, options?: BrowserContextOptions): Promise<Page> => small.open(`/alice/cells/${id}/`, options);

/** The panel's words, once it speaks of a character. */
async function panelOf(page: Page, character: string): Promise<string> {
  await page.waitForFunction((wanted) => document.querySelector('.values b')?.textContent === wanted, character);
  return (await page.locator('.values').innerText()).replaceAll(/\s+/g, ' ');
}

/** The middle of the character at a position of the lead excerpt's first paragraph. */
const middleOf = (page: Page, position: number): Promise<{ x: number; y: number }> =>
  page.evaluate((wanted) => {
    const walker = document.createTreeWalker(document.querySelector('.text')!, NodeFilter.SHOW_TEXT);
    let left = wanted;
    while (walker.nextNode() !== null && left >= walker.currentNode.textContent!.length) {
      left -= walker.currentNode.textContent!.length;
    }
    const range = new Range();
    range.setStart(walker.currentNode, left);
    range.setEnd(walker.currentNode, left + 1);
    const box = range.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  }, position);

/** What the side file says of the six signals at a position of the lead excerpt, as the panel prints it. */
function expectedValues(id: string, position: number): string[] {
  const cell = cellOf(join(small.site.folder, 'data/alice'), id);
  const bytes = valuesOf(cell);
  const at = cell.excerpts[0]!.offset + position - (cell.alignment === 'predicting' ? 1 : 0);
  return cell.signals.map((letter, s) => signalText(bytes[s * cell.characters + at]!, domainOf(DOMAINS, letter)));
}

describe('pointing at a character', () => {
  it.each(['1-0', '2-0'])('tells its six values under the alignment of cell %s, and what was expected', async (id) => {
    const page = await open(id);
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await page.waitForLoadState('networkidle');
    expect(fetched.filter((path) => path.endsWith('expected.bin'))).toEqual([]);
    const { x, y } = await middleOf(page, 13);
    await page.mouse.move(x, y);
    await page.waitForFunction(() => document.querySelector('.values') !== null);
    await page.mouse.move(x + 1, y);
    const words = await panelOf(page, '“i”'); // Alice was beg[i]nning
    for (const value of expectedValues(id, 13)) expect(words).toContain(value);
    expect(words).toContain('character 13 of the text');
    expect(words).toContain(id === '1-0' ? 'just after' : 'just before');
    expect(words).toContain('“i” 33%, a line break 7.8%, a space 7.8%');
    expect(words).toContain('1.1 nats, 1 in 3.1');
    await page.mouse.move(5, 5);
    expect(await page.isVisible('.values')).toBe(false);
    expect(fetched.filter((path) => path.endsWith('expected.bin'))).toHaveLength(1);
    await page.close();
  });

  it('is a tap on a phone, at the first one already, and the panel stays on the screen', async () => {
    const page = await open('1-0', { viewport: { width: 390, height: 800 }, hasTouch: true });
    const { x, y } = await middleOf(page, 18);
    await page.touchscreen.tap(x, y);
    await panelOf(page, '“g”');
    const box = (await page.locator('.values').boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
    await page.touchscreen.tap(20, 150);
    await page.waitForSelector('.values', { state: 'hidden' });
    await page.close();
  });

  it('says when the values cannot be had', async () => {
    const page = await open('1-0');
    await page.route(/\.(bin|jsonl?)(\.gz)?(#.*)?$/u, (route) => route.abort());
    const { x, y } = await middleOf(page, 13);
    await page.mouse.click(x, y);
    expect(await panelOf(page, 'The values could not be loaded')).toContain('loaded');
    await page.close();
  });
});

describe('with the keyboard', () => {
  it('a passage is walked character by character and line by line, and each is spoken', async () => {
    const page = await open('1-0');
    const status = page.locator('body > [role=status]').last();
    // The keyboard comes from above.
    await page.keyboard.press('Tab');
    await page.focus('.text[tabindex]');
    await page.waitForFunction(() => document.querySelector('.values') !== null);
    await page.keyboard.press('ArrowRight');
    await panelOf(page, '“A”');
    await page.keyboard.press('ArrowRight');
    await panelOf(page, '“l”');
    expect(await status.textContent()).toContain('“l”');
    await page.keyboard.press('ArrowLeft');
    await panelOf(page, '“A”');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => !document.querySelector('.values b')!.textContent!.includes('A'));
    expect(await status.textContent()).toMatch(/character [5-9]\d of the text/);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.values')).toBe(false);
    expect(new URL(page.url()).pathname).toBe('/alice/cells/1-0/');
    await page.close();
  });

  it('holds in the cell to which one turns; nothing was expected of text the model wrote', async () => {
    const page = await open('1-0');
    // The keyboard comes from above.
    await page.keyboard.press('Tab');
    await page.focus('.text[tabindex]');
    await page.waitForFunction(() => document.querySelector('.values') !== null);
    const next = await page.getAttribute('.turn a[rel=next]', 'href');
    await page.keyboard.press('j');
    await page.waitForURL(`**${next}`);
    await page.click('#generated');
    await page.locator('details:has(#generated) .text').first().focus();
    await page.keyboard.press('Home');
    await page.waitForFunction(() =>
      document.querySelector('.values p')?.textContent?.includes('written by the model'),
    );
    expect(await page.locator('.values').innerText()).toContain('expected: –');
    await page.close();
  });
});

describe('what is said of a value', () => {
  it('is what its byte stands for, and of c no more than its byte knows', () => {
    for (const value of [-0.98, -0.2, 0, 0.51, 1]) {
      expect(Number(signalText(toByte(value, DOMAINS.h), DOMAINS.h).replace('−', '-'))).toBeCloseTo(value, 1);
    }
    expect(signalText(255, DOMAINS.f)).toBe('1.00');
    expect(signalText(205, DOMAINS.c)).toBe('+0.61 (c +0.71)'); // 2 · 205 / 255 − 1 = 0.6078, whose atanh is 0.7053
    expect(signalText(toByte(2, DOMAINS.c), DOMAINS.c)).toBe('+0.96 (c +2.0)');
    expect(signalText(toByte(40, DOMAINS.c), DOMAINS.c)).toBe('+1.00 (c above +3.1)');
    expect(signalText(toByte(-40, DOMAINS.c), DOMAINS.c)).toBe('−1.00 (c below −3.1)');
  });

  it('are odds for a surprise, and names for what cannot be seen', () => {
    expect([0, Math.log(1.5), Math.log(20), Math.log(12_345)].map(oddsText)).toEqual([
      '1 in 1',
      '1 in 1.5',
      '1 in 20',
      '1 in 12,000',
    ]);
    expect(choicesText([])).toBe('–');
    expect(choicesText([{ character: '\n', probability: 0.5 }])).toBe('a line break 50%');
  });

  it('is sought at the character’s row of the held-out sample', () => {
    const pieces = [
      { start: 100, end: 110 },
      { start: 200, end: 220 },
    ];
    expect([99, 100, 109, 110, 200, 219, 220].map((position) => placeInSample(pieces, position))).toEqual([
      null,
      0,
      9,
      null,
      10,
      29,
      null,
    ]);
  });
});
