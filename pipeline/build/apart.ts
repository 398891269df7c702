// Several galleries are built by a process each, one after the other: what one held in memory is given back before the next.
import { fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ExplainedFailure, InputError } from '../base/errors.ts';
import { besideModule } from '../base/module-address.ts';
import type { GalleryTask } from './gallery-process.ts';
import type { StageResult } from './stage.ts';

/** What says that a process is to end, and comes from outside. */
const ASKED_TO_END: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Builds one gallery in a process that prints where this one does, and ends when this one does.
 * @throws {ExplainedFailure} it failed, and has said why
 * @throws {InputError} it was killed, for lack of memory as a rule
 */
export async function buildApart(task: GalleryTask): Promise<StageResult> {
  const child = fork(fileURLToPath(besideModule(import.meta.url, 'gallery-process')), [JSON.stringify(task)]);
  const end = () => void child.kill('SIGTERM');
  process.on('exit', end);
  try {
    const [result, code, signal] = await endOf(child);
    if (result !== null && code === 0) return result;
    if (signal === null) throw new ExplainedFailure(`The gallery ${task.id} was not built.`, code ?? 1);
    if (ASKED_TO_END.includes(signal)) {
      throw new ExplainedFailure(`The build of ${task.id} was stopped.`, 128 + constants.signals[signal]);
    }
    const fix = 'Most often memory has run out: end other programs, and build again; what is done stays done.';
    throw new InputError(`The process that built the gallery "${task.id}" was killed by ${signal}.`, {}, fix);
  } finally {
    process.off('exit', end);
  }
}

type Ended = readonly [result: StageResult | null, code: number | null, signal: NodeJS.Signals | null];

function endOf(child: ReturnType<typeof fork>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let result: StageResult | null = null;
    child.on('message', (message) => {
      result = message as StageResult;
    });
    child.on('error', reject);
    // Its last words may arrive after its end, but before its line is closed.
    const closed = new Promise((done) => child.on('disconnect', done));
    child.on('exit', (code, signal) => closed.then(() => resolve([result, code, signal])));
  });
}
