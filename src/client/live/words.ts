// What the page says about what it shows, and about what it does not read of a text.
import { codePointName } from '../../../pipeline/base/positions.ts';
import { characterName, integer, signed } from '../../shared/format.ts';
import { LONGEST_IN_ADDRESS, LONGEST_TEXT } from '../../shared/live-choice.ts';
import { cellNumber } from '../../shared/words.ts';
import type { Typed } from './typed-text.ts';

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

/** Characters that are named; of more only the number is given. */
const NAMED = 10;

function nameOf(character: string): string {
  const isVisible = !/[\p{C}\p{Z}\p{M}]/u.test(character);
  return isVisible ? `“${character}”` : characterName(character).replace(character, codePointName(character));
}

/** What of a text is not read, and why: one sentence a note. @param isCut whether the visitor's text was longer than what is kept of it */
export function notesOn(text: string, { unknown }: Typed, isCut: boolean): string[] {
  const notes: string[] = [];
  if (unknown.size > 0) {
    const names = [...unknown.keys()].slice(0, NAMED).map(nameOf).join(', ');
    const more = unknown.size > NAMED ? ` and ${integer(unknown.size - NAMED)} others` : '';
    notes.push(`Struck through and not read, because the network has never seen these characters: ${names}${more}.`);
  }
  if (isCut)
    notes.push(`Your text was longer: only its first ${integer(LONGEST_TEXT)} characters are kept here and read.`);
  if (text.length > LONGEST_IN_ADDRESS) {
    notes.push(
      `The text is left out of the address, which carries at most ${integer(LONGEST_IN_ADDRESS)} characters; a link to this page opens with another text.`,
    );
  }
  return notes;
}
