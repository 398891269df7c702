// Draws what a visitor's pattern matches, or the passage that was selected, and which cells follow it.
import type { Characters, Span } from '../../../pipeline/base/positions.ts';
import { integer, percent, scoreValue } from '../../shared/format.ts';
import { cellNumber } from '../../shared/words.ts';
import type { PatternLabel } from './label.ts';
import type { RankedCell } from './ranking.ts';

/** Characters of context on either side of a match. */
const CONTEXT = 45;
/** Characters of a match that are shown. */
const LONGEST = 120;
/** A label with fewer spans is not scored on the other pages either. */
const FEW = 10;

/**
 * How much a pattern matches, in a sentence; and what is to be doubted about it.
 * @param searched what the page calls the text that the pattern was tried on
 */
export function describeLabel({ on, spans, values }: PatternLabel, searched: string): string {
  const total = values.length;
  if (on === 0) return `It matches nothing in the ${searched}, so there is nothing to rank by.`;
  if (on === total) return 'It matches every character, so there is nowhere for a cell to be off.';
  const many = `It matches ${integer(on)} of ${integer(total)} characters (${percent(on / total)}), in ${integer(spans)} ${spans === 1 ? 'span' : 'spans'}.`;
  return spans < FEW ? `${many} On fewer than ${FEW} spans a ranking is mostly luck.` : many;
}

/** The same of a passage that was selected. */
export function describePassage({ on, values }: PatternLabel, searched: string): string {
  const total = values.length;
  if (on === 0) return `The ${searched} has no such passage, so there is nothing to rank by.`;
  if (on === total) return 'The passage is all of the text, so there is nowhere for a cell to be off.';
  const many = `${integer(on)} ${on === 1 ? 'character is' : 'characters are'} on, and the other ${integer(total - on)} of the ${searched} are off.`;
  return `${many} One passage alone says little of what a cell follows: it may be on there for many other reasons.`;
}

/** Matches with what stands around them. */
export function drawMatches(characters: Characters, pieces: readonly Span[], first: readonly Span[]): HTMLElement[] {
  return first.map(({ start, end }) => {
    const piece = pieces.find((candidate) => start < candidate.end)!;
    const cut = (from: number, to: number): string => characters.slice(from, to).join('').replaceAll('\n', ' ');
    const item = document.createElement('li');
    const mark = document.createElement('mark');
    mark.textContent = cut(start, Math.min(end, start + LONGEST)) + (end - start > LONGEST ? '…' : '');
    item.append(cut(Math.max(piece.start, start - CONTEXT), start), mark, cut(end, Math.min(piece.end, end + CONTEXT)));
    return item;
  });
}

/** What a row needs to know of its cell. */
export type CellFacts = { readonly id: string; readonly name: string };

/**
 * Rows of the ranking.
 * @param template a row to copy; its links say which page of the cell they lead to, and its strip is one of `columns` side by side
 * @param gallery address below which these pages are
 */
export function drawRanking(
  template: HTMLTableRowElement,
  columns: number,
  gallery: string,
  ranked: readonly RankedCell[],
  factsOf: (row: number) => CellFacts,
): HTMLTableRowElement[] {
  return ranked.map(({ row, alignment, auroc }, index) => {
    const { id, name } = factsOf(row);
    const line = template.cloneNode(true) as HTMLTableRowElement;
    line.querySelector('.strip')!.className = `strip x${row % columns} y${Math.floor(row / columns)}`;
    for (const link of line.querySelectorAll<HTMLAnchorElement>('a')) {
      const { page } = link.dataset;
      link.href = gallery + (page === 'cells' ? `cells/${id}/` : `${page}/?cell=${id}`);
    }
    line.querySelector('th a')!.textContent = cellNumber(id);
    const texts: Record<string, string> = {
      rank: String(index + 1),
      name,
      auroc: scoreValue(Math.max(auroc, 1 - auroc)),
      direction: auroc >= 0.5 ? 'on' : 'off',
      alignment,
    };
    for (const [column, text] of Object.entries(texts)) {
      line.querySelector(`[data-column=${column}]`)!.textContent = text;
    }
    return line;
  });
}

/** What the ranking is worth, beside what luck alone would reach. @param chance rising; none where it is not known */
export function describeChance(ranked: readonly RankedCell[], chance: readonly number[]): string {
  const [low, high] = [chance[0], chance.at(-1)];
  const picked = `This picks the best of ${integer(ranked.length)} cells on the very text that judges them, so luck plays a part.`;
  if (low === undefined || high === undefined) {
    return `${picked} How much cannot be told here: the text has too few blocks to move the label among.`;
  }
  const best = Math.max(ranked[0]!.auroc, 1 - ranked[0]!.auroc);
  const reach = scoreValue(high);
  return [
    picked,
    `How much: with the label moved to other parts of the text, ${chance.length} times, the best cell still reaches ${scoreValue(low)} to ${reach}.`,
    best > high ? `A value above ${reach} is more than that.` : `No cell gets beyond that: nothing was found.`,
  ].join(' ');
}
