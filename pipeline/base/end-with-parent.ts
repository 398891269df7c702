// A process that another one started ends when that one does, however it ended. Loaded before a program, with the parent's
// number in its address, this does it by itself; see ending-with-this.ts.
import { isMainThread, Worker } from 'node:worker_threads';

const MILLISECONDS = 200;

/**
 * Ends this process when the one that started it has ended, even if it was killed outright, and even if this one is in the
 * middle of a computation and could hear of nothing: a thread of its own looks.
 * @param parent whose number the system gives as the parent's for as long as it lives
 */
export function endWithParent(parent: number = process.ppid): void {
  const watch = `
    setInterval(() => process.ppid === ${parent} || process.kill(process.pid, 'SIGKILL'), ${MILLISECONDS});`;
  new Worker(watch, { eval: true, execArgv: [], stdin: false }).unref();
}

const told = new URL(import.meta.url).searchParams.get('parent');
// The threads of a program are given what was loaded before it, too.
if (told !== null && isMainThread) endWithParent(Number(told));
