// One line on what a cell does: what it remembers; else the rule that was found automatically, where that explains more of it
// than any hypothesis does; else what it tracks. Beside it, the hypothesis that the line is about: whatever lists and pages say
// of the cell's score is said of that one.
import type { Cell } from '../../contract/index.ts';
import type { NamedHypothesis } from '../../datasets/dataset.ts';
import type { RuleDescription } from '../../evidence/description/schema.ts';
import type { Score } from '../../scoring/rank.ts';
import { passes, reachesBar, strength } from '../../statistics/strength.ts';

export interface Explanation {
  readonly words: string;
  readonly heading: Cell['heading'];
  /** Null where nothing could be scored. */
  readonly hypothesis: string | null;
}

/** Below this strength a hypothesis explains next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/** A rule that explains less of the held-out variance does not stand for the cell; nor does one that a hypothesis beats. */
const LEAST_EXPLAINED = 0.3;

/**
 * @param scores the cell's, that of its headline hypothesis first; none where nothing is scorable
 * @param written what a person wrote, which goes first
 * @param found the rule about what was read last, where it was looked for
 */
export function explain(
  scores: readonly Score[],
  hypotheses: ReadonlyMap<string, NamedHypothesis>,
  written: string | undefined,
  found: RuleDescription | undefined,
): Explanation {
  const [headline] = scores;
  const hypothesis = headline?.hypothesis ?? null;
  const phraseOf = ({ hypothesis: id, direction }: Score) =>
    lowered(hypotheses.get(id)?.phrases[direction === 1 ? 'on' : 'off'] ?? id);
  if (written !== undefined) return { words: written, heading: 'note', hypothesis };
  if (headline?.remembers) return { words: `Remembers: ${phraseOf(headline)}`, heading: 'remembers', hypothesis };
  const rule = found !== undefined && found.explained >= LEAST_EXPLAINED ? found.rule : null;
  /** The share of the variance of its signal that the hypothesis explains by itself. */
  const explained = (headline?.pointBiserial ?? headline?.pearson ?? 0) ** 2;
  if (rule !== null && found!.explained > explained) {
    return { words: `Found: ${lowered(rule.sentence)}`, heading: 'found', hypothesis };
  }
  if (headline !== undefined && reachesBar(headline)) {
    return { words: `Tracks: ${phraseOf(headline)}`, heading: 'tracks', hypothesis };
  }
  const isWorthSaying = (score: Score) => strength(score) >= WORTH_SAYING && (score.pShift === null || passes(score));
  const partly =
    headline !== undefined && isWorthSaying(headline) ? headline : scores.find((score) => reachesBar(score));
  if (partly === undefined) return { words: 'No hypothesis explains it', heading: 'nothing', hypothesis };
  return { words: `Tracks in part: ${phraseOf(partly)}`, heading: 'in part', hypothesis: partly.hypothesis };
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
