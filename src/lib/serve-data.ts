import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { copyData, openData } from './artifacts.ts';

/** Serves galleries that lie outside `public/` at `<base>data/`: a copy when building, the files themselves in development. */
export function serveData(): AstroIntegration {
  return {
    name: 'cellarium:serve-data',
    hooks: {
      // Where several processes draw a site together, whoever puts it together brings the data.
      'astro:build:done': async ({ dir }) => {
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
