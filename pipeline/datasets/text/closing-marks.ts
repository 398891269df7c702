import type { Characters } from '../../base/positions.ts';
import type { Quotation } from './nesting.ts';

export interface ClosingMarks {
  /** Where quotations are closed. */
  readonly positions: ReadonlySet<number>;
  /** The characters that do so, each of which may be something else elsewhere, as ’ is an apostrophe. */
  readonly characters: ReadonlySet<string>;
}

/** @param quotations of the text */
export function closingMarks(characters: Characters, quotations: readonly Quotation[]): ClosingMarks {
  const positions = quotations.flatMap(({ end, closed }) => (closed ? [end - 1] : []));
  return {
    positions: new Set(positions),
    characters: new Set(positions.map((position) => characters[position]!)),
  };
}
