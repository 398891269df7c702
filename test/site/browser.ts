import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { createGzip } from 'node:zlib';
import packaged from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface Server {
  /** Address of the site's root, without a slash at its end. */
  origin: string;
  close: () => Promise<void>;
}

/** Serves a built site as a static host does: folders by their index.html, what is not there by 404.html, parts of files where they are asked for, all below `base`, text compressed. */
export async function serveSite(folder: string, base = '/'): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const inside = path.startsWith(base) ? join(folder, path.slice(base.length)) : '';
    const file = inside.endsWith('/') || inside === folder ? join(inside, 'index.html') : inside;
    const found = inside !== '' && existsSync(file) && statSync(file).isFile();
    const sent = found ? file : join(folder, '404.html');
    const type = TYPES[extname(sent)] ?? 'application/octet-stream';
    const packed = /^text|json|svg/.test(type);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (found && !packed && end !== undefined) {
      response.writeHead(206, {
        'Content-Type': type,
        'Content-Range': `bytes ${start}-${end}/${statSync(sent).size}`,
      });
      createReadStream(sent, { start: Number(start), end: Number(end) }).pipe(response);
      return;
    }
    response.writeHead(found ? 200 : 404, { 'Content-Type': type, ...(packed ? { 'Content-Encoding': 'gzip' } : {}) });
    if (packed) createReadStream(sent).pipe(createGzip()).pipe(response);
    else createReadStream(sent).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The Chromium that `CHROME_PATH` names, or else the one inside the npm package. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH ?? (await packaged.executablePath());
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet, ...more];
  return chromium.launch({ executablePath, headless: true, args });
}
