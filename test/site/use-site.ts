// The small site in a browser, for all tests of a file.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, type Server, serveSite } from './browser.ts';
import { type Built, buildSite } from './built.ts';

export interface Site {
  site: Built;
  server: Server;
  browser: Browser;
  /** Opens a page at a desk, unless the options say otherwise. @param path from the root of the server */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Builds, serves and closes it around the tests of the file that calls this; its parts are there within a test.
 * @param options of the browser's command line
 */
export function useSite(base = '/', options: readonly string[] = []): Site {
  const parts = {
    async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await parts.browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
      await page.goto(`${parts.server.origin}${path}`);
      return page;
    },
  } as Site;
  beforeAll(async () => {
    parts.site = await buildSite(base);
    parts.server = await serveSite(parts.site.folder, base);
    parts.browser = await launchBrowser(options);
  });
  afterAll(async () => {
    await parts.browser?.close();
    await parts.server?.close();
  });
  return parts;
}
