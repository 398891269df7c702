// What Astro is given besides its settings: the galleries' data, smaller scripts, and prose without raw HTML.
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { copyData, copyPublicFiles, openData, watchGalleries } from './artifacts.ts';

/**
 * Serves galleries that lie outside `public/` at `<base>data/`: a copy when building, the files themselves in development.
 * What else is public comes from `public/` all the same.
 */
export function serveData(): AstroIntegration {
  let publicFiles: URL;
  return {
    name: 'cellarium:serve-data',
    hooks: {
      'astro:config:setup': ({ command, config, updateConfig }) => {
        publicFiles = config.publicDir;
        // Astro would copy all of it, and with it the galleries that may lie there too.
        if (command === 'build') updateConfig({ publicDir: new URL('./.cellarium/no-public-files/', config.root) });
      },
      'astro:build:done': async ({ dir }) => {
        await copyPublicFiles(fileURLToPath(publicFiles), fileURLToPath(dir));
        // Where several processes draw a site together, whoever puts it together brings the data.
        if (process.env.CELLARIUM_GALLERY === undefined) await copyData(fileURLToPath(new URL('data/', dir)));
      },
      'astro:server:setup': ({ server }) => {
        server.middlewares.use((request, response, next) => {
          const { pathname } = new URL(request.url ?? '/', 'http://localhost');
          const path = /\/data\/(.+)$/.exec(decodeURIComponent(pathname))?.[1];
          const file = path === undefined ? null : openData(path);
          if (file === null) next();
          else file.pipe(response);
        });
      },
    },
  };
}

/** In development, draws the pages anew from a gallery that a build has just written, or written more of. */
export function followData(): AstroIntegration {
  return {
    name: 'cellarium:follow-data',
    hooks: {
      'astro:server:setup': ({ server }) => {
        const stop = watchGalleries(() => {
          // Pages and what they remember of the data are modules; each is run again once it is asked for.
          for (const { moduleGraph, hot } of Object.values(server.environments)) {
            moduleGraph.invalidateAll();
            hot.send({ type: 'full-reload' });
          }
        });
        server.httpServer?.on('close', stop);
      },
    },
  };
}

/** The module that Vite's own plugin would fill. */
const HELPER = '\0vite/preload-helper.js';

/**
 * A Vite plugin that leaves `import()` as it is. Vite wraps it in a helper that fetches beforehand what the imported
 * script itself imports; that helper weighs more than most scripts here, and ours import little. The lists of what it would
 * fetch go too: they are names that nothing compresses.
 */
export function plainImports() {
  return {
    name: 'cellarium:plain-imports',
    enforce: 'pre' as const,
    load: (id: string): string | undefined =>
      id === HELPER ? 'export const __vitePreload = (load) => load();' : undefined,
    generateBundle: {
      // After Vite has written the lists.
      order: 'post' as const,
      handler(_: unknown, bundle: Record<string, { code?: string }>): void {
        for (const chunk of Object.values(bundle)) {
          if (chunk.code === undefined) continue;
          chunk.code = chunk.code
            .replace(/^const __vite__mapDeps=.*\n/, '')
            .replaceAll(/,\s*__vite__mapDeps\(\[[\d,]*\]\)/g, '');
        }
      },
    },
  };
}

type Node = { type: string; value?: string; children?: Node[] };

/** A remark plugin: no line of prose breaks at the dash of a cell's number, `2–139`. */
export function wholeCellNumbers() {
  return function visit(node: Node): void {
    if (node.type === 'text' && node.value !== undefined)
      node.value = node.value.replaceAll(/(?<=\d–)(?=\d)/gu, '\u2060');
    node.children?.forEach(visit);
  };
}

/** A remark plugin: raw HTML in prose is shown as the text that it is, never rendered. */
export function rawHtmlAsText() {
  return function visit(node: Node): void {
    if (node.type === 'html') node.type = 'text';
    node.children?.forEach(visit);
  };
}
