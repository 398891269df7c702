// What the page says about what it shows.
import { characterName, integer, signed } from '../../lib/format.ts';
import { cellNumber } from '../../lib/words.ts';

/** How far the network has come. @param end characters that it read or wrote; @param length characters of the text */
export function progressWords(end: number, length: number, written: number): string {
  if (length === 0) return 'Nothing to read yet.';
  const read = end < length ? `${integer(end)} of ${integer(length)}` : `All ${integer(length)}`;
  return `${read} characters read.${written === 0 ? '' : ` ${integer(written)} characters written.`}`;
}

/** What it means to hold a cell. @param length characters over which it is held; null while it is free */
export function holdWords(cell: string, value: number, length: number | null): string {
  const name = `cell ${cellNumber(cell)}`;
  return length === null
    ? `Over the last hundred characters, and while the network writes, ${name} would then pass on this value and nothing else.`
    : `Over the last ${integer(length)} characters, and while the network writes, ${name} passes on ${signed(value)}, whatever its own value would be. The colours there are those of the network with the cell held.`;
}

/** Which character is looked at. @param position in its text, from 0 */
export function inspectedWords(character: string | undefined, position: number, isWritten: boolean): string {
  if (character === undefined) return 'no character yet';
  return `at “${characterName(character)}”, character ${integer(position + 1)} of ${isWritten ? 'what it wrote' : 'your text'}`;
}

/** Says something else where it is something else: what is said again is read out again. */
export function say(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}

const PAUSE = 1000;
const spoken = new WeakMap<Element, number>();

/** Says how far something has come, at most once a second. @param isLast whether it must be said */
export function sayProgress(element: Element, words: string, isLast: boolean): void {
  const now = performance.now();
  if (!isLast && now - (spoken.get(element) ?? Number.NEGATIVE_INFINITY) < PAUSE) return;
  spoken.set(element, now);
  say(element, words);
}
