// One line on what a cell does: from its best hypothesis, or from the rule that was found by itself where none fits.
import type { RuleDescription } from '../artifacts/schema/evidence/description.ts';
import type { NamedHypothesis } from '../gallery.ts';
import { reachesBar, type Score, strength } from '../scoring/rank.ts';

/** Below this strength a hypothesis says next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/** A rule that explains less of the held-out variance does not stand for the cell; nor does one that a hypothesis beats. */
const WORTH_HEADING = 0.3;

/**
 * @param scores the cell's, that of its foremost hypothesis first; none where nothing is scorable
 * @param written what a person wrote, which goes first
 * @param found the rule about what was read last, where it was looked for
 */
export function explain(
  scores: readonly Score[],
  heuristics: ReadonlyMap<string, NamedHypothesis>,
  written: string | undefined,
  found: RuleDescription | undefined,
): string {
  if (written !== undefined) return written;
  const [foremost] = scores;
  const phraseOf = ({ heuristic, direction }: Score) =>
    heuristics.get(heuristic)?.phrases[direction === 1 ? 'on' : 'off'] ?? heuristic;
  if (foremost !== undefined && reachesBar(foremost)) return phraseOf(foremost);
  const rule = found !== undefined && found.explained >= WORTH_HEADING ? found.rule : null;
  if (rule !== null && found!.explained > explainedBy(foremost)) return `Found: ${lowered(rule.sentence)}`;
  const partly = foremost !== undefined && strength(foremost) >= WORTH_SAYING ? foremost : scores.find(reachesBar);
  return partly === undefined ? 'No hypothesis explains it' : `In part: ${lowered(phraseOf(partly))}`;
}

/** The share of the variance of its signal that a hypothesis explains by itself. */
function explainedBy(best: Score | undefined): number {
  return (best?.pointBiserial ?? best?.pearson ?? 0) ** 2;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
