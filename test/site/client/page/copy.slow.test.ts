import { describe, expect, it } from 'vitest';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const PATH = `${BASE}alice/cells/1-0/`;

const small = useSite(BASE);

describe('what one passes on', () => {
  it('is the address as it stands, the code of a frame, and a citation', async () => {
    const context = await small.browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${small.server.origin}${PATH}?signal=f`);
    await page.click('#downloads');
    const copied = async (name: string): Promise<string> => {
      await page.evaluate(() => navigator.clipboard.writeText(''));
      if (name === 'citation') await page.click('.folded details:has(.bibtex) summary');
      await page.click(`[data-copies=${name}]`);
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('address')).toBe(`${small.server.origin}${PATH}?signal=f`);
    const frame = await copied('frame');
    expect(frame).toContain(`src="${small.server.origin}${PATH}?signal=f&amp;embed"`);
    expect(await copied('citation')).toMatch(
      /^@misc\{cellarium-alice-1-0,\n {2}author = \{\{Ada and Charles\}\},\n {2}title = [\s\S]*year = \{2026\},[\s\S]*url = \{https:\/\/example\.org\/specimens\/alice\/cells\/1-0\/\}\n\}$/,
    );
    const host = await context.newPage();
    await host.goto(`${small.server.origin}${BASE}`);
    // A page of ours lets no frame in, so the host is a page without a policy.
    await host.route('**/host', (route) => route.fulfill({ contentType: 'text/html', body: `<p>Host</p>${frame}` }));
    await host.goto(`${small.server.origin}/host`);
    await host.frameLocator('iframe').locator('.sheet[data-signal=f]').waitFor();
    await context.close();
  });

  it('is written out where the clipboard is closed', async () => {
    const page = await small.browser.newPage();
    await page.addInitScript(
      'Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("no")) } })',
    );
    await page.goto(`${small.server.origin}${PATH}`);
    await page.click('#downloads');
    await page.click('[data-copies=frame]');
    await page.waitForFunction(() => document.querySelector('#copied')?.textContent?.startsWith('<iframe'));
    await page.close();
  });
});

describe('the page in a frame', () => {
  it.each([390, 1280])('is title, passage, signals and the way home, and no more, at %i pixels', async (width) => {
    const page = await small.open(`${PATH}?embed`, { viewport: { width, height: 700 } });
    const isVisible = (selector: string): Promise<boolean> => page.locator(selector).first().isVisible();
    for (const selector of ['h1', '.passage', '.bar .legend', '.tabs', '.embedded a'])
      expect(await isVisible(selector), selector).toBe(true);
    for (const selector of ['.head', '.foot', '.turn', '.sentence', '#scores', '#downloads', '#most-on'])
      expect(await isVisible(selector), selector).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.check('input[value=o]', { force: true });
    await page.waitForSelector('.sheet[data-signal=o]');
    expect(new URL(page.url()).searchParams.has('embed')).toBe(true);
    expect(await page.getAttribute('.embedded a', 'href')).toBe(PATH);
    await page.close();
  });

  it('is the whole page without `embed`', async () => {
    const page = await small.open(PATH);
    expect(await page.isVisible('.embedded')).toBe(false);
    expect(await page.isVisible('#downloads')).toBe(true);
    await page.close();
  });
});
