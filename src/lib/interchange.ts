// How a hypothesis's page writes what happens when cells take over what they remember at another place.
import type { InterchangedProbability } from '../../pipeline/evidence/interchange/schema.ts';
import { integer, percent } from '../shared/format.ts';

/**
 * What becomes of a probability outside the label with memory from inside, by one cell and by as many as there are, as it
 * follows the probability's name.
 */
export function intoOutsideWords({ inside, outside, intoOutside }: InterchangedProbability): string {
  const [first, ...rest] = intoOutside;
  const last = rest.at(-1);
  const with1 = `${percent(first!.best)} with the memory of ${cellsWords(first!.cells)} from inside`;
  const withAll = last === undefined ? '' : `, and ${percent(last.best)} with that of ${integer(last.cells)}`;
  const { cells, low, high } = last ?? first!;
  const random = low === high ? percent(low) : `${percent(low)} to ${percent(high)}`;
  return `${percent(outside)} outside, ${with1}${withAll}; with ${integer(cells)} random ${cells === 1 ? 'cell' : 'cells'} it is ${random}, and really inside ${percent(inside)}`;
}

const cellsWords = (count: number): string => (count === 1 ? 'its best cell' : `its ${integer(count)} best cells`);
