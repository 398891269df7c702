// The passages of a cell's page beside the best ones, which are there so that nobody is fooled by those.
import type { Cell, ExcerptKind } from '../../pipeline/contract/index.ts';
import { integer } from './format.ts';

/** The order on the page: the ends of the range, all in between, and then what speaks against the best hypothesis. */
export const EXCERPT_ORDER = [
  'lead',
  'exciting',
  'silencing',
  'quantile',
  'random',
  'false-alarm',
  'miss',
  'generated',
] as const satisfies readonly ExcerptKind[];

/** Why a passage is among those of its kind, as a sentence; empty where its heading says all. */
export function whyShown({ kind, percentile, mistakes }: Cell['excerpts'][number]): string {
  if (percentile !== undefined) return `Its mean is above that of ${percentile}% of all excerpts.`;
  if (mistakes === undefined) return '';
  const [one, several] = kind === 'miss' ? ['miss', 'misses'] : ['false alarm', 'false alarms'];
  return `${integer(mistakes)} ${mistakes === 1 ? one : several} in it.`;
}
