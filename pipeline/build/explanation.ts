// One line on what a cell does: from its best hypothesis, or from the rule that was found by itself where none fits.
import type { RuleDescription } from '../artifacts/schema/evidence/description.ts';
import type { NamedHypothesis } from '../gallery.ts';
import { reachesBar, type Score, strength } from '../scoring/rank.ts';

/** Below this strength a hypothesis says next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/** A rule that explains less of the held-out variance does not stand for the cell; nor does one that a hypothesis beats. */
const WORTH_HEADING = 0.3;

/**
 * @param best the cell's strongest score; undefined where nothing is scorable
 * @param written what a person wrote, which goes first
 * @param found the rule about what was read last, where it was looked for
 */
export function explain(
  best: Score | undefined,
  heuristics: ReadonlyMap<string, NamedHypothesis>,
  written: string | undefined,
  found: RuleDescription | undefined,
): string {
  if (written !== undefined) return written;
  const phrases = best === undefined ? undefined : heuristics.get(best.heuristic)?.phrases;
  const phrase = best?.direction === 1 ? phrases?.on : phrases?.off;
  if (best !== undefined && phrase !== undefined && reachesBar(best)) return phrase;
  const rule = found !== undefined && found.explained >= WORTH_HEADING ? found.rule : null;
  if (rule !== null && found!.explained > explainedBy(best)) return `Found: ${lowered(rule.sentence)}`;
  if (best === undefined || phrase === undefined || strength(best) < WORTH_SAYING) return 'No hypothesis explains it';
  return `In part: ${lowered(phrase)}`;
}

/** The share of the variance of its signal that a hypothesis explains by itself. */
function explainedBy(best: Score | undefined): number {
  return (best?.pointBiserial ?? best?.pearson ?? 0) ** 2;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
