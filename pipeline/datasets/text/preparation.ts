// What may be changed in a text before anything reads it: named steps, which a corpus declares and a model's card records.
// Nothing else is changed.
import { InputError } from '../../base/errors.ts';
import { type Characters, toCharacters } from '../../base/positions.ts';
import type { Preparation, PreparationReport, PreparationStep } from '../../base/preparation.ts';
import { setTypographicQuotes } from './typographic.ts';

interface Step {
  prepare(text: string): string;
  /** How many characters of the text before it the step replaced or left out. */
  changed(before: string, after: string): number;
}

const STEPS: Readonly<Record<PreparationStep, Step>> = {
  /** Line breaks (CRLF, or CR alone) become U+000A. */
  'line-breaks': {
    prepare: (text) => text.replace(/\r\n?/g, '\n'),
    changed: (before) => before.split('\r').length - 1,
  },
  /** Letters and their marks become one character where Unicode has one for both: its normalisation form C. */
  nfc: {
    prepare: (text) => text.normalize('NFC'),
    changed: decomposed,
  },
  /** Runs of U+0020 become one. Line breaks stay, and with them the lines of verse. */
  'collapse-spaces': {
    prepare: (text) => text.replace(/ +/g, ' '),
    changed: (before, after) => before.length - after.length,
  },
  /** Straight quotation marks become typographic, as English has them, and stand as what they do. */
  'typographic-quotes': {
    prepare: setTypographicQuotes,
    changed: replaced,
  },
};

/** A letter may be ASCII whose mark is not. */
const BEYOND_ASCII = /[\0-\x7f]?[^\0-\x7f]+/g;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function decomposed(before: string, after: string): number {
  if (before === after) return 0;
  let count = 0;
  for (const [run] of before.matchAll(BEYOND_ASCII)) {
    for (const { segment } of graphemes.segment(run)) {
      if (segment.normalize('NFC') !== segment) count += toCharacters(segment).length;
    }
  }
  return count;
}

/** Of two texts of the same length. */
function replaced(before: string, after: string): number {
  let count = 0;
  for (let index = 0; index < before.length; index++) count += Number(before[index] !== after[index]);
  return count;
}

/** Of a text that may be long: no list of them is made. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export interface PreparedText {
  readonly text: string;
  readonly report: PreparationReport;
}

/** Prepares a text, and counts what was changed. */
export function prepare(raw: string, preparation: Preparation): PreparedText {
  const changed: Partial<Record<PreparationStep, number>> = {};
  let text = raw;
  for (const step of preparation) {
    const after = STEPS[step].prepare(text);
    const count = STEPS[step].changed(text, after);
    if (count > 0) changed[step] = count;
    text = after;
  }
  return { text, report: { steps: preparation, characters: countCharacters(raw), changed } };
}

export function prepareText(raw: string, preparation: Preparation): string {
  return preparation.reduce((text, step) => STEPS[step].prepare(text), raw);
}

/** Steps that can be taken where every position must stay. */
export const STEPS_IN_PLACE = ['line-breaks', 'typographic-quotes'] as const satisfies Preparation;

/** @throws InputError a step that leaves characters out */
export function stepsInPlace(preparation: Preparation): (typeof STEPS_IN_PLACE)[number][] {
  const moving = preparation.find((step) => !STEPS_IN_PLACE.some((inPlace) => inPlace === step));
  if (moving === undefined) return STEPS_IN_PLACE.filter((step) => preparation.includes(step));
  throw new InputError(
    `The step ${moving} leaves characters out, and each has its row of activations.`,
    {},
    `Take none, or of ${STEPS_IN_PLACE.join(' and ')} what you want.`,
  );
}

/**
 * Prepares a text whose positions must stay, as far as they let it: a CR before a line break becomes a space. Where the
 * marks cannot be set without moving a position, they stay too.
 * @returns as many characters as before
 */
export function prepareInPlace(
  characters: Characters,
  preparation: readonly (typeof STEPS_IN_PLACE)[number][],
): Characters {
  const broken = preparation.includes('line-breaks')
    ? characters.map((character, position) => {
        if (character !== '\r') return character;
        return characters[position + 1] === '\n' ? ' ' : '\n';
      })
    : characters;
  if (!preparation.includes('typographic-quotes')) return broken;
  const marked = toCharacters(setTypographicQuotes(broken.join('')));
  return marked.length === broken.length ? marked : broken;
}
