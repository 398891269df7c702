import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStage } from '../../pipeline/build/stage.ts';
import { temporaryFolder } from '../temporary.ts';

/** A cache with one stage that writes its text into two files, and the lines that it prints. */
function cache() {
  const folder = temporaryFolder();
  const lines: string[] = [];
  const run = (inputs: Record<string, string>, text = 'made') =>
    runStage(
      {
        name: 'scores',
        module: import.meta.url,
        inputs,
        folder,
        run: (output) => {
          writeFileSync(join(output, 'a.json'), text);
          mkdirSync(join(output, 'cells'));
          writeFileSync(join(output, 'cells', 'b.bin'), text);
        },
      },
      (line) => lines.push(line),
    );
  const home = join(folder, 'scores');
  return { folder, home, lines, run, made: join(home, 'files', 'a.json') };
}

describe('runStage', () => {
  it('runs once, and is reused while its inputs stand', async () => {
    const { run, lines, made } = cache();
    const first = await run({ text: '1', code: '2' }, 'one');
    const second = await run({ code: '2', text: '1' }, 'two');
    expect(lines).toEqual(['scores       run     first run', 'scores       reused']);
    expect(second).toEqual({ ...first, ran: false });
    expect(readFileSync(made, 'utf8')).toBe('one');
  });

  it('runs again when an input changes, comes or goes, and says which', async () => {
    const { run, lines, made } = cache();
    await run({ text: '1', hypotheses: '2' });
    await run({ text: '1', hypotheses: '3' }, 'again');
    await run({ text: '1', hypotheses: '3', weights: '4' });
    await run({ weights: '5' });
    expect(lines.slice(1)).toEqual([
      'scores       run     hypotheses changed',
      'scores       run     weights changed',
      'scores       run     weights, text, hypotheses changed',
    ]);
    expect(readFileSync(made, 'utf8')).toBe('made');
  });

  it('gives the same hash for the same files, and another for others', async () => {
    const { run } = cache();
    const [one, same, other] = [await run({ a: '1' }), await run({ a: '2' }), await run({ a: '3' }, 'else')];
    expect([one, same, other].map(({ ran }) => ran)).toEqual([true, true, true]);
    expect(same.hash).toBe(one.hash);
    expect(other.hash).not.toBe(one.hash);
  });

  it('runs again when a file is missing or cut off, or the manifest is damaged', async () => {
    const { run, lines, made, home } = cache();
    const inputs = { a: '1' };
    const manifest = join(home, 'manifest.json');
    await run(inputs);
    rmSync(made);
    await run(inputs);
    truncateSync(join(home, 'files', 'cells', 'b.bin'), 2);
    await run(inputs);
    truncateSync(manifest, 10);
    await run(inputs);
    rmSync(manifest);
    await run(inputs);
    await run(inputs);
    expect(lines.slice(1)).toEqual([
      'scores       run     a.json is missing',
      'scores       run     cells/b.bin is damaged',
      'scores       run     its manifest is damaged',
      'scores       run     its manifest is damaged',
      'scores       reused',
    ]);
  });

  it('keeps what was there when a stage fails, and leaves nothing half-made', async () => {
    const { run, folder, made } = cache();
    await run({ a: '1' }, 'good');
    const fail = (output: string) => {
      writeFileSync(join(output, 'a.json'), 'half');
      throw new Error('cut');
    };
    const failing = runStage(
      { name: 'scores', module: import.meta.url, inputs: { a: '2' }, folder, run: fail },
      () => {},
    );
    await expect(failing).rejects.toThrow('cut');
    expect(readFileSync(made, 'utf8')).toBe('good');
    expect(readdirSync(folder)).toEqual(['scores']);
    expect((await run({ a: '1' })).ran).toBe(false);
  });

  it('clears away what a killed process left, and takes none of it', async () => {
    const { run, folder } = cache();
    // No process has this number: Linux gives out at most 2^22.
    const left = join(folder, '.scores.99999999-1.partial');
    mkdirSync(left);
    expect((await run({ a: '1' })).ran).toBe(true);
    expect(existsSync(left)).toBe(false);
  });
});
