// How a hypothesis's page writes what happens when cells take over what they remember at another place.
import type { InterchangedProbability } from '../../pipeline/evidence/interchange/schema.ts';
import { integer, percent } from '../shared/format.ts';

/** What becomes of a probability where the label is off, with memory from where it is on: what follows “a probability of”. */
export function interchangeWords({ inside, outside, intoOutside }: InterchangedProbability): string {
  const [first, ...rest] = intoOutside;
  const last = rest.at(-1);
  const best = (count: number) => (count === 1 ? 'its best cell' : `its ${integer(count)} best cells`);
  const withFirst = `With the memory of ${best(first!.cells)} from where it is on, that becomes ${percent(first!.best)}`;
  const withLast = last === undefined ? '' : `, and with that of ${best(last.cells)}, ${percent(last.best)}`;
  const { cells, low, high } = last ?? first!;
  const ends = [...new Set([percent(low), percent(high)])].join(' to ');
  const random = `with that of ${cells === 1 ? 'a random cell' : `${integer(cells)} random cells`}, ${ends}`;
  return `${percent(outside)} where it is off. ${withFirst}${withLast}; ${random}. Where the label really is on, it is ${percent(inside)}.`;
}
