// Generic features of the characters that were read last: what a rule can ask of a text about which nobody has written
// down anything. In bins, a column a feature, each with the questions that make sense of it.
import type { Characters } from '../../base/positions.ts';
import type { MarkPair } from './conventions.ts';
import { RUNNING_COUNTS, type RunningCount, runningCounts } from './running-counts.ts';

/** The classes of characters that a question can name. */
export const CHARACTER_CLASSES = {
  vowel: (character) => /^[aeiou]/i.test(character.normalize('NFD')),
  consonant: (character) => /\p{L}/u.test(character) && !/^[aeiou]/i.test(character.normalize('NFD')),
  letter: (character) => /\p{L}/u.test(character),
  capital: (character) => /\p{Lu}/u.test(character),
  digit: (character) => /\p{Nd}/u.test(character),
  'white space': (character) => /\s/u.test(character),
  punctuation: (character) => /\p{P}/u.test(character),
  'quotation mark': (character) => /["‘’“”«»„‚‹›「」『』]/u.test(character),
} as const satisfies Record<string, (character: string) => boolean>;
export type CharacterClass = keyof typeof CHARACTER_CLASSES;

/** What was there, `back` characters before the one that was read last; or so many tokens. */
export type Glimpse = { readonly back: number; readonly unit?: 'token' } & (
  | { readonly is: 'class'; readonly of: CharacterClass }
  | { readonly is: 'text'; readonly of: string }
);

/** Of each row one of several cases, which are asked for singly or by class. */
export interface GlimpseColumn {
  readonly kind: 'glimpse';
  /** [rows] */
  readonly bins: Uint8Array;
  readonly size: number;
  readonly sets: readonly (readonly number[])[];
  /** What each set stands for. */
  readonly glimpses: readonly Glimpse[];
}

/** Of each row a count, in bins of rising counts. */
export interface CountColumn {
  readonly kind: 'count';
  /** [rows] */
  readonly bins: Uint8Array;
  readonly size: number;
  readonly sets: 'rising';
  readonly count: RunningCount;
  /** The largest count of each bin. */
  readonly most: readonly number[];
}

export type TextColumn = GlimpseColumn | CountColumn;

/** Which characters and endings have a question of their own. */
export interface FeatureChoice {
  /** Characters that can be told apart; the rest are one more case. */
  readonly vocabulary: readonly string[];
  /** Frequent texts of one, two and three characters, each list by falling frequency. */
  readonly frequent: readonly (readonly string[])[];
  /** What is counted along the text; as in English prose where left out. */
  readonly counted?: Counted | undefined;
}

export interface Counted {
  readonly counts: readonly RunningCount[];
  /** Of quotation marks, where they are not those of English. */
  readonly pairs?: readonly MarkPair[];
}

/** How many characters back single ones are looked at, the last one included. */
const LOOK_BACK = 4;
const LONGEST_ENDING = 3;
/** Of a byte's 256 cases one is left for all the others. */
const CASES = 255;

/** Bins of counts: one for each as far as 16, and then wider ones. */
const MOST = [
  ...Array.from({ length: 17 }, (_, count) => count),
  ...[20, 24, 28, 32, 40, 48, 56, 64, 80, 100, 120, 160, 200, 300, 500, Number.POSITIVE_INFINITY],
];

const ending = (characters: Characters, position: number, length: number): string =>
  characters.slice(Math.max(0, position - length + 1), position + 1).join('');

/**
 * @param positions of the text that the rules are learned on
 * @param least a question of its own is for what is there at so many of them, at least
 */
export function chooseFeatures(
  characters: Characters,
  positions: readonly number[],
  least: number,
  counted?: Counted,
): FeatureChoice {
  const byFrequency = (texts: Iterable<string>, atLeast: number): string[] => {
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    const kept = [...counts].filter(([, count]) => count >= atLeast);
    return kept
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, CASES)
      .map(([text]) => text);
  };
  return {
    ...(counted === undefined ? {} : { counted }),
    vocabulary: byFrequency(characters, 1),
    frequent: Array.from({ length: LONGEST_ENDING }, (_, index) =>
      byFrequency(
        positions.map((position) => ending(characters, position, index + 1)),
        least,
      ),
    ),
  };
}

/** @param positions rising; a row each */
export function featureColumns(
  { vocabulary, frequent, counted = { counts: RUNNING_COUNTS } }: FeatureChoice,
  characters: Characters,
  positions: readonly number[],
): TextColumn[] {
  const [single = [], ...endings] = frequent;
  const counts = runningCounts(characters, positions, counted.counts, counted.pairs);
  return [
    ...Array.from({ length: LOOK_BACK }, (_, back) => characterColumn(vocabulary, single, characters, positions, back)),
    ...endings.map((texts, index) => endingColumn(texts, characters, positions, index + 2)),
    ...counted.counts.map((count) => countColumn(count, counts[count])),
  ];
}

function characterColumn(
  vocabulary: readonly string[],
  single: readonly string[],
  characters: Characters,
  positions: readonly number[],
  back: number,
): GlimpseColumn {
  const caseOf = new Map(vocabulary.map((character, index) => [character, index]));
  const other = vocabulary.length;
  const classes = (Object.keys(CHARACTER_CLASSES) as CharacterClass[]).map((of) => ({
    glimpse: { is: 'class', of, back } as const,
    set: vocabulary.flatMap((character, index) => (CHARACTER_CLASSES[of](character) ? [index] : [])),
  }));
  const singles = single.map((of) => ({ glimpse: { is: 'text', of, back } as const, set: [caseOf.get(of) ?? other] }));
  const asked = [...singles, ...classes.filter(({ set }) => set.length > 0)];
  return {
    kind: 'glimpse',
    bins: Uint8Array.from(positions, (position) => caseOf.get(characters[position - back] ?? '') ?? other),
    size: vocabulary.length + 1,
    sets: asked.map(({ set }) => set),
    glimpses: asked.map(({ glimpse }) => glimpse),
  };
}

function endingColumn(
  texts: readonly string[],
  characters: Characters,
  positions: readonly number[],
  length: number,
): GlimpseColumn {
  const caseOf = new Map(texts.map((text, index) => [text, index]));
  return {
    kind: 'glimpse',
    bins: Uint8Array.from(positions, (position) => caseOf.get(ending(characters, position, length)) ?? texts.length),
    size: texts.length + 1,
    sets: texts.map((_, index) => [index]),
    glimpses: texts.map((of) => ({ is: 'text', of, back: 0 })),
  };
}

function countColumn(count: RunningCount, values: Int32Array): CountColumn {
  const bins = Uint8Array.from(values, (value) => MOST.findIndex((most) => value <= most));
  return { kind: 'count', bins, size: MOST.length, sets: 'rising', count, most: MOST };
}
