// Every variable is optional; the build and the tests use them to point the site at other folders.
//   CELLARIUM_DATA     folder of galleries, served at <base>data/   default public/data
//   CELLARIUM_GALLERY  the one gallery whose pages are drawn, and no data copied; default: all, with their data
//   CELLARIUM_SHARE    "2/3", where three processes draw its pages and this is the second; default: all of them
//   CELLARIUM_CONTENT  what a person wrote                          default content
//   CELLARIUM_OUT      where the built site goes                    default dist
//                      (inside the project, if two builds may run at the same time)
//   CELLARIUM_BASE     path below which the site is served          default /
//   CELLARIUM_SITE     its address, for canonical links and link previews
import { dirname, join, resolve } from 'node:path';
import { unified } from '@astrojs/markdown-remark';
import { defineConfig } from 'astro/config';
import { followData, plainImports, rawHtmlAsText, serveData, wholeCellNumbers } from './src/lib/astro-plugins.ts';
import { safeProse } from './src/lib/safe-prose.ts';

const { CELLARIUM_DATA, CELLARIUM_OUT, CELLARIUM_BASE, CELLARIUM_SITE } = process.env;
const out = resolve(CELLARIUM_OUT ?? 'dist');

export default defineConfig({
  output: 'static',
  outDir: out,
  // Beside the output, so that builds into different places do not share it.
  cacheDir: join(dirname(out), '.astro/cache'),
  base: CELLARIUM_BASE ?? '/',
  ...(CELLARIUM_SITE === undefined ? {} : { site: CELLARIUM_SITE }),
  trailingSlash: 'always',
  // The default drops the spaces between words and the elements beside them.
  compressHTML: true,
  integrations: [followData(), ...(CELLARIUM_DATA === undefined ? [] : [serveData()])],
  build: { format: 'directory', inlineStylesheets: 'never', concurrency: 12 },
  // A content security policy without 'unsafe-inline' needs every script and every style in its own file.
  vite: { build: { assetsInlineLimit: 0 }, plugins: [plainImports()] },
  markdown: {
    processor: unified({
      remarkPlugins: [rawHtmlAsText, wholeCellNumbers],
      rehypePlugins: [safeProse],
      smartypants: false,
    }),
    syntaxHighlight: false,
  },
  devToolbar: { enabled: false },
});
