import { cp } from 'node:fs/promises';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

/** Serves a folder of galleries that lies outside `public/` at `<base>data/`: a copy when building, the folder itself in development. */
export function serveData(folder: string): AstroIntegration {
  return {
    name: 'cellarium:serve-data',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        await cp(folder, fileURLToPath(new URL('data/', dir)), { recursive: true });
      },
      'astro:server:setup': ({ server }) => {
        server.middlewares.use((request, response, next) => {
          const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
          const start = path.indexOf('/data/');
          const file = join(folder, decodeURIComponent(path.slice(start + '/data/'.length)));
          if (start < 0 || !file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) return next();
          createReadStream(file).pipe(response);
        });
      },
    },
  };
}
