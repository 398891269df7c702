import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeSyntheticGallery } from '../fixtures/site/synthetic.ts';
import { onceInARun } from '../once.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The synthetic gallery's cell whose first excerpt is the nasty text. */
export const NASTY_CELL = '2-5';

const PROSE = {
  'galleries/alice.md': '---\ntitle: Alice\n---\n\nA gallery, with *prose*.\n',
  'hypotheses/inside-quotes.md':
    '---\ntitle: Inside quotes\n---\n\nWhat is said. <script>window.planted = true</script>\n',
  'notes/alice/1-0.md': '---\ntitle: A note\n---\n\nA person looked at this cell.\n',
};

export interface Built {
  /** The finished site. */
  folder: string;
  base: string;
}

/**
 * The site of the synthetic gallery of twelve cells and some prose. Whoever asks first builds it; it stands until all tests
 * are over, so nobody may change it.
 */
export async function buildSite(base: string): Promise<Built> {
  const home = await onceInARun(`at-${base.replaceAll('/', '')}`, build(base));
  return { folder: join(home, 'dist'), base };
}

const build = (base: string) => async (home: string) => {
  const content = join(home, 'content');
  for (const [path, text] of Object.entries(PROSE)) {
    mkdirSync(join(content, path, '..'), { recursive: true });
    writeFileSync(join(content, path), text);
  }
  writeSyntheticGallery(join(home, 'data', 'alice'), { cells: 12, nasty: true });
  const environment = {
    CELLARIUM_DATA: join(home, 'data'),
    CELLARIUM_CONTENT: content,
    CELLARIUM_OUT: join(home, 'dist'),
    CELLARIUM_BASE: base,
    CELLARIUM_SITE: 'https://example.org',
    ASTRO_TELEMETRY_DISABLED: '1',
  };
  // Vitest tells its children that they are under test and served from the root; the build must not believe it.
  const told = ['NODE_ENV', 'VITEST', 'BASE_URL', 'MODE', 'DEV', 'PROD', 'SSR'];
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.includes(name)));
  await run(process.execPath, ['node_modules/astro/bin/astro.mjs', 'build'], {
    cwd: root,
    env: { ...inherited, ...environment },
  });
};

/** Paths of all files of a built site, from its root. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
