// What the reader knows of each character: the cell's output there, and what the network expected.
import type { Domain } from '../../../pipeline/base/bytes.ts';
import { integer } from '../../shared/format.ts';
import { cellNumber, SIGNAL_WORDS } from '../../shared/words.ts';
import { expectedSentences, quoteCharacter, signalText, stepText } from '../common/reading.ts';
import { type Pointed, watchCharacters } from '../common/values.ts';

/** What is shown: a cell's output over the text, a byte a character, and how far behind its character each value is. */
export type Shown = { readonly cell: string; readonly bytes: Uint8Array; readonly behind: number };

/**
 * Shows the values of characters from now on.
 * @param form says where the expectations are, and what the bytes stand for
 * @param shown tells of the page as it is
 * @returns what shows those of the character at a point
 */
export function watchReader(form: HTMLFormElement, shown: () => Shown): (at: Pointed) => void {
  const domain = JSON.parse(form.dataset.domain!) as Domain;
  const valueText = form.dataset.text === 'book' ? stepText : signalText;
  return watchCharacters('#page .text', async (text, position) => {
    const { cell, bytes, behind } = shown();
    const place = Number(text.dataset.start) + position;
    const value = place < behind ? '–' : valueText(bytes[place - behind]!, domain);
    return {
      title: quoteCharacter([...(text.textContent ?? '')][position]!),
      place: `character ${integer(place)}; ${behind === 1 ? 'just before' : 'just after'} it was read:`,
      values: [{ name: `${SIGNAL_WORDS.h.name} of cell ${cellNumber(cell)}`, value }],
      sentences: await expectedSentences(form.dataset, place),
    };
  });
}
