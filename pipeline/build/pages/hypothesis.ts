// What a hypothesis's page needs, the rows of the ranking, and the gallery's totals over all hypotheses.

import { group } from 'd3-array';
import type { CellSummary, Gallery, Hypothesis as HypothesisArtifact } from '../../contract/index.ts';
import type { NamedHypothesis } from '../../datasets/dataset.ts';
import type { StoredScores } from '../../gallery/measured.ts';
import type { Label } from '../../scoring/plan/labels.ts';
import { compareWithTwin, type Score, type Scored, type UntrainedBest } from '../../scoring/rank.ts';
import type { HypothesisResult } from '../../scoring/results.ts';
import { FOUND_AT, isFound, orientedValue, passes, strength } from '../../statistics/strength.ts';
import type { HeldOutSample } from './cell.ts';
import { windowsOf } from './excerpts.ts';

const SPREAD_BINS = 25;
/** Cells that a hypothesis's page can list. */
const BEST = 100;

/** Cells by the strength of their score, in equal bins over [0, 1]. */
export function spreadOf(scores: readonly Score[]): number[] {
  const counts = new Array<number>(SPREAD_BINS).fill(0);
  for (const score of scores) counts[Math.min(SPREAD_BINS - 1, Math.floor(strength(score) * SPREAD_BINS))]! += 1;
  return counts;
}

/** The same of each cell's best score alone. @param scores best first */
export function spreadOfBest(scores: readonly Score[]): number[] {
  return spreadOf([...group(scores, ({ cell }) => cell).values()].map(([best]) => best!));
}

/** The passage in which the label is most often both on and off; the first one where the label is real-valued. */
function samplePassage(label: Label, sample: HeldOutSample): HypothesisArtifact['sample'] {
  const windows = windowsOf(sample, sample.lengths.labelled);
  const valueAt = (t: number) => label.values[sample.positions[t]!]!;
  let best = windows[0] ?? { start: 0, end: sample.characters.length };
  let most = -1;
  for (const window of label.kind === 'binary' ? windows : []) {
    let on = 0;
    for (let t = window.start; t < window.end; t++) on += valueAt(t);
    const least = Math.min(on, window.end - window.start - on);
    if (least > most) {
      best = window;
      most = least;
    }
  }
  const values = Array.from({ length: best.end - best.start }, (_, k) => valueAt(best.start + k));
  const text = sample.characters.slice(best.start, best.end).join('');
  const { drawn } = sample;
  if (drawn === null) return { start: sample.positions[best.start]!, text, values };
  const widths = drawn.widths.slice(best.start, best.end);
  const ofCharacters = widths.flatMap((width, k) => new Array<number>(width).fill(values[k]!));
  return { start: drawn.places[best.start]!, text, values: ofCharacters };
}

export function hypothesisArtifact(
  hypothesis: NamedHypothesis,
  result: HypothesisResult,
  label: Label,
  sample: HeldOutSample,
  /** Of this hypothesis alone, best first; null where there is no twin. Of a twin on shuffled text, only how it spreads. */
  scores: {
    readonly model: readonly Score[];
    readonly untrained: readonly Score[] | null;
    readonly shuffled: readonly number[] | null;
    readonly untrainedBest: UntrainedBest | null;
  },
): HypothesisArtifact {
  const { id, title, kind, phrases } = hypothesis;
  return {
    ...{ ...result, id, title, kind, phrases: { ...phrases } },
    looksAhead: hypothesis.looksAhead ?? false,
    best: scores.model.slice(0, BEST).map(({ cell }) => cell),
    spread: {
      model: spreadOf(scores.model),
      untrained: scores.untrained === null ? [] : spreadOf(scores.untrained),
      shuffled: scores.shuffled === null ? null : [...scores.shuffled],
    },
    untrainedBest: scores.untrainedBest?.strength ?? null,
    untrainedValue: scores.untrainedBest?.value ?? null,
    sample: samplePassage(label, sample),
  };
}

/** Above this a score is reported in thousandths, and below to hundredths. */
const FINE = 0.995;
/** What binary fractions lack of a decimal one. */
const ROUNDING = 1e-9;

