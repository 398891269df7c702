// One line on what a cell does: from its best hypothesis, or from the rule that was found by itself where none fits.
import type { RuleDescription } from '../../contract/evidence/description.ts';
import type { NamedHypothesis } from '../../datasets/dataset.ts';
import { reachesBar, type Score, strength } from '../../scoring/rank.ts';

/** Below this strength a hypothesis says next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/** A rule that explains less of the held-out variance does not stand for the cell; nor does one that a hypothesis beats. */
const WORTH_HEADING = 0.3;

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
): string {
  if (written !== undefined) return written;
  const [headline] = scores;
  const phraseOf = ({ hypothesis, direction }: Score) =>
    hypotheses.get(hypothesis)?.phrases[direction === 1 ? 'on' : 'off'] ?? hypothesis;
  if (headline !== undefined && reachesBar(headline)) return phraseOf(headline);
  const rule = found !== undefined && found.explained >= WORTH_HEADING ? found.rule : null;
  if (rule !== null && found!.explained > explainedBy(headline)) return `Found: ${lowered(rule.sentence)}`;
  const partly = headline !== undefined && strength(headline) >= WORTH_SAYING ? headline : scores.find(reachesBar);
  return partly === undefined ? 'No hypothesis explains it' : `In part: ${lowered(phraseOf(partly))}`;
}

/** The share of the variance of its signal that a hypothesis explains by itself. */
function explainedBy(best: Score | undefined): number {
  return (best?.pointBiserial ?? best?.pearson ?? 0) ** 2;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
