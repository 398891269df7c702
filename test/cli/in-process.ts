// The `cellarium` command inside the test's own process: far sooner than starting it, for one command at a time.
import { vi } from 'vitest';
import { explainFailure } from '../../pipeline/base/terminal.ts';
import { createProgram } from '../../pipeline/cli/program.ts';

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `npx cellarium` would. */
export async function run(...args: string[]): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      stdout += `${line}\n`;
    }),
    vi.spyOn(console, 'error').mockImplementation((line: string) => {
      stderr += `${line}\n`;
    }),
    vi.spyOn(console, 'warn').mockImplementation(() => {}),
    vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
      stdout += String(piece);
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
      stderr += String(piece);
      return true;
    }),
  ];
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return { status: 0, stdout, stderr };
  } catch (error) {
    const status = explainFailure(error);
    return { status, stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** What it prints when all goes well. */
export async function output(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(...args);
  if (status !== 0) throw new Error(`cellarium ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}
