import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showEarly } from '../../pipeline/build/early.ts';
import { PART_NAMES } from '../../pipeline/evidence/parts.ts';
import { temporaryFolder } from '../temporary.ts';

const ID = 'alice';
/** What is still to come once a cell's rule is known. */
const LATER = PART_NAMES.filter((name) => name !== 'description');

let home: string;
let written: number;
let now: number;

/** As a build calls it before each part, with artifacts that take a second to write. */
function showing() {
  const build = { id: ID, content: '', engine: {} as never, folder: join(home, 'cache'), data: join(home, 'data') };
  return showEarly(build, async (_, pending) => ({
    name: 'artifacts',
    module: import.meta.url,
    inputs: {},
    folder: build.folder,
    run(output: string) {
      written += 1;
      now += 1_000;
      writeFileSync(join(output, 'gallery.json'), JSON.stringify({ written, pending }));
    },
  }));
}

const shown = () => JSON.parse(readFileSync(join(home, 'data', ID, 'gallery.json'), 'utf8')) as unknown;

beforeEach(() => {
  home = temporaryFolder();
  [written, now] = [0, 0];
  mkdirSync(join(home, 'cache'));
  mkdirSync(join(home, 'data'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

describe('a gallery whose evidence is being measured', () => {
  it('is shown once the rules are there that head its cells, and again at a tenth of the time', async () => {
    const show = showing();
    await show(new Map(), PART_NAMES);
    expect(readdirSync(join(home, 'data'))).toEqual([]);
    await show(new Map(), LATER);
    expect(shown()).toEqual({ written: 1, pending: LATER });
    now += 9_000;
    await show(new Map(), LATER.slice(1));
    expect(written).toBe(1);
    now += 1_000;
    await show(new Map(), LATER.slice(2));
    expect(shown()).toEqual({ written: 2, pending: LATER.slice(2) });
    expect(readdirSync(join(home, 'cache'))).toEqual([]);
    expect(readdirSync(join(home, 'data'))).toEqual([ID]);
  });

  it('is written once where two parts are begun at the same moment', async () => {
    const show = showing();
    await Promise.all([show(new Map(), LATER), show(new Map(), LATER)]);
    expect(shown()).toEqual({ written: 1, pending: LATER });
  });

  it('leaves one alone that is whole, and goes on with one that a build before did not come to the end of', async () => {
    const folder = join(home, 'data', ID);
    mkdirSync(folder);
    writeFileSync(join(folder, 'gallery.json'), '{"whole":true}');
    await showing()(new Map(), LATER);
    expect(shown()).toEqual({ whole: true });
    writeFileSync(join(folder, 'gallery.json'), '{"pending":["map"]}');
    await showing()(new Map(), LATER);
    expect(shown()).toEqual({ written: 1, pending: LATER });
  });
});
