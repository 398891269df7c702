// What the last steps say of a label, which the scores of cells stand beside.
import type { Gallery, Score } from '../../pipeline/contract/index.ts';

/** As much of it as is printed beside scores. */
export interface Windows {
  readonly steps: number;
  readonly hypotheses: readonly Pick<NonNullable<Gallery['memory']>['hypotheses'][number], 'hypothesis' | 'windows'>[];
}

/** What the last `memory.steps` steps say of a hypothesis, paired as the score is; null where nobody knows. */
export function windowValue(
  memory: Windows | null,
  { hypothesis, alignment }: Pick<Score, 'hypothesis' | 'alignment'>,
  steps = memory?.steps ?? 0,
): number | null {
  const known = memory?.hypotheses.find((candidate) => candidate.hypothesis === hypothesis);
  return known?.windows.find((window) => window.steps === steps)?.[alignment] ?? null;
}
