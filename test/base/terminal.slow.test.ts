import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

const pipeline = new URL('../../pipeline/', import.meta.url).href;

/** A program that runs `body` as a command. */
function program(body: string): string[] {
  const script = `
    import { writeSync } from 'node:fs';
    import { InputError } from '${pipeline}base/errors.ts';
    import { beginFile } from '${pipeline}files/files.ts';
    import { runCommand } from '${pipeline}base/terminal.ts';
    await runCommand(async () => { ${body} });`;
  return ['--input-type=module', '-e', script];
}

function run(body: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, program(body), { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('runCommand', () => {
  it('ends with 0 when all went well', () => {
    expect(run('console.log("done");')).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
  });

  it("prints an input's error without its stack, and a defect with it", () => {
    expect(run('throw new InputError("It is broken.", { file: "a.md", line: 3 }, "Mend it.");')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: a.md:3: It is broken.\n  Mend it.\n',
    });
    const defect = run('throw new RangeError("7 is not in a list");');
    expect(defect.status).toBe(1);
    expect(defect.stderr).toMatch(/RangeError: 7 is not in a list\n\s+at /);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %i and leaves nothing half-written', async (signal, code) => {
    const folder = temporaryFolder();
    const body = `
      writeSync(beginFile('${folder}/x').descriptor, 'half');
      console.log('writing');
      await new Promise(() => setInterval(() => {}, 60_000));`;
    const child = spawn(process.execPath, program(body), { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(readdirSync(folder)).toHaveLength(1);
    child.kill(signal);
    expect((await once(child, 'exit'))[0]).toBe(code);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends quietly when whoever reads its output has enough', async () => {
    const body = 'for (;;) { console.log("line"); await new Promise(setImmediate); }';
    const child = spawn(process.execPath, program(body), { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (piece) => {
      complaint += piece;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(complaint).toBe('');
  });
});
