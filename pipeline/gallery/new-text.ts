// What a new corpus says of how its text is prepared and what it is written in: what its user said, else what a look at the
// text tells, each with its reason. What is proposed changes nothing in a text but its line breaks.

import { DEFAULT_PREPARATION, type Preparation } from '../base/preparation.ts';
import type { Language } from '../datasets/dataset.ts';
import { guessProgrammingLanguage } from '../datasets/text/programming.ts';
import { surveyText, type TextSurvey } from '../datasets/text/survey.ts';
import { likelyLanguageOf } from '../files/encoding.ts';

export interface SaidOfText {
  readonly prepare?: Preparation | undefined;
  readonly language?: Language | undefined;
}

export interface Proposal {
  readonly preparation: Preparation;
  readonly language: Language | undefined;
  /** What was chosen and why, a line each. */
  readonly lines: readonly string[];
}

/** @param text as it stands in the file */
export function proposeFor(text: string, file: string, said: SaidOfText): Proposal {
  const survey = surveyText(text);
  const { characters, kinds, lines } = survey;
  const count = (value: number, one: string) => `${number(value)} ${one}${value === 1 ? '' : 's'}`;
  const written = writtenIn(text, file, survey, said.language);
  const preparation = said.prepare ?? DEFAULT_PREPARATION;
  return {
    preparation,
    language: written.language,
    lines: [
      `text: ${count(characters, 'character')} of ${count(kinds, 'kind')}, ${count(lines, 'line')}; ${scriptWords(survey)}`,
      `language: ${written.why}`,
      `prepare: ${preparationWords(survey, preparation, said.prepare !== undefined)}`,
    ],
  };
}

const number = (value: number) => value.toLocaleString('en');
const percent = (share: number) => `${Math.round(100 * share)}%`;

function scriptWords({ script, scriptShare }: TextSurvey): string {
  return script === null
    ? 'no letters of a script that is known here'
    : `${percent(scriptShare)} of its letters are ${script}`;
}

/** Letters from which a language can be told. */
const LETTERS_AT_LEAST = 200;

function writtenIn(
  text: string,
  file: string,
  { script }: TextSurvey,
  said: Language | undefined,
): { language: Language | undefined; why: string } {
  if (said !== undefined) return { language: said, why: `${nameOf(said)}, as you say` };
  const programming = guessProgrammingLanguage(text, file);
  if (programming !== undefined) {
    const { name, why } = programming;
    const overrule = `if that is wrong, give --programming-language or --language`;
    return { language: { kind: 'programming', name }, why: `${name}, a programming language, for ${why}; ${overrule}` };
  }
  const enough =
    script !== null && (text.slice(0, 10 * LETTERS_AT_LEAST).match(/\p{L}/gu)?.length ?? 0) >= LETTERS_AT_LEAST;
  const tag = enough ? likelyLanguageOf(text) : undefined;
  if (tag === undefined) {
    const why = enough ? 'its letters do not tell' : 'it has too few letters to tell';
    return { language: undefined, why: `not known, for ${why}; give --language or --programming-language` };
  }
  const language: Language = { kind: 'natural', name: tag };
  return {
    language,
    why: `${nameOf(language)}, by its letters; if that is wrong, give --language or --programming-language`,
  };
}

/** `de (German)`. */
function nameOf({ kind, name }: Language): string {
  if (kind === 'programming') return name;
  const known = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(name);
  return known === undefined ? `${name} (of which Unicode's data know nothing)` : `${name} (${known})`;
}

/** What is changed, and what else could be: nothing that a reader of the text could want is left unsaid. */
function preparationWords(
  { indented, runs, carriageReturns, marks }: TextSurvey,
  preparation: Preparation,
  said: boolean,
): string {
  const name = preparation.length === 0 ? 'none' : preparation.join(', ');
  const counts = marks.map(([mark, count]) => `${number(count)} ${mark}`).join(' ');
  const facts = [
    `${percent(indented)} of its lines are indented`,
    ...(runs === 0 ? [] : [`${number(runs)} runs of spaces stand within lines`]),
    ...(carriageReturns === 0 ? [] : [`${number(carriageReturns)} line breaks have a carriage return`]),
    `quotation marks: ${counts === '' ? 'none' : counts}`,
  ];
  if (said) return `${name}, as you say; ${facts.join('; ')}`;
  const isStraight = marks.some(([mark]) => mark === '"' || mark === "'");
  const quotes = isStraight ? ', typographic-quotes (straight quotation marks as English prints them)' : '';
  return `${name}: nothing else is changed. ${facts.join('; ')}. --prepare could change more: collapse-spaces, nfc${quotes}`;
}
