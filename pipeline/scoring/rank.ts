// The order of the scores, and how many good ones there would be without training.
import type { Alignment, Signal } from '../base/signals.ts';
import { isInterpretable, orientedValue, passes, type Rated, strength } from '../statistics/strength.ts';

/** One cell against one hypothesis: the choice that the training text made, tested on the judging text. */
export interface Score extends Rated {
  /** `<layer>-<unit>` */
  readonly cell: string;
  /** From 1. */
  readonly layer: number;
  readonly unit: number;
  /** What it is called, where it has a name of its own. */
  readonly name?: string | undefined;
  readonly hypothesis: string;
  readonly signal: Signal;
  readonly alignment: Alignment;
  /** 95%, of `auroc` or of `spearman`. */
  readonly interval: [number, number] | null;
  /** Null for a real label, as are the other statistics of binary labels. */
  readonly averagePrecision: number | null;
  readonly baseRate: number | null;
  readonly spans: number;
  readonly pointBiserial: number | null;
  readonly cohenD: number | null;
  readonly f1: number | null;
  readonly mcc: number | null;
  readonly threshold: number | null;
  readonly pearson: number | null;
  /** The false-discovery rate over all rows that stand out from their shifts as far as this one. */
  readonly qShift: number | null;
  /** The best value of any untrained cell for this hypothesis, as {@link UntrainedBest} has it; null until {@link compareWithTwin}. */
  readonly untrained: number | null;
  readonly characterBaseline: number | null;
  /**
   * The share of the held-out deviance that the last characters leave open and the signal takes away; below 0 where it
   * misleads. Null until it is measured, and of a label that those characters all but give away.
   */
  readonly adds: number | null;
  /** 95%, of `adds`. */
  readonly addsInterval: [number, number] | null;
  /** Familywise, of adding more than any cell of an untrained network adds to the same label. */
  readonly pAdds: number | null;
  /** Whether it adds enough, and more than chance and untrained networks do, to be called a memory. */
  readonly remembers: boolean;
}

/**
 * Best first: those that pass for more than chance before all others, each by strength, then by value, then by place, so that
 * the order never depends on chance.
 */
export function ranked(scores: readonly Score[]): Score[] {
  return scores
    .map((score) => ({ score, passes: Number(passes(score)), strength: strength(score), value: orientedValue(score) }))
    .sort(
      (a, b) =>
        b.passes - a.passes ||
        b.strength - a.strength ||
        b.value - a.value ||
        a.score.layer - b.score.layer ||
        a.score.unit - b.score.unit ||
        (a.score.hypothesis < b.score.hypothesis ? -1 : 1),
    )
    .map(({ score }) => score);
}

/** @param names of the units, in one layer; null where they have none */
export function withNames(scores: readonly Score[], names: readonly string[] | null): Score[] {
  return names === null ? [...scores] : scores.map((score) => ({ ...score, name: names[score.unit] }));
}

/** Scores of one model. */
export interface Scored {
  readonly evaluatedOn: 'held-out' | 'all';
  readonly scores: readonly Score[];
}

/** The best that any cell of the untrained networks reaches for a hypothesis. */
export interface UntrainedBest {
  readonly hypothesis: string;
  /** AUROC in the chosen direction, or |ρ|. */
  readonly value: number;
  /** See {@link strength}: at the lower end of an interval. */
  readonly strength: number;
}

/** @param better of two, for each hypothesis that either has */
export function untrainedBest(scores: readonly Score[], before: readonly UntrainedBest[] = []): UntrainedBest[] {
  const best = new Map(before.map((known) => [known.hypothesis, known]));
  for (const score of scores) {
    const { hypothesis } = score;
    const known = best.get(hypothesis);
    best.set(hypothesis, {
      hypothesis,
      value: Math.max(known?.value ?? 0, orientedValue(score)),
      strength: Math.max(known?.strength ?? 0, strength(score)),
    });
  }
  return [...best.values()];
}

export interface TwinComparison {
  /** The model's scores, `untrained` filled in where there is a twin. */
  readonly scores: Score[];
  /** Cells with an interpretable row, of the model and of the twin. */
  readonly count: number;
  readonly untrainedCount: number | null;
  /** Those of `count` that have an interpretable row whose value is above the untrained best for the same hypothesis. */
  readonly aboveUntrained: number | null;
}

/**
 * @param twin the same architecture with fresh weights, scored the same way; null where nobody has one
 * @param best of several such twins; the twin's own where left out
 */
export function compareWithTwin(
  model: Scored,
  twin: Scored | null,
  best: readonly UntrainedBest[] = untrainedBest(twin?.scores ?? []),
): TwinComparison {
  const values = new Map(best.map(({ hypothesis, value }) => [hypothesis, value]));
  const bestFor = ({ hypothesis }: Score) => values.get(hypothesis) ?? null;
  const interpretable = model.scores.filter((score) => isInterpretable(score, model.evaluatedOn));
  const untrained = twin?.scores.filter((score) => isInterpretable(score, twin.evaluatedOn));
  const above = interpretable.filter((score) => orientedValue(score) > (bestFor(score) ?? 0));
  const cells = (scores: readonly Score[]) => new Set(scores.map(({ cell }) => cell)).size;
  return {
    scores: model.scores.map((score) => ({ ...score, untrained: bestFor(score) })),
    count: cells(interpretable),
    untrainedCount: untrained === undefined ? null : cells(untrained),
    aboveUntrained: untrained === undefined ? null : cells(above),
  };
}
