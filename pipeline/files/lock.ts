// A folder that one process at a time works in.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { InputError } from '../base/errors.ts';
import { explainingFailure } from './files.ts';
import { isRunning } from './unfinished.ts';

/**
 * Takes a lock: a file that says which process has it. The lock of a process that has ended is nobody's.
 * @param work what is done under it, for the message of whoever comes second: `trains this model`
 * @returns gives it back; so does the end of the process
 * @throws {InputError} another process has it, or it cannot be written
 */
export function takeLock(path: string, work: string): () => void {
  explainingFailure('write', path, () => mkdirSync(dirname(path), { recursive: true }));
  while (!create(path)) {
    const owner = ownerOf(path);
    if (owner !== undefined) {
      const who = owner.host === hostname() ? `process ${owner.pid}` : `process ${owner.pid} of ${owner.host}`;
      const fix = `Wait until it is done, or end it. If there is no such process, remove the file.`;
      throw new InputError(`Another process ${work}: ${who}.`, { file: path }, fix);
    }
    rmSync(path, { force: true });
  }
  const release = () => {
    process.off('exit', release);
    rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}

/** Whether it was not there, and now is. */
function create(path: string): boolean {
  return explainingFailure('write', path, () => {
    try {
      const descriptor = openSync(path, 'wx');
      writeSync(descriptor, `${process.pid} ${hostname()}\n`);
      closeSync(descriptor);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Undefined where it has ended. Of another host nobody here can tell. */
function ownerOf(path: string): { pid: number; host: string } | undefined {
  const [pid = '', host = ''] = read(path).trim().split(' ');
  const owner = { pid: Number(pid), host };
  if (!Number.isInteger(owner.pid) || owner.pid <= 0) return undefined;
  return host === hostname() && (owner.pid === process.pid || !isRunning(owner.pid)) ? undefined : owner;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
