// How many cells of a gallery are good for anything, and how many there would be without training.

import { group } from 'd3-array';
import type { Gallery } from '../../contract/index.ts';
import type { StoredScores } from '../../gallery/measured.ts';
import { compareWithTwin, type Scored } from '../../scoring/rank.ts';
import { FOUND_AT, isFound } from '../../statistics/strength.ts';
import { spreadOf } from './hypothesis.ts';

/** The hypotheses that need memory, and the scores on them alone. */
function byMemory({ hypotheses }: StoredScores): (scored: StoredScores) => Scored {
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

/** Cells that go along with anything at all by more than chance, at a false-discovery rate of {@link FOUND_AT}. */
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
  const spread = (scored: StoredScores) =>
    spreadOf([...group(only(scored).scores, ({ cell }) => cell).values()].map(([best]) => best!));
  return { model: spread(model), untrained: twin === null ? [] : spread(twin) };
}
