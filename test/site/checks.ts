import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeWindow {
  axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
}

/**
 * Opens a page and runs axe-core on it.
 *
 * @param rules the rules to run; all of them, that on the size of targets included, where left out
 */
export async function expectAccessible(
  context: BrowserContext,
  address: string,
  rules?: string[],
  arrange?: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(address);
  await arrange?.(page);
  await page.evaluate(axe); // the page's own policy lets no script in
  const scope = rules === undefined ? { rules: { 'target-size': { enabled: true } } } : { runOnly: rules };
  const options = { ...scope, resultTypes: ['violations'] };
  const violations = await page.evaluate(async (wanted) => {
    const { axe: checker } = window as unknown as AxeWindow;
    const { violations: found } = await checker.run(wanted);
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  }, options);
  expect(violations, address).toEqual([]);
  await page.close();
}

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    // Coloured text and drawings are a million elements, whose quotation marks would be megabytes.
    'attr-quotes': 'off',
    'no-unknown-elements': ['error', { exclude: ['/^s-[0-9a-e]$/'] }],
  },
});

/** @param page what a message calls it */
export async function expectValid(html: string, page: string): Promise<void> {
  const { results } = await validator.validateString(html);
  const messages = results.flatMap((result) => result.messages);
  expect(messages.map(({ line, ruleId, message }) => `${page}:${line} ${ruleId} ${message}`)).toEqual([]);
}

/** Waits until what a script has changed is on the screen, and what follows from its being there has begun. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** The text content of all excerpts of a cell's page, in the order of its side file. */
export async function textOfExcerpts(page: Page): Promise<(string | null)[]> {
  return page.$$eval('.text[data-offset]', (elements) =>
    elements
      .sort((a, b) => Number((a as HTMLElement).dataset.offset) - Number((b as HTMLElement).dataset.offset))
      .map((element) => element.textContent),
  );
}
