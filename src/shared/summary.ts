// Where a signal is high and low over a text, in words: for those who hear the text and do not see its colours. Runs at build and
// in the browser.
import type { Characters } from '../../pipeline/base/positions.ts';

/** The uppermost and the lowest share of a text's own range that count as high and low. */
const ENDS = 0.25;
/** Below this share of the signal's whole range nothing goes up or down. */
const FLAT = 0.08;
/** Stretches of each kind that are named, and words of one of them at either end. */
const [STRETCHES, WORDS] = [2, 3];

interface Word {
  readonly text: string;
  /** Mean of the signal over it, as a share of the signal's range. */
  readonly level: number;
}

/** @param shareAt the signal at a character, as a share of its range; null where it has no value */
export function heardSummary(
  characters: Characters,
  shareAt: (position: number) => number | null,
  name: string,
): string {
  const words = wordsOf(characters, shareAt);
  const levels = words.map(({ level }) => level);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  if (words.length === 0 || high - low < FLAT) return `Its ${name} stays about the same all along.`;
  const reach = ENDS * (high - low);
  const ups = longest(words, ({ level }) => level >= high - reach);
  const downs = longest(words, ({ level }) => level <= low + reach);
  return `Its ${name} is high over ${ups}; low over ${downs}.`;
}

function wordsOf(characters: Characters, shareAt: (position: number) => number | null): Word[] {
  const words: Word[] = [];
  let [text, sum, count] = ['', 0, 0];
  const end = () => {
    if (count > 0) words.push({ text, level: sum / count });
    [text, sum, count] = ['', 0, 0];
  };
  for (let t = 0; t < characters.length; t++) {
    const character = characters[t]!;
    if (/\s/u.test(character)) {
      end();
      continue;
    }
    text += character;
    const share = shareAt(t);
    if (share === null) continue;
    sum += share;
    count += 1;
  }
  end();
  return words;
}

/** The longest stretches of words that fit, in their order in the text, in quotation marks. */
function longest(words: readonly Word[], fits: (word: Word) => boolean): string {
  const stretches: { start: number; words: string[]; length: number }[] = [];
  words.forEach((word, index) => {
    if (!fits(word)) return;
    const last = stretches.at(-1);
    if (last !== undefined && last.start + last.words.length === index) {
      last.words.push(word.text);
      last.length += word.text.length;
    } else {
      stretches.push({ start: index, words: [word.text], length: word.text.length });
    }
  });
  return stretches
    .sort((a, b) => b.length - a.length)
    .slice(0, STRETCHES)
    .sort((a, b) => a.start - b.start)
    .map(({ words: own }) => `“${shortened(own)}”`)
    .join(' and ');
}

function shortened(words: readonly string[]): string {
  if (words.length <= 2 * WORDS) return words.join(' ');
  return `${words.slice(0, WORDS).join(' ')} … ${words.slice(-WORDS).join(' ')}`;
}
