// One line on what a cell does, from its best hypothesis.
import type { NamedHypothesis } from '../gallery.ts';
import { reachesBar, type Score, strength } from '../scoring/rank.ts';

/** Below this strength a hypothesis says next to nothing of a cell. */
const WORTH_SAYING = 0.4;

/**
 * @param best the cell's strongest score; undefined where nothing is scorable
 * @param written what a person wrote, which goes first
 */
export function explain(
  best: Score | undefined,
  heuristics: ReadonlyMap<string, NamedHypothesis>,
  written: string | undefined,
): string {
  if (written !== undefined) return written;
  const phrases = best === undefined ? undefined : heuristics.get(best.heuristic)?.phrases;
  if (best === undefined || phrases === undefined || strength(best) < WORTH_SAYING) return 'No hypothesis explains it';
  const phrase = best.direction === 1 ? phrases.on : phrases.off;
  if (reachesBar(best)) return phrase;
  return `In part: ${phrase.charAt(0).toLowerCase()}${phrase.slice(1)}`;
}
