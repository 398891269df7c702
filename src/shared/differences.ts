// Where two continuations of one text differ. The same seed gives both the same draw at the same place, so that they are
// compared place by place.

export interface Differences {
  /** First place at which they differ; null where they do not, as far as both go. */
  readonly partsAt: number | null;
  /** How many places differ, and how many were compared. */
  readonly differing: number;
  readonly compared: number;
}

/** @param free and @param held characters of each; compared as far as both go */
export function differences(free: readonly unknown[], held: readonly unknown[]): Differences {
  const compared = Math.min(free.length, held.length);
  let partsAt: number | null = null;
  let differing = 0;
  for (let place = 0; place < compared; place++) {
    if (free[place] === held[place]) continue;
    partsAt ??= place;
    differing++;
  }
  return { partsAt, differing, compared };
}

/** What came of holding, in a sentence; empty before anything was compared. */
export function differenceWords({ partsAt, differing, compared }: Differences): string {
  if (compared === 0) return '';
  if (partsAt === null) return `The same so far: all ${compared} characters.`;
  const parting = partsAt === 0 ? 'They part at the first character' : `They part after ${partsAt} characters`;
  return `${parting}; ${differing} of ${compared} are different.`;
}
