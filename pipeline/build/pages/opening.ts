// What a cell's page opens with: the signal that a person's note is about, else the one that its first hypothesis was scored on.

import { greatest } from 'd3-array';
import { ALIGNMENTS, type Alignment, type Signal } from '../../base/signals.ts';
import type { Cell } from '../../contract/index.ts';
import type { Score } from '../../scoring/rank.ts';

export interface Shown {
  readonly signal: Signal;
  readonly alignment: Alignment;
  /** 1 where the signal is higher on the label. */
  readonly direction: 1 | -1;
}

/**
 * @param best the cell's score on the hypothesis that heads it; undefined where nothing could be scored
 * @param noted the signal that the note names
 * @param associations how each signal goes with each hypothesis under either alignment
 * @param signals in the order of the associations' values
 */
export function opensWith(
  best: Score | undefined,
  noted: Signal | undefined,
  associations: Cell['associations'],
  signals: readonly Signal[],
): Shown {
  const scored: Shown = best ?? { signal: 'h', alignment: 'reading', direction: 1 };
  const { signal, alignment, direction } = scored;
  if (noted === undefined || noted === signal) return { signal, alignment, direction };
  const values = associations.find(({ hypothesis }) => hypothesis === best?.hypothesis)?.values ?? [];
  const first = ALIGNMENTS.length * signals.indexOf(noted);
  const ways = ALIGNMENTS.flatMap((way, k) => {
    const value = values[first + k];
    // An AUROC is half where there is nothing, a correlation zero.
    return value === undefined ? [] : [{ alignment: way, from: value - (best?.auroc === null ? 0 : 0.5) }];
  });
  const clearest = greatest(ways, ({ from }) => Math.abs(from));
  if (clearest === undefined) return { signal: noted, alignment: 'reading', direction: 1 };
  return { signal: noted, alignment: clearest.alignment, direction: clearest.from < 0 ? -1 : 1 };
}
