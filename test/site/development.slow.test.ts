// What `npm run dev` shows while a gallery is being built.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gallery } from '../../pipeline/contract/index.ts';
import { writeSyntheticGallery } from '../fixtures/site/synthetic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TOLD = ['NODE_ENV', 'VITEST', 'BASE_URL', 'MODE', 'DEV', 'PROD', 'SSR'];

let home: string;
let server: ChildProcess;
let address: string;

/** Puts a gallery in the place of the one before, as a build does. */
function publish(change: (gallery: Gallery) => Gallery): void {
  const [next, there] = [join(home, 'next'), join(home, 'data', 'alice')];
  cpSync(join(home, 'whole', 'alice'), next, { recursive: true });
  const file = join(next, 'gallery.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Gallery)));
  rmSync(there, { recursive: true, force: true });
  renameSync(next, there);
}

const page = async (path: string) => (await fetch(new URL(path, address))).text();

beforeAll(async () => {
  mkdirSync(join(root, '.cellarium'), { recursive: true });
  home = mkdtempSync(join(root, '.cellarium', 'test-'));
  mkdirSync(join(home, 'data'));
  writeSyntheticGallery(join(home, 'whole', 'alice'), { cells: 12, nasty: false });
  publish(({ evidence: { map: _, ...evidence }, ...gallery }) => ({ ...gallery, evidence, pending: ['reach', 'map'] }));
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TOLD.includes(name)));
  const folders = { CELLARIUM_DATA: join(home, 'data'), CELLARIUM_OUT: join(home, 'dist') };
  const env = { ...inherited, ...folders, ASTRO_TELEMETRY_DISABLED: '1' };
  const astro = join(root, 'node_modules', 'astro', 'bin', 'astro.mjs');
  server = spawn(process.execPath, [astro, 'dev', '--ignore-lock', '--port', '4391'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    for (const stream of [server.stdout!, server.stderr!]) {
      stream.on('data', (piece) => {
        printed += piece;
        const found = /http:\/\/localhost:\d+\//.exec(printed)?.[0];
        if (found !== undefined) resolve(found);
      });
    }
    server.on('exit', () => reject(new Error(printed)));
  });
});

afterAll(() => {
  server.kill();
  rmSync(home, { recursive: true, force: true });
});

it('says what is not measured yet, and shows it as soon as it is there', async () => {
  const says = 'Still to come: how far back cells reach and the map of the cells.';
  const before = await page('/alice/');
  expect(before).toContain('Not all is measured yet');
  expect(before).toContain(says);
  expect(before).not.toContain('href="/alice/map/"');
  expect(await page('/alice/cells/1-0/')).toContain(says);
  publish((gallery) => gallery);
  await expect.poll(() => page('/alice/'), { timeout: 30_000, interval: 500 }).not.toContain('Not all is measured yet');
  expect(await page('/alice/')).toContain('href="/alice/map/"');
  expect(await page('/alice/map/')).toContain('<h1');
});
