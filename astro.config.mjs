// Every variable is optional; the build and the tests use them to point the site at other folders.
//   CELLARIUM_DATA     folder of galleries, served at <base>data/   default public/data
//   CELLARIUM_CONTENT  what a person wrote                          default content
//   CELLARIUM_OUT      where the built site goes                    default dist
//   CELLARIUM_BASE     path below which the site is served          default /
//   CELLARIUM_SITE     its address, for canonical links and link previews
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { unified } from '@astrojs/markdown-remark';
import { defineConfig } from 'astro/config';
import { rawHtmlAsText } from './src/lib/markdown.ts';
import { serveData } from './src/lib/serve-data.ts';

const { CELLARIUM_DATA, CELLARIUM_CONTENT, CELLARIUM_OUT, CELLARIUM_BASE, CELLARIUM_SITE } = process.env;
const content = resolve(CELLARIUM_CONTENT ?? 'content');
const out = resolve(CELLARIUM_OUT ?? 'dist');
// Builds of different content may run at the same time; each has its own cache.
const cache = createHash('sha256').update(`${content}\n${out}`).digest('hex').slice(0, 12);

export default defineConfig({
  output: 'static',
  outDir: out,
  cacheDir: `./.cellarium/astro/${cache}`,
  base: CELLARIUM_BASE ?? '/',
  ...(CELLARIUM_SITE === undefined ? {} : { site: CELLARIUM_SITE }),
  trailingSlash: 'always',
  // The default drops the spaces between words and the elements beside them.
  compressHTML: true,
  // Public files are the data alone. Data that lie elsewhere are copied into the finished site instead.
  publicDir: CELLARIUM_DATA === undefined ? './public' : './.cellarium/no-public-files',
  integrations: CELLARIUM_DATA === undefined ? [] : [serveData()],
  build: { format: 'directory', inlineStylesheets: 'never', concurrency: 4 },
  // A content security policy without 'unsafe-inline' needs every script and every style in its own file.
  vite: { build: { assetsInlineLimit: 0 } },
  markdown: {
    processor: unified({ remarkPlugins: [rawHtmlAsText], smartypants: false }),
    syntaxHighlight: false,
  },
  devToolbar: { enabled: false },
});
