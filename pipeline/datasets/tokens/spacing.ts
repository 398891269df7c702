// Words and marks written one after the other, where the tokeniser that cut them says nothing of what stood between them.
import { PARAGRAPH_END } from './split.ts';

/** Marks that lean on the word before them, on the one behind them, or on both. */
const CLOSES = /^[.,;:!?…%)\]}”’»›]$/u;
const OPENS = /^[([{“‘„‚«‹¿¡]$/u;
const JOINS = /^[-‐‑–—/]$/u;
/** Straight marks, which open and close by turns. */
const STRAIGHT = /^["']$/u;
/** Letters and marks of scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Tibt}\u3000-\u303f\uff01-\uff65]/u;

/** What is said of a text that was put together so. */
export const GUESSED_SPACING =
  'The tokens do not say what stands between them: spaces are put where English prints them.';

/** @param words words, marks and ends of paragraphs */
export function joinWords(words: readonly string[]): string {
  let text = '';
  let leans = true;
  const open = new Set<string>();
  for (const word of words) {
    if (word === PARAGRAPH_END) {
      text += word;
      leans = true;
      open.clear();
      continue;
    }
    const closesStraight = open.delete(word);
    const isTight = leans || CLOSES.test(word) || JOINS.test(word) || closesStraight || areUnspaced(text, word);
    text += isTight ? word : ` ${word}`;
    const opensStraight = STRAIGHT.test(word) && !closesStraight;
    if (opensStraight) open.add(word);
    leans = OPENS.test(word) || JOINS.test(word) || opensStraight;
  }
  return text;
}

/** Whether one text goes on in the other without a space, as in Chinese. */
function areUnspaced(before: string, after: string): boolean {
  const last = [...before.slice(-2)].at(-1) ?? '';
  return UNSPACED.test(last) && UNSPACED.test([...after][0] ?? '');
}
