// How strong a score is, and the bars that it may reach.

/** What a score's strength follows from. */
export interface Rated {
  /** 1 where the signal is higher on the label, -1 where it is lower. */
  readonly direction: 1 | -1;
  /** Unoriented; null for a real label. */
  readonly auroc: number | null;
  /** Null for a binary label. */
  readonly spearman: number | null;
  /** 95%, of `auroc` or of `spearman`. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Familywise, of the time shift; null where nothing is tested. */
  readonly pShift: number | null;
}

/** What makes a cell interpretable. */
export const INTERPRETABLE = { auroc: 0.9, spearman: 0.8, p: 0.05 } as const;

/** The least |2·AUROC − 1| or |ρ| of an interpretable row. */
export const INTERPRETABLE_STRENGTH = /* @__PURE__ */ Math.min(2 * INTERPRETABLE.auroc - 1, INTERPRETABLE.spearman);

/** The false-discovery rate at which a row counts as found at all, however weak. */
export const FOUND_AT = 0.05;

/** How far from chance an AUROC is, in [0, 1]: |2·AUROC − 1|, which is Somers' D without its sign. */
export function strengthOfAuroc(area: number): number {
  return Math.abs(2 * area - 1);
}

/** How many strengths reach that of an interpretable row. */
export function countStrong(strengths: ArrayLike<number>): number {
  let count = 0;
  for (let index = 0; index < strengths.length; index++) {
    if (Math.abs(strengths[index]!) >= INTERPRETABLE_STRENGTH) count += 1;
  }
  return count;
}

/** 2·AUROC − 1 or ρ, in the direction that was chosen: negative where the judging text contradicts the choice. */
function oriented({ direction, auroc }: Rated, value: number): number {
  return direction * (auroc === null ? value : 2 * value - 1);
}

/** |2·AUROC − 1| or |ρ| at the lower end of its interval, in [0, 1]; 0 where the interval reaches chance. */
export function strength(score: Rated): number {
  if (score.interval === null) return 0;
  return Math.max(0, Math.min(oriented(score, score.interval[0]), oriented(score, score.interval[1])));
}

/** AUROC in the chosen direction, or ρ in it; 0 where it is not defined. */
export function orientedValue({ auroc, spearman, direction }: Pick<Rated, 'auroc' | 'spearman' | 'direction'>): number {
  if (auroc !== null) return direction === 1 ? auroc : 1 - auroc;
  return direction * (spearman ?? 0);
}

/** The interval of {@link orientedValue}. */
export function orientedInterval({ auroc, direction, interval }: Rated): readonly [low: number, high: number] | null {
  if (interval === null) return null;
  const ends = interval.map((end) => orientedValue({ auroc: auroc === null ? null : end, spearman: end, direction }));
  return [Math.min(...ends), Math.max(...ends)];
}

/** Whether a score is more than chance would give the best of all scores. A ranking puts those that are before all others. */
export function passes({ pShift }: Pick<Rated, 'pShift'>): boolean {
  return pShift !== null && pShift <= INTERPRETABLE.p;
}

/** Whether a score is as good as an interpretable one, whatever it was judged on; where nothing is tested, by its value. */
export function reachesBar(
  score: Rated,
  bar: Readonly<Record<'auroc' | 'spearman' | 'p', number>> = INTERPRETABLE,
): boolean {
  if (score.pShift !== null && score.pShift > bar.p) return false;
  return orientedValue(score) >= (score.auroc === null ? bar.spearman : bar.auroc);
}

/** Whether a score, judged and tested on text that was held out, is good enough to say that the cell stands for the hypothesis. */
export function isInterpretable(score: Rated, evaluatedOn: 'held-out' | 'all'): boolean {
  return evaluatedOn === 'held-out' && score.pShift !== null && reachesBar(score);
}

/** Whether a score, judged on text that was held out, shows more than chance would, however weak it is. */
export function isFound({ qShift }: { readonly qShift: number | null }, evaluatedOn: 'held-out' | 'all'): boolean {
  return evaluatedOn === 'held-out' && qShift !== null && qShift <= FOUND_AT;
}
