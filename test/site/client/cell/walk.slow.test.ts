import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, textOfExcerpts } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';

const small = useSite(BASE);

/** Opens a page that says whether it was ever loaded anew. */
async function open(path: string, options?: BrowserContextOptions): Promise<Page> {
  const page = await small.open(`${BASE}${path}`, options);
  await page.evaluate(() => Object.assign(window, { same: true }));
  return page;
}

const isSame = (page: Page): Promise<boolean> => page.evaluate(() => 'same' in window);
const linkTo = (page: Page, relation: string): Promise<string | null> =>
  page.getAttribute(`.turn a[rel=${relation}]`, 'href');

/** From now on the page counts how often it is turned. */
const countTurns = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const counts = Object.assign(window, { turns: 0 });
    document.addEventListener('turned', () => counts.turns++);
  });
const turnsOf = async (page: Page): Promise<number> => {
  await drawn(page);
  return page.evaluate(() => (window as unknown as { turns: number }).turns);
};

/** What a page says of itself: in its head, its words and its excerpts. */
const portrait = async (page: Page) => ({
  title: await page.title(),
  about: await page.$$eval('head meta[name=description], head meta[property], head link[rel=canonical]', (elements) =>
    elements.map((element) => element.outerHTML),
  ),
  main: await page.$eval('main', (main) => main.outerHTML),
  excerpts: await textOfExcerpts(page),
});

describe('turning', () => {
  it('shows the next cell just as its own address does, without loading the page anew', async () => {
    const page = await open('alice/cells/1-0/');
    const next = (await linkTo(page, 'next'))!;
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(`**${next}`);
    expect(await isSame(page)).toBe(true);
    const direct = await open(next.slice(BASE.length));
    // Its script comes when somebody does.
    await direct.keyboard.press('Tab');
    await direct.waitForSelector('.text[tabindex]');
    expect(await portrait(page)).toEqual(await portrait(direct));
    const status = await page.locator('body > [role=status]').textContent();
    expect(status).toContain(await page.textContent('h1'));
    expect(status).toMatch(/Number \d+ of 12/);
    await direct.close();
    await page.close();
  });

  it('goes back and forward with the browser, by j and k, and by the links', async () => {
    const page = await open('alice/cells/1-0/');
    const path = () => new URL(page.url()).pathname;
    const start = path();
    const next = (await linkTo(page, 'next'))!;
    await page.keyboard.press('j');
    await page.waitForFunction((to) => document.querySelector('.turn a[rel=prev]')?.getAttribute('href') === to, start);
    expect(path()).toBe(next);
    await page.goBack();
    await page.waitForFunction((to) => document.querySelector('.turn a[rel=next]')?.getAttribute('href') === to, next);
    expect(path()).toBe(start);
    await page.goForward();
    await page.waitForFunction((to) => document.querySelector('.turn a[rel=prev]')?.getAttribute('href') === to, start);
    expect(path()).toBe(next);
    await page.keyboard.press('k');
    await page.waitForURL(`**${start}`);
    await page.click('.turn a[rel=next]');
    await page.waitForURL(`**${next}`);
    await page.waitForFunction(() => document.activeElement?.matches('.turn a[rel=next]'));
    expect(await isSame(page)).toBe(true);
    await page.close();
  });

  it('keeps the chosen signal, and paints the new passages by it', async () => {
    const page = await open('alice/cells/1-0/?signal=f');
    await page.waitForFunction(() => CSS.highlights.size > 0);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      () =>
        [...CSS.highlights.values()].some((marks) =>
          [...marks].some((range) => (range as StaticRange).startContainer.isConnected),
        ) && document.querySelector('.sheet')?.getAttribute('data-signal') === 'f',
    );
    expect(new URL(page.url()).search).toBe('?signal=f');
    expect(await page.isChecked('input[value=f]')).toBe(true);
    await page.check('input[value=o]', { force: true });
    await page.waitForSelector('.sheet[data-signal=o]');
    await page.close();
  });

  it('keeps the visitor at the same part of the page', async () => {
    const page = await open('alice/cells/1-0/', { viewport: { width: 390, height: 800 } });
    await page.evaluate(() => document.querySelector('#scores')!.scrollIntoView({ behavior: 'instant' }));
    await drawn(page);
    const top = () => page.$eval('#scores', (heading) => Math.round(heading.getBoundingClientRect().top));
    const before = await top();
    const next = (await linkTo(page, 'next'))!;
    await page.keyboard.press('j');
    await page.waitForURL(`**${next}`);
    await drawn(page);
    expect(Math.abs((await top()) - before)).toBeLessThan(8);
    await page.close();
  });

  it('does not pile up while a key is held', async () => {
    const page = await open('alice/cells/1-0/');
    const start = page.url();
    await countTurns(page);
    await page.evaluate(() => {
      for (let n = 0; n < 200; n++)
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', repeat: true, bubbles: true }));
    });
    await page.waitForURL((url) => url.href !== start);
    // One turn comes after the other: back from the next cell is where it began, unless more turns lie between.
    await page.keyboard.press('k');
    await page.waitForURL(start);
    expect(await turnsOf(page)).toBe(2);
    await page.close();
  });

  it('leaves the keys alone where they have something else to do', async () => {
    const page = await open('alice/cells/1-0/');
    const start = page.url();
    const next = await linkTo(page, 'next');
    await countTurns(page);
    for (const key of ['Control+ArrowRight', 'Alt+j', 'Meta+j', 'Shift+ArrowRight']) await page.keyboard.press(key);
    await page.focus('.scroll');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('/');
    await page.locator('#find-field').pressSequentially('jk?/');
    expect(await page.inputValue('#find-field')).toBe('jk?/');
    expect(page.url()).toBe(start);
    // One turn comes after the other: had a key before this one turned the page, it would have come first.
    await page.click('dialog .close');
    await page.keyboard.press('j');
    await page.waitForURL(`**${next}`);
    expect(await turnsOf(page)).toBe(1);
    await page.close();
  });

  it('loads the page as ever where it cannot be fetched ahead', async () => {
    const page = await small.browser.newPage();
    await page.route('**/cells/*/', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await page.goto(`${small.server.origin}${BASE}alice/cells/1-0/`);
    await page.evaluate(() => Object.assign(window, { same: true }));
    const next = await linkTo(page, 'next');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(`**${next}`);
    expect(await isSame(page)).toBe(false);
    await page.close();
  });
});

