// Scores as they are printed: JSON, or a table of the best.
import { group } from 'd3-array';
import { formatTable } from '../../base/table.ts';
import { SCORES_FORMAT, type Score, scoresSchema } from '../../contract/index.ts';
import type { LabelledDataset, LeftOut } from '../../datasets/dataset.ts';
import type { Scored } from '../../scoring/rank.ts';
import { orientedInterval, orientedValue } from '../../statistics/strength.ts';

/** Rows of the table. */
const SHOWN = 40;

/** How it was decided what is scored. */
export type Decided = Pick<LabelledDataset, 'leftOut' | 'remarks'>;

/** @param json JSON instead of a table of the best */
export function reportScores({ evaluatedOn, scores }: Scored, { leftOut, remarks }: Decided, json: boolean): string {
  if (json) {
    const decided = { ...(leftOut === undefined ? {} : { leftOut }), ...(remarks === undefined ? {} : { remarks }) };
    return JSON.stringify(scoresSchema.parse({ format: SCORES_FORMAT, evaluatedOn, ...decided, scores }));
  }
  const notes = [...(remarks ?? []), ...leftOutLines(leftOut ?? [])];
  return [tableOf(scores.slice(0, SHOWN), evaluatedOn), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

/** Hypotheses that were left out, a line for each reason. */
function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return [...group(leftOut, ({ reason }) => reason)].map(
    ([reason, those]) => `Left out: ${those.map(({ id }) => id).join(', ')}, because ${reason}.`,
  );
}

/** The scores as lines for a terminal, under a header. */
export function tableOf(scores: readonly Score[], evaluatedOn: Scored['evaluatedOn']): string {
  if (scores.length === 0) return 'No hypothesis occurs often enough in this text to be scored.';
  const rows = scores.map((score) => [
    score.name ?? score.cell,
    score.hypothesis,
    score.signal,
    score.alignment,
    score.direction === 1 ? 'on' : 'off',
    `${score.auroc === null ? '|ρ|' : 'AUROC'} ${orientedValue(score).toFixed(3)}`,
    orientedInterval(score)
      ?.map((end) => end.toFixed(3))
      .join(' to ') ?? '',
    `p ${score.pShift?.toFixed(3) ?? ''}`,
  ]);
  const header = [
    'cell',
    'hypothesis',
    'signal',
    'alignment',
    '',
    evaluatedOn === 'all' ? 'on all text' : 'held out',
    '95%',
    'shift',
  ];
  return formatTable(header, rows).join('\n');
}
