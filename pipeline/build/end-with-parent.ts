// A process that another one started ends when that one does, however it ended.
import { Worker } from 'node:worker_threads';

const MILLISECONDS = 200;

/**
 * Ends this process when the one that started it has ended, even if it was killed outright, and even if this one is in the
 * middle of a computation and could hear of nothing: a thread of its own looks.
 */
export function endWithParent(): void {
  const watch = `
    const parent = ${process.ppid};
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), ${MILLISECONDS});`;
  new Worker(watch, { eval: true, execArgv: [], stdin: false }).unref();
}