describe('the search', () => {
  it('opens by its key and its button, finds by number and words, and leads there by the keyboard alone', async () => {
    const page = await open('alice/model/');
    await page.keyboard.press('/');
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('dialog')).toBe(false);
    await page.click('[data-opens="/"]');
    await page.locator('#find-field').fill('1-3');
    await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 1);
    await page.locator('#find-field').fill('quotation');
    await page.waitForFunction(() => document.querySelector('[role=option]')?.textContent?.startsWith('Hypothesis'));
    const hypothesis = await page.getAttribute('[role=option] a', 'href');
    expect(hypothesis).toMatch(/\/alice\/hypotheses\/(inside|after)-quotes\/$/);
    await page.locator('#find-field').fill('');
    await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 12);
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator('[aria-selected=true]');
    expect(await page.getAttribute('#find-field', 'aria-activedescendant')).toBe(await chosen.getAttribute('id'));
    const path = (await chosen.locator('a').getAttribute('href'))!;
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${path}`);
    await page.close();
  });

  it('says so when the cells cannot be had', async () => {
    const page = await open('alice/');
    await page.route('**/cells.json', (route) => route.abort());
    await page.keyboard.press('/');
    await page.waitForSelector('dialog .note:not(:empty)');
    expect(await page.textContent('dialog .note')).toContain('could not be loaded');
    await page.close();
  });
});

it('the help names all keys, and closes by Escape and by its button', async () => {
  const page = await open('alice/map/', { viewport: { width: 390, height: 800 } });
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  const help = await page.textContent('dialog');
  for (const words of ['find a cell', 'next cell', 'values of one character']) expect(help).toContain(words);
  await page.keyboard.press('Escape');
  expect(await page.isVisible('dialog')).toBe(false);
  await page.click('[data-opens="?"]');
  await page.click('dialog .close');
  expect(await page.isVisible('dialog')).toBe(false);
  await page.close();
});
