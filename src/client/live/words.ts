// What the page says about what it shows, and about what it does not read of a text.
import { codePointName } from '../../../pipeline/base/positions.ts';
import { characterName, integer, signed } from '../../shared/format.ts';
import { type HeldCell, LONGEST_IN_ADDRESS, LONGEST_TEXT } from '../../shared/live-choice.ts';
import { cellNumber } from '../../shared/words.ts';
import { say } from '../common/say.ts';
import type { Place } from './texts.ts';
import type { Typed } from './typed-text.ts';

/** How far the network has come. @param end characters that it read or wrote; @param length characters of the text */
export function progressWords(end: number, length: number, written: number, steps = 'characters'): string {
  if (length === 0) return 'Nothing to read yet.';
  const read = end < length ? `${integer(end)} of ${integer(length)}` : `All ${integer(length)}`;
  return `${read} ${steps} read.${written === 0 ? '' : ` ${integer(written)} characters written.`}`;
}

/**
 * What it means that cells are held.
 * @param chosen the cell that colours the text; @param length characters of the text over which they are; null while none is
 */
export function holdWords(chosen: string, held: readonly HeldCell[], length: number | null): string {
  if (length === null || held.length === 0) {
    return `Hold cell ${cellNumber(chosen)}, and beside the free network a second one goes on from your text in which this cell passes on one value and nothing else. Both draw with the same seed.`;
  }
  const cells = held.map(({ cell, value }) => `${cellNumber(cell)} at ${signed(value)}`).join(', ');
  return `On the right, over the last ${integer(length)} characters of your text and from there on, held ${cells}, whatever the network would make of ${held.length === 1 ? 'it' : 'them'}. Both columns draw with the same seed, and what differs is underlined.`;
}

/** Which character is looked at. */
export function inspectedWords(character: string | undefined, { position, of }: Place): string {
  if (character === undefined) return 'no character yet';
  const where = { text: 'your text', free: 'the free column', held: 'the held column' }[of];
  return `at “${characterName(character)}”, character ${integer(position + 1)} of ${where}`;
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
export function notesOn(
  text: string,
  { unknown, spaces, note }: Pick<Typed, 'unknown' | 'spaces' | 'note'>,
  isCut: boolean,
): string[] {
  const notes = note ? [note] : [];
  if (unknown.size > 0) {
    const names = [...unknown.keys()].slice(0, NAMED).map(nameOf).join(', ');
    const more = unknown.size > NAMED ? ` and ${integer(unknown.size - NAMED)} others` : '';
    notes.push(`Struck through and not read, for the network never saw them: ${names}${more}.`);
  }
  if (spaces > 0) {
    notes.push(`Of several spaces in a row one is read: ${integer(spaces)} left out.`);
  }
  if (isCut) notes.push(`Your text was longer: only its first ${integer(LONGEST_TEXT)} characters are kept and read.`);
  if (text.length > LONGEST_IN_ADDRESS) {
    notes.push(
      `The address carries at most ${integer(LONGEST_IN_ADDRESS)} characters, so a link to this page opens with another text.`,
    );
  }
  return notes;
}
