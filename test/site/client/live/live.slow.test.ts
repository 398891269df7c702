import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOMAINS, transformed } from '../../../../pipeline/base/bytes.ts';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import { type Gallery, gallerySchema } from '../../../../pipeline/contract/index.ts';
import { encode } from '../../../../pipeline/datasets/text/vocabulary.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { signalName } from '../../../../pipeline/lstm/names.ts';
import { readingComputation } from '../../../../pipeline/lstm/network.ts';
import { unpackParameters } from '../../../../pipeline/lstm/packed.ts';
import { namedValues } from '../../../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../../../pipeline/lstm/state.ts';
import { drawn } from '../../checks.ts';
import {
  addressed,
  BASE,
  PAGE,
  painted,
  paintedLength,
  read,
  type,
  useTrySite,
  valuesShown,
  WAITING,
} from './live-page.ts';

const tried = useTrySite();

/** All signals of a cell of the second layer over a text, by the reference engine in float64. */
async function reference(text: string, unit: number): Promise<number[][]> {
  const folder = join(tried.site.folder, 'data/alice');
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
    const page = await tried.open('?cell=2-3');
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
    const page = await tried.open();
    await read(page);
    await type(page, '‘Oh dear!’ said Alice, and went on.');
    await page.check('input[name=signal][value=f]', { force: true });
    await page.fill('#cell', '1-4');
    await page.waitForFunction(() => document.querySelector('#cell-page')!.textContent!.endsWith('\u20604'));
    await addressed(page, 'cell', '1-4');
    // Of a gate only 0 has no colour, and none is ever shut in a network with such small weights.
    expect(await paintedLength(page, '#typed')).toBe(35);
    const again = await tried.open(new URL(page.url()).search);
    await read(again);
    expect(await again.inputValue('#text')).toBe('‘Oh dear!’ said Alice, and went on.');
    expect(await again.isChecked('input[name=signal][value=f]')).toBe(true);
    await again.waitForFunction(() => CSS.highlights.size > 0);
    await expect.poll(() => painted(again, '#typed'), WAITING).toEqual(await painted(page, '#typed'));
    expect(await page.getAttribute('#cell-page', 'href')).toBe(`${BASE}alice/cells/1-4/`);
    await again.close();
    await page.close();
  });

  it('sets straight quotation marks as the book does, where the caret stays', async () => {
    const page = await tried.open('?text=');
    await page.focus('#text');
    await page.keyboard.type(`she said 'no' and`);
    for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(`'`);
    await page.keyboard.type('x');
    expect(await page.inputValue('#text')).toBe('she said ‘no’’x and');
    await page.close();
  });

  it('reads one of several spaces, as in the book, and says how a text is prepared', async () => {
    const page = await tried.open();
    await page.fill('#text', 'she   said  no');
    await page.waitForFunction(() => document.querySelector('#notes')!.textContent !== '');
    expect(await page.textContent('#notes')).toBe('Of several spaces in a row one is read: 3 left out.');
    expect(await page.textContent('#reading')).toMatch(/^All 11 /);
    expect(await page.inputValue('#text')).toBe('she   said  no');
    expect(await page.textContent('main')).toContain(
      'of several spaces in a row one is read; straight quotation marks',
    );
    await page.close();
  });

  it('strikes through what the network does not know, and names it', async () => {
    const page = await tried.open();
    await page.fill('#text', 'a café ☃ and\ttea');
    await page.waitForFunction(() => document.querySelector('#notes')!.textContent !== '');
    expect(await page.textContent('#notes')).toMatch(/network never saw them: “é”, “☃”, tab/);
    await page.waitForFunction(() => (CSS.highlights.get('unknown')?.size ?? 0) > 2);
    const struck = (await painted(page, '#typed')).filter((mark) => mark.startsWith('unknown'));
    expect(struck).toEqual(['unknown:\t', 'unknown:é', 'unknown:☃']);
    expect(await page.textContent('#typed')).toBe('a café ☃ and\ttea');
    expect(await page.textContent('#reading')).toMatch(/^All 13 /);
    await page.close();
  });

  it('keeps what it can read of 100,000 pasted characters, says so, and paints no more of it than is in sight', async () => {
    const context = await tried.browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${tried.server.origin}${PAGE}`);
    await read(page);
    const text = 'she made some tea and sat down again,\nall on one day: '.repeat(2000);
    await page.evaluate((long) => navigator.clipboard.writeText(long), text.slice(0, 100_000));
    await page.focus('#text');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+V');
    await page.waitForFunction(() => document.querySelector('#reading')?.textContent?.includes('10,000'));
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Delete');
    await page.keyboard.type('x');
    await page.keyboard.press('Delete');
    await page.check('input[name=signal][value=o]', { force: true });
    await expect.poll(() => paintedLength(page, '#typed'), WAITING).toBeGreaterThan(0);
    await drawn(page);
    // A gate is never quite shut here, so that whatever is in sight has a colour.
    expect(await paintedLength(page, '#typed')).toBeLessThan(5000);
    expect(await page.inputValue('#text')).toBe(`x${text.slice(2, 10_000)}`);
    expect(await page.textContent('#notes')).toContain('Your text was longer');
    await addressed(page, 'text', null);
    await context.close();
  });

  it('says of a long text that only its beginning is kept', async () => {
    const page = await tried.open();
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
    const page = await tried.open(
      `?${new URLSearchParams({ text: planted, cell: planted, seed: planted, signal: planted })}`,
    );
    await read(page);
    expect(await page.inputValue('#text')).toBe(planted);
    expect(await page.textContent('#typed')).toBe(planted);
    expect(await page.evaluate(() => 'planted' in window)).toBe(false);
    await page.close();
  });
});
