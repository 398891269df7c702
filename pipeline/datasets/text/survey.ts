// What a look at a text tells of it: how its lines are laid out, what quotation marks it has, and which script.
import { type Characters, toCharacters } from '../../base/positions.ts';

export interface TextSurvey {
  readonly characters: number;
  readonly kinds: number;
  readonly lines: number;
  /** Share of the lines with something on them that begin with a space or a tab. */
  readonly indented: number;
  /** Runs of several spaces within a line, behind its indentation. */
  readonly runs: number;
  /** Line breaks that are no U+000A alone. */
  readonly carriageReturns: number;
  /** Those that occur, most frequent first. */
  readonly marks: readonly (readonly [mark: string, count: number])[];
  /** That of most of its letters, as `Latin`; null where it has none of those that are looked for. */
  readonly script: string | null;
  /** Share of its letters that are of that script. */
  readonly scriptShare: number;
}

/** Whatever opens or closes a quotation somewhere. */
const MARK = /["'\u2018-\u201f«»‹›「」『』]/gu;

const SCRIPTS = [
  ...['Latin', 'Cyrillic', 'Greek', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Arabic', 'Hebrew', 'Devanagari'],
  ...['Thai', 'Armenian', 'Georgian', 'Bengali', 'Tamil', 'Telugu', 'Ethiopic', 'Khmer'],
].map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);

/** Characters, evenly spaced, whose script is looked at. */
const SAMPLED = 20_000;

export function surveyText(text: string): TextSurvey {
  const characters = toCharacters(text);
  const lines = text.split(/\r\n?|\n/);
  const written = lines.filter((line) => line.trim() !== '');
  const marks = new Map<string, number>();
  for (const [mark] of text.matchAll(MARK)) marks.set(mark, (marks.get(mark) ?? 0) + 1);
  return {
    characters: characters.length,
    kinds: new Set(characters).size,
    lines: lines.length,
    indented: written.filter((line) => /^[ \t]/.test(line)).length / Math.max(1, written.length),
    runs: text.match(/(?<=\S) {2,}(?=\S)/g)?.length ?? 0,
    carriageReturns: text.match(/\r\n?/g)?.length ?? 0,
    marks: [...marks].sort(([, a], [, b]) => b - a),
    ...scriptOf(characters),
  };
}

function scriptOf(characters: Characters): Pick<TextSurvey, 'script' | 'scriptShare'> {
  const step = Math.max(1, Math.floor(characters.length / SAMPLED));
  const letters = characters.filter((character, position) => position % step === 0 && /\p{L}/u.test(character));
  const counts = SCRIPTS.map(
    ([name, script]) => [name, letters.filter((letter) => script.test(letter)).length] as const,
  );
  const [script, count] = counts.reduce((most, one) => (one[1] > most[1] ? one : most));
  return count === 0 ? { script: null, scriptShare: 0 } : { script, scriptShare: count / letters.length };
}
