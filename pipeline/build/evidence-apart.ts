// Who measures the parts of a gallery's evidence: of a large one several processes side by side, for each part keeps one
// processor busy.
import { availableParallelism } from 'node:os';
import type { EvidenceContext } from '../evidence/context.ts';
import type { EvidenceTask } from './evidence-process.ts';
import { isWorthProcesses, startProcess, type WorkProcess } from './processes.ts';
import { type Measure, measurePart } from './stages/evidence.ts';

/** Each holds the scores and what it reads again. */
const MOST_PROCESSES = 4;

type Task = Omit<EvidenceTask, 'part' | 'to'>;

/** @param use is handed those that measure; when it is done, their processes end */
export async function withMeasures<Result>(
  context: EvidenceContext,
  task: Task,
  use: (measures: readonly Measure[]) => Promise<Result>,
): Promise<Result> {
  const threads = task.threads ?? availableParallelism();
  const { cells, scores, engine } = context;
  const apart = isWorthProcesses(cells.length, scores.positions.length, engine);
  const count = apart ? Math.min(MOST_PROCESSES, threads) : 1;
  if (count === 1) return use([(part, to) => measurePart(part, context, to)]);
  const each = { ...task, threads: Math.floor(threads / count) };
  const processes: WorkProcess<EvidenceTask, unknown>[] = [];
  // A process starts with its first part, so that where all are reused none does.
  const measures = Array.from({ length: count }, (): Measure => {
    let started: WorkProcess<EvidenceTask, unknown> | undefined;
    return async (part, to) => {
      if (started === undefined) {
        started = startProcess('evidence-process', `build of ${task.id}`, task.scores);
        processes.push(started);
      }
      await started.ask({ ...each, part, to });
    };
  });
  try {
    return await use(measures);
  } finally {
    for (const running of processes) running.end();
  }
}
