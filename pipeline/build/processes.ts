// Work that is done by processes of its own: what one held in memory is given back when it ends, and several use several
// processors. A process answers one request after another, prints where this one does, and ends when this one does.
import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { endingWithThis } from '../base/ending-with-this.ts';
import { ExplainedFailure, InputError } from '../base/errors.ts';
import { besideModule } from '../base/module-address.ts';
import { EXIT, explainFailure } from '../base/terminal.ts';
import type { Engine } from '../engines/engine.ts';

/** What says that a process is to end, and comes from outside. */
const ASKED_TO_END: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Below so many cells times judging steps the work takes less time than a process needs to start. */
const WORTH_IT = 2e6;

/** Whether processes pay; what uses another device than the processor stays in one. */
export const isWorthProcesses = (cells: number, steps: number, { device }: Pick<Engine, 'device'>): boolean =>
  cells * steps >= WORTH_IT && device === 'cpu';

export interface WorkProcess<Request, Result> {
  /**
   * One request at a time.
   * @throws {ExplainedFailure} it failed, and has said why
   * @throws {InputError} it was killed, for lack of memory as a rule
   */
  ask(request: Request): Promise<Result>;
  end(): void;
}

/**
 * @param module name of a module beside this one that calls {@link answerRequests}
 * @param work what it does, for messages: `build of alice`
 * @param folder what it works on, for whoever lists the processes
 */
export function startProcess<Request extends object, Result>(
  module: string,
  work: string,
  folder: string,
): WorkProcess<Request, Result> {
  const child = fork(fileURLToPath(besideModule(import.meta.url, module)), [folder], { execArgv: endingWithThis() });
  const end = () => void child.kill('SIGTERM');
  process.on('exit', end);
  const ended = endOf(child);
  return {
    async ask(request) {
      const answered = new Promise<{ result: Result }>((resolve) =>
        child.once('message', (result) => resolve({ result: result as Result })),
      );
      child.send(request);
      const answer = await Promise.race([answered, ended]);
      if ('result' in answer) return answer.result;
      const { code, signal } = answer;
      if (signal === null) throw new ExplainedFailure(`The ${work} has failed.`, code ?? EXIT.failed);
      if (ASKED_TO_END.includes(signal)) {
        throw new ExplainedFailure(`The ${work} was stopped.`, 128 + constants.signals[signal]);
      }
      const fix = 'Most often memory has run out: end other programs, and build again; what is done stays done.';
      throw new InputError(`The process of the ${work} was killed by ${signal}.`, {}, fix);
    },
    end() {
      process.off('exit', end);
      end();
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Its last words may arrive after its end, but before its line is closed.
    const closed = new Promise((done) => child.on('disconnect', done));
    child.on('exit', (code, signal) => closed.then(() => resolve({ code, signal })));
  });
}

/** The whole of a module that {@link startProcess} starts: what it answers to each request. */
export function answerRequests<Request, Result>(answer: (request: Request) => Promise<Result>): void {
  process.on('disconnect', () => process.exit(EXIT.failed));
  process.on('message', (request: Request) => {
    answer(request).then(
      (result) => process.send?.(result ?? {}),
      (error) => process.exit(explainFailure(error)),
    );
  });
}