/**
 * A score in whole thousandths which, rounded once more, reads as the score itself does: cut off where hundredths will be
 * reported, and never 1 where the score is less.
 */
export function thousandths(score: number): number {
  if (score >= FINE && score < 1) return Math.min(999, Math.round(1000 * score));
  return Math.trunc(1000 * score + Math.sign(score) * ROUNDING);
}

/** A cell's scores in the order of the hypotheses, as the ranking's columns. */
export function summaryColumns(
  hypotheses: readonly string[],
  scores: readonly Score[],
): Pick<CellSummary, 'best' | 'strength' | 'passes' | 'remembers' | 'beyond' | 'value' | 'choice'> {
  const own = new Map(scores.map((score) => [score.hypothesis, score]));
  const columns = hypotheses.map((id) => own.get(id));
  const best = scores[0] === undefined ? null : hypotheses.indexOf(scores[0].hypothesis);
  return {
    best,
    strength: columns.map((score) => (score === undefined ? null : thousandths(strength(score)))),
    passes: columns.flatMap((score, index) => (score !== undefined && passes(score) ? [index] : [])),
    remembers: columns.flatMap((score, hypothesis) =>
      score?.remembers ? [{ hypothesis, adds: Math.round(1000 * score.adds!) }] : [],
    ),
    beyond: columns.flatMap((score, index) => (score !== undefined && isBeyondUntrained(score) ? [index] : [])),
    value: columns.map((score) => (score === undefined ? null : thousandths(orientedValue(score)))),
    choice: columns.map((score) =>
      score === undefined ? null : `${score.signal}${score.alignment.charAt(0)}${score.direction === 1 ? '+' : '-'}`,
    ),
  };
}

/** Whether no untrained cell reaches a score; there may be none. */
function isBeyondUntrained(score: Score): boolean {
  return score.untrained === null || score.untrained < orientedValue(score);
}

// How many cells of a gallery are good for anything, and how many there would be without training.

/** The hypotheses that need memory, and the scores on them alone. */
export function byMemory({ hypotheses }: Pick<StoredScores, 'hypotheses'>): (scored: Scored) => Scored {
  const needed = new Set(hypotheses.filter(({ needsMemory }) => needsMemory).map(({ id }) => id));
  return ({ evaluatedOn, scores }) => ({
    evaluatedOn,
    scores: scores.filter(({ hypothesis }) => needed.has(hypothesis)),
  });
}

/** Interpretable cells of the model and its twin, the hypotheses that need no memory left out. */
export function countByMemory(
  model: StoredScores,
  twin: StoredScores | null,
): Omit<Gallery['interpretable']['byMemory'], 'spread'> {
  const only = byMemory(model);
  const { count, untrainedCount } = compareWithTwin(only(model), twin === null ? null : only(twin));
  return { count, untrainedCount };
}

/** Cells that track anything at all by more than chance, at a false-discovery rate of {@link FOUND_AT}. */
export function countFound(model: StoredScores, twin: StoredScores | null): Gallery['null']['found'] {
  const only = byMemory(model);
  const found = ({ evaluatedOn, scores }: Scored) => scores.filter((score) => isFound(score, evaluatedOn));
  const cells = (scored: Scored) => new Set(found(scored).map(({ cell }) => cell)).size;
  return {
    rate: FOUND_AT,
    tests: model.scores.length,
    discoveries: found(model).length,
    cells: cells(model),
    untrainedCells: twin === null ? null : cells(twin),
    byMemory: { cells: cells(only(model)), untrainedCells: twin === null ? null : cells(only(twin)) },
  };
}

/** Cells by the strength of their best hypothesis of those that need memory, in equal bins over [0, 1]. */
export function bestStrengths(
  model: StoredScores,
  twin: StoredScores | null,
): Omit<Gallery['interpretable']['byMemory']['spread'], 'shuffled'> {
  const only = byMemory(model);
  const spread = (scored: StoredScores) => spreadOfBest(only(scored).scores);
  return { model: spread(model), untrained: twin === null ? [] : spread(twin) };
}
