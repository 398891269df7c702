// What the table of a cell's scores prints of each, a column at a time. The build writes the heads, the browser the rows.
import type { Score } from '../../pipeline/contract/index.ts';
import { orientedInterval, orientedValue } from '../../pipeline/statistics/strength.ts';
import { decimal, integer, percent, shiftProbability } from './format.ts';
import { type Windows, windowValue } from './window-value.ts';

/** What the scores of a gallery's cells stand beside. */
export interface ScoreContext {
  readonly memory: Windows | null;
  /** With how many exchanges of labels each was compared. */
  readonly shifts: number;
  readonly hasUntrained: boolean;
  /** What the baseline without memory goes by, a character or a row; and what a window holds, in the plural. */
  readonly present: string;
  readonly steps: string;
}

/** What a gallery's tables have in common, which a script fetches to draw them. */
export interface ScoreTables extends ScoreContext {
  /** All columns from the left; `description` where the head is a term that is explained on the spot. */
  readonly heads: readonly { readonly name: string; readonly href: string; readonly description?: string }[];
  /** By the id of the hypothesis. */
  readonly hypotheses: Readonly<Record<string, { readonly title: string; readonly href: string }>>;
}

export interface ScoreColumn {
  readonly name: string;
  /** Of its definition. */
  readonly id: string;
  value(score: Score): string;
}

/** In the direction that was chosen, so that a number reads here as it does everywhere else. */
const turned = ({ direction }: Score, value: number | null): string =>
  decimal(value === null ? null : direction * value, 3);

function intervalWords(score: Score): string {
  const ends = orientedInterval(score);
  return ends === null ? '–' : `${decimal(ends[0], 3)} to ${decimal(ends[1], 3)}`;
}

/** The columns after those that name the hypothesis, the signal and the alignment. */
export function scoreColumns({ memory, shifts, hasUntrained, present, steps }: ScoreContext): ScoreColumn[] {
  /** The windows that scores are printed beside, longer than what was just read. */
  const windows = memory === null ? [] : [3, memory.steps];
  return [
    { name: 'AUROC', id: 'auroc', value: (score) => decimal(score.auroc === null ? null : orientedValue(score), 3) },
    { name: 'ρ', id: 'spearman', value: (score) => turned(score, score.spearman) },
    { name: '95% interval', id: 'interval', value: intervalWords },
    { name: 'shift p', id: 'time-shift', value: ({ pShift }) => shiftProbability(pShift, shifts) },
    ...(hasUntrained
      ? [{ name: 'untrained', id: 'untrained-twin', value: ({ untrained }: Score) => decimal(untrained, 3) }]
      : []),
    { name: present, id: 'character-baseline', value: ({ characterBaseline }) => decimal(characterBaseline, 3) },
    ...windows.map((length) => ({
      name: `last ${length} ${steps}`,
      id: 'window-baseline',
      value: (score: Score) => decimal(windowValue(memory, score, length), 3),
    })),
    ...(memory === null ? [] : [{ name: 'adds', id: 'remembers', value: ({ adds }: Score) => percent(adds) }]),
    { name: 'precision', id: 'average-precision', value: ({ averagePrecision }) => decimal(averagePrecision, 3) },
    { name: 'base rate', id: 'base-rate', value: ({ baseRate }) => percent(baseRate) },
    { name: 'F1', id: 'f1', value: ({ f1 }) => decimal(f1, 3) },
    { name: 'MCC', id: 'mcc', value: ({ mcc }) => decimal(mcc, 3) },
    { name: 'threshold', id: 'threshold', value: ({ threshold }) => decimal(threshold, 3) },
    { name: 'd', id: 'cohens-d', value: (score) => turned(score, score.cohenD) },
    { name: 'point-biserial', id: 'point-biserial', value: (score) => turned(score, score.pointBiserial) },
    { name: 'r', id: 'pearson', value: (score) => turned(score, score.pearson) },
    { name: 'spans', id: 'spans', value: ({ spans }) => integer(spans) },
  ];
}
