import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { publishChanged } from '../../pipeline/files/publish.ts';
import { temporaryFolder } from '../temporary.ts';

/** A stage's output that is written anew, and published. */
function workplace() {
  const home = temporaryFolder();
  const from = join(home, 'cache', 'files');
  const records = join(home, 'cache', '.published');
  mkdirSync(from, { recursive: true });
  const make = (content: string) => writeFileSync(join(from, 'index.html'), content);
  /** The content stands for its hash. */
  const publish = (to: string, source = from) =>
    publishChanged(source, to, readFileSync(join(from, 'index.html'), 'utf8'), records);
  const shown = (to: string) => readFileSync(join(to, 'index.html'), 'utf8');
  return { home, records, make, publish, shown };
}

describe('publishChanged', () => {
  it('copies once, and again when there is something else or the folder is gone', () => {
    const { home, make, publish, shown } = workplace();
    const to = join(home, 'dist');
    make('one');
    expect([publish(to), publish(to), publish(relative(process.cwd(), to))]).toEqual([true, false, false]);
    make('two');
    expect([publish(to), publish(to)]).toEqual([true, false]);
    rmSync(to, { recursive: true });
    expect(publish(to)).toBe(true);
    expect(shown(to)).toBe('two');
  });

  it('makes up for what was made while another folder was published to', () => {
    const { home, make, publish, shown } = workplace();
    const [here, there] = [join(home, 'here'), join(home, 'there')];
    make('one');
    publish(here);
    make('two');
    publish(there);
    expect(shown(here)).toBe('one');
    expect(publish(here)).toBe(true);
    expect([shown(here), shown(there)]).toEqual(['two', 'two']);
  });

  it('makes up for a copy that was broken off, though what it replaces was whole', () => {
    const { home, records, make, publish, shown } = workplace();
    const to = join(home, 'dist');
    make('one');
    publish(to);
    make('two');
    expect(() => publish(to, join(home, 'absent'))).toThrow(InputError);
    expect(shown(to)).toBe('one');
    // Whatever stands there now, nobody vouches for it.
    expect(readdirSync(records)).toEqual([]);
    expect(publish(to)).toBe(true);
    expect(shown(to)).toBe('two');
  });

  it('publishes to a folder that holds what nobody wrote down, and leaves no file of its own in it', () => {
    const { home, make, publish, shown } = workplace();
    const to = join(home, 'dist');
    mkdirSync(to);
    writeFileSync(join(to, 'index.html'), 'by hand');
    make('one');
    expect(publish(to)).toBe(true);
    expect(shown(to)).toBe('one');
    expect(readdirSync(to)).toEqual(['index.html']);
    expect(existsSync(join(home, 'cache', 'files', 'index.html'))).toBe(true);
  });
});
