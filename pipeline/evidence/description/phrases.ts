// Questions about what was measured at the last steps of a series, put into words.
import type { FeatureColumn } from '../../datasets/features.ts';
import type { Measure, MeasureColumn } from '../../datasets/series/features.ts';
import type { CharacterClass, Glimpse } from '../../datasets/text/features.ts';
import type { RunningCount } from '../../datasets/text/running-counts.ts';

/** With as many decimals as tell a fiftieth of the column's range. */
function shown(value: number, unit: string, { most }: MeasureColumn): string {
  const finite = most.filter((end) => Number.isFinite(end));
  const step = (Math.max(...finite) - Math.min(...finite)) / 50;
  const decimals = step > 0 ? Math.max(0, Math.min(6, Math.ceil(-Math.log10(step)))) : 2;
  return withUnit(Number(value.toFixed(decimals)), unit);
}

function withUnit(value: number, unit: string): string {
  const digits = String(value).replace('-', '−');
  return unit === '' ? digits : `${digits} ${unit}`;
}

const inSentence = (title: string) =>
  /^\p{Lu}\p{Ll}/u.test(title) ? `the ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;

const stepsOf = (count: number) => (count === 1 ? '1 step' : `${count} steps`);

/** What a measure is called, as in “rises with the pressure”. */
export function measureNoun(column: MeasureColumn): string {
  const { measure } = column;
  if (measure.is === 'phase') return 'the step of the period';
  const name = inSentence(measure.title);
  switch (measure.is) {
    case 'value':
      return name;
    case 'change':
    case 'mean':
      return `the ${measure.is} of ${name} over ${stepsOf(measure.over)}`;
    case 'since above':
    case 'since not above':
      return `the time since ${name} was ${levelPhrase(measure)}`;
  }
}

function levelPhrase({ is, level, unit }: Extract<Measure, { level: number }>): string {
  return `${is === 'since above' ? 'above' : 'at most'} ${withUnit(Number(level.toPrecision(4)), unit)}`;
}

/** Of a measure in (above, atMost]; an end that is not finite is none. */
export function measurePhrase(column: MeasureColumn, above: number, atMost: number): string {
  const { measure } = column;
  const [hasLow, hasHigh] = [Number.isFinite(above), Number.isFinite(atMost)];
  if (measure.is === 'phase') {
    if (!hasHigh) return `it is past step ${above + 1} of the period’s ${measure.period}`;
    return `it is step ${hasLow ? above + 2 : 1} to ${atMost + 1} of the period’s ${measure.period}`;
  }
  if (measure.is === 'since above' || measure.is === 'since not above') {
    const name = inSentence(measure.title);
    const level = levelPhrase(measure);
    if (atMost === 0) return `${name} is ${level}`;
    if (!hasHigh) return `${name} was last ${level} more than ${stepsOf(above)} ago`;
    return `${name} was last ${level} ${hasLow ? `${above + 1} to ${atMost}` : `at most ${atMost}`} steps ago`;
  }
  const noun = measureNoun(column);
  const end = (value: number) => shown(value, measure.unit, column);
  if (!hasLow) return `${noun} is at most ${end(atMost)}`;
  return hasHigh ? `${noun} is between ${end(above)} and ${end(atMost)}` : `${noun} is above ${end(above)}`;
}

// Questions about features put into words.

const CLASSES: Readonly<Record<CharacterClass, string>> = {
  vowel: 'a vowel',
  consonant: 'a consonant',
  letter: 'a letter',
  capital: 'a capital',
  digit: 'a digit',
  'white space': 'white space',
  punctuation: 'punctuation',
  'quotation mark': 'a quotation mark',
};

const BACK = ['after', 'one character after', 'two characters after', 'three characters after'];

const NUMBERS = ['', 'one', 'two', 'three'];

/** A token by its own name, the end of a paragraph by what it is. */
const tokenName = (token: string): string => (token.trim() === '' ? spelled(token) : `“${token}”`);

const INVISIBLE: Readonly<Record<string, string>> = { ' ': 'a space', '\n': 'a line break', '\t': 'a tab' };

/** A text with what cannot be seen by its name: “th”, a space and “a”. */
function spelled(text: string): string {
  const parts: string[] = [];
  let visible = '';
  const flush = () => {
    if (visible !== '') parts.push(`“${visible}”`);
    visible = '';
  };
  for (const character of text) {
    const name = INVISIBLE[character];
    if (name === undefined) {
      visible += character;
    } else {
      flush();
      parts.push(name);
    }
  }
  flush();
  return listed(parts, 'and');
}

/** “a, b and c” */
export function listed(parts: readonly string[], word: 'and' | 'or'): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
}

/** As in “after a vowel”, “one character after “e””; of tokens “after a token with a capital”, “one token after “said””. */
export function glimpsePhrase({ is, of, back, unit }: Glimpse): string {
  if (unit === 'token') {
    const after = back === 0 ? 'after' : `${NUMBERS[back] ?? back} ${back === 1 ? 'token' : 'tokens'} after`;
    return `${after} ${is === 'class' ? `a token with ${CLASSES[of]}` : tokenName(of)}`;
  }
  return `${BACK[back] ?? `${back} characters after`} ${is === 'class' ? CLASSES[of] : spelled(of)}`;
}

const LANDMARKS: Readonly<Partial<Record<RunningCount, string>>> = {
  'since space': 'white space',
  'since line break': 'a line break',
  'since blank line': 'a blank line',
  'since stop': 'a full stop, ! or ?',
  'since comma': 'a comma or colon',
  'since capital': 'a capital',
  'since opening mark': 'an opening quotation mark',
  'since closing mark': 'a closing quotation mark',
};

const ENCLOSURES: Readonly<Partial<Record<RunningCount, string>>> = {
  'open brackets': 'brackets',
  'open braces': 'braces',
  'in single marks': 'single quotation marks',
  'in double marks': 'double quotation marks',
};

/** Of a count in (above, atMost]; an end that is not finite is none. */
function countPhrase(count: RunningCount, above: number, atMost: number): string {
  const enclosure = ENCLOSURES[count];
  if (enclosure !== undefined) {
    if (atMost === 0) return `outside ${enclosure}`;
    if (above < 0) return `inside fewer than ${atMost + 1} ${enclosure}`;
    return above === 0 ? `inside ${enclosure}` : `inside ${above + 1} or more ${enclosure}`;
  }
  if (count === 'indentation') return indentationPhrase(above, atMost);
  const landmark = LANDMARKS[count];
  if (landmark === undefined) return lettersPhrase(above, atMost);
  if (above < 0) {
    if (atMost === 0) return `after ${landmark}`;
    return `at most ${atMost} ${atMost === 1 ? 'character' : 'characters'} after ${landmark}`;
  }
  if (!Number.isFinite(atMost)) {
    if (above === 0) return `not after ${landmark}`;
    return `more than ${above} ${above === 1 ? 'character' : 'characters'} after ${landmark}`;
  }
  return above + 1 === atMost
    ? `${atMost} ${atMost === 1 ? 'character' : 'characters'} after ${landmark}`
    : `${above + 1} to ${atMost} characters after ${landmark}`;
}

function indentationPhrase(above: number, atMost: number): string {
  if (atMost === 0) return 'in lines that are not indented';
  const columns = (count: number) => (count === 1 ? '1 column' : `${count} columns`);
  if (above < 0) return `in lines indented by at most ${columns(atMost)}`;
  if (!Number.isFinite(atMost)) return `in lines indented by ${columns(above + 1)} or more`;
  return above + 1 === atMost
    ? `in lines indented by ${columns(atMost)}`
    : `in lines indented by ${above + 1} to ${columns(atMost)}`;
}

function lettersPhrase(above: number, atMost: number): string {
  if (above < 0) {
    if (atMost === 0) return 'between words';
    return atMost === 1 ? 'up to the first letter of a word' : `up to the ${ordinal(atMost)} letter of a word`;
  }
  if (!Number.isFinite(atMost)) return above === 0 ? 'in a word' : `from the ${ordinal(above + 1)} letter of a word on`;
  if (above + 1 === atMost) return `at the ${ordinal(atMost)} letter of a word`;
  return `from the ${ordinal(above + 1)} to the ${ordinal(atMost)} letter of a word`;
}

const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** As a person says it, and past ten as one writes it: third, 11th. */
function ordinal(place: number): string {
  const word = ORDINALS[place];
  if (word !== undefined) return word;
  const isTeen = place % 100 >= 11 && place % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}

type RisingColumn = Exclude<FeatureColumn, { kind: 'glimpse' }>;

/**
 * Where a column that rises is in the bins (above, atMost], as in “inside brackets” or “the pressure is above 1010 hPa”.
 * @param above -1 where there is no lower end
 * @param atMost the last bin where there is no upper one
 */
export function rangePhrase(column: RisingColumn, above: number, atMost: number): string {
  const low = column.most[above] ?? Number.NEGATIVE_INFINITY;
  const high = column.most[atMost] ?? Number.POSITIVE_INFINITY;
  return column.kind === 'count'
    ? countPhrase(column.count, Math.max(-1, low), high)
    : measurePhrase(column, low, high);
}

/** What a column that rises counts, as in “rises with …”. */
export function columnNoun(column: RisingColumn): string {
  if (column.kind === 'measure') return measureNoun(column);
  const landmark = LANDMARKS[column.count];
  if (landmark !== undefined) return `the distance from the last ${landmark.replace(/^an? /, '')}`;
  if (column.count === 'indentation') return 'the indentation of the line';
  const enclosure = ENCLOSURES[column.count];
  return enclosure === undefined ? 'the number of letters of the word' : `the number of open ${enclosure}`;
}

/** What ties a phrase about such a column to the rest of a sentence, as in “high where …”. */
export function leadOf({ kind }: FeatureColumn): string {
  return kind === 'measure' ? 'where ' : '';
}
