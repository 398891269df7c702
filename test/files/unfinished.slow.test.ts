import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

const pipeline = new URL('../../pipeline/', import.meta.url).href;

/** A program that is run in `folder`, with what reserves and publishes at hand. */
function program(body: string): string[] {
  const script = `
    import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
    import { reservePath, settle, discard, replaceFolder } from '${pipeline}files/unfinished.ts';
    import { runCommand } from '${pipeline}base/terminal.ts';
    await runCommand(async () => { ${body} });`;
  return ['--input-type=module', '-e', script];
}

function run(folder: string, body: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, program(body), {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return stdout + stderr;
}

/** Starts a program and waits for its first words. */
async function start(folder: string, body: string) {
  const child = spawn(process.execPath, program(body), { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const IDLE = 'await new Promise(() => setInterval(() => {}, 60_000));';
const UNFINISHED = join('.cellarium', 'unfinished');

describe('what is unfinished', () => {
  it('lies in one place, outside every folder that is listed', () => {
    const folder = temporaryFolder();
    const body = `
      for (const path of ['public/data/alice', 'content/models/alice/card.md', 'dist', 'out.csv']) {
        mkdirSync(reservePath(path));
      }
      console.log(readdirSync('.').join(), readdirSync('.cellarium/unfinished').length);`;
    expect(run(folder, body)).toBe('.cellarium 4\n');
    // They are removed when the process ends.
    expect(readdirSync(join(folder, UNFINISHED))).toEqual([]);
  });

  it('lies beside what is written out of the folder, under a name that begins with a dot', () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const body = `writeFileSync(reservePath('${elsewhere}/a.csv'), ''); console.log(readdirSync('${elsewhere}').join());`;
    expect(run(folder, body)).toMatch(/^\.cellarium-[\w-]+\.\d+\.0-1\.partial\n$/);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('is removed by the next process when its own was killed, and left where that still runs', async () => {
    const folder = temporaryFolder();
    const reserving = `mkdirSync(reservePath('dist')); console.log('reserved'); ${IDLE}`;
    const [killed, living] = [await start(folder, reserving), await start(folder, reserving)];
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    run(folder, `reservePath('dist');`);
    expect(readdirSync(join(folder, UNFINISHED))).toEqual([expect.stringContaining(`.${living.pid}.`)]);
    living.kill('SIGKILL');
    await once(living, 'exit');
    run(folder, `reservePath('dist');`);
    expect(readdirSync(join(folder, UNFINISHED))).toEqual([]);
  });

  it('is removed where former versions left it, beside its target', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data'));
    // No process has this number: Linux gives out at most 2^22.
    mkdirSync(join(folder, 'data', '.alice.99999999-1.partial'));
    mkdirSync(join(folder, 'data', '.notes'));
    run(folder, `reservePath('data/alice');`);
    expect(readdirSync(join(folder, 'data'))).toEqual(['.notes']);
  });

  it('does not hide the error that led to its removal', () => {
    const folder = temporaryFolder();
    const body = `
      const reserved = reservePath('x');
      try { throw new Error('the first'); } finally { discard(reserved + '/' + 'a'.repeat(300)); }`;
    expect(run(folder, body)).toContain('the first');
  });
});

describe('a folder that is replaced', () => {
  it('is put back where the process was killed before the new one came', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'index.html'), 'old');
    // The second rename is the one that would bring the new folder.
    const body = `
      const { default: fs } = await import('node:fs');
      const { syncBuiltinESMExports } = await import('node:module');
      const { renameSync } = fs;
      let renames = 0;
      fs.renameSync = (...paths) => {
        renames += 1;
        if (renames === 2) process.kill(process.pid, 'SIGKILL');
        renameSync(...paths);
      };
      syncBuiltinESMExports();
      mkdirSync('new');
      replaceFolder('new', 'dist');`;
    run(folder, body);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
    run(folder, `reservePath('dist');`);
    expect(readFileSync(join(folder, 'dist', 'index.html'), 'utf8')).toBe('old');
    expect(readdirSync(join(folder, UNFINISHED))).toEqual([]);
  });
});

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends a command by %s though it computes and listens to nothing',
    async (signal) => {
      const child = await start(
        temporaryFolder(),
        `mkdirSync(reservePath('dist')); console.log('computing'); for (;;);`,
      );
      const sent = performance.now();
      child.kill(signal);
      expect((await once(child, 'exit'))[1]).toBe(signal);
      expect(performance.now() - sent).toBeLessThan(1000);
    },
  );

  it('that kills a process ends those that it had started, though they are still being loaded', async () => {
    const folder = temporaryFolder();
    const body = `
      const { endingWithThis } = await import('${pipeline}base/ending-with-this.ts');
      const { spawn } = await import('node:child_process');
      const child = spawn(process.execPath, [...endingWithThis(), '-e', 'for (;;);'], { stdio: 'ignore' });
      await new Promise((started) => setTimeout(started, 1000));
      console.log(child.pid);
      ${IDLE}`;
    const child = spawn(process.execPath, program(body), { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = await once(child.stdout, 'data');
    const started = Number(String(printed));
    const isRunning = () =>
      existsSync(`/proc/${started}/fd`) && !readFileSync(`/proc/${started}/stat`, 'utf8').includes(') Z');
    expect(isRunning()).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(isRunning, { timeout: 5000 }).toBe(false);
  });
});
