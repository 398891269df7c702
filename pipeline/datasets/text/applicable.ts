// Which hypotheses apply to a text, where nobody named the ones that are wanted; and why the others do not.
import { InputError } from '../../base/errors.ts';
import type { Characters } from '../../base/positions.ts';
import type { Dataset, LabelledDataset, Language, LeftOut } from '../dataset.ts';
import { describeConvention } from './conventions.ts';
import type { Hypothesis } from './hypotheses.ts';
import { isFunctionWord } from './labels/words.ts';
import { isOfLanguage, languageName, nameScopes, type Scope } from './scopes.ts';
import { SCRIPT_NEEDS, type ScriptNeed, scriptOf } from './scripts.ts';
import { programmingLanguage, type ReadSyntax } from './syntax.ts';
import { labelTextDataset } from './text.ts';
import { TextView, viewOf } from './text-view.ts';

/** Hypotheses by which a text is to be labelled. */
export interface Wanted {
  readonly hypotheses: readonly Hypothesis[];
  /** Whether somebody named them: then all are taken. Of those that there happen to be, the ones that apply are. */
  readonly named: boolean;
}

export const NO_HYPOTHESES: Wanted = { hypotheses: [], named: true };

export interface Applicable {
  readonly hypotheses: readonly Hypothesis[];
  readonly leftOut: readonly LeftOut[];
  /** What was guessed of the text, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * Labels a text by those of the hypotheses that apply to it; see {@link applicable}.
 * @throws InputError a named hypothesis that cannot label this text, or none that applies
 */
export function labelWanted(dataset: Dataset, wanted: Wanted, readSyntax: ReadSyntax): LabelledDataset {
  const { texts, source } = dataset;
  const { hypotheses, leftOut, remarks } = applicable(wanted, texts, source.language);
  const labelled = labelTextDataset(dataset, hypotheses, readSyntax);
  return { ...labelled, leftOut, remarks: [...remarks, ...describeReading(labelled)] };
}

/** By which quotation marks and which rules for words and sentences a text was labelled, where any of its labels asks for them. */
export function describeReading({
  source: { language, quotations },
  texts,
  hypotheses,
}: Pick<LabelledDataset, 'source' | 'texts' | 'hypotheses'>): string[] {
  if (language?.kind === 'programming' || hypotheses.length === 0) return [];
  const view = viewOf(texts, language, { quotations });
  const found = view.quotations.length;
  const by = view.convention.declared ? 'as its corpus declares' : 'as the text itself shows';
  const marked =
    found === 0
      ? 'No quotations were found in the text.'
      : `Quotations are marked by ${describeConvention(view.convention)}, ${by}: ${found.toLocaleString('en')} of them.`;
  const locale = view.segmentedAs;
  if (locale === null) return [marked];
  const rules = locale === 'und' ? 'no language in particular' : (languageName(locale) ?? locale);
  return [marked, `Words and sentences are cut by Unicode’s rules for ${rules}.`];
}

/**
 * @param language what the text is written in; undefined where nobody said
 * @throws InputError a named hypothesis that cannot label this text, or none that applies
 */
export function applicable(
  { hypotheses, named }: Wanted,
  characters: Characters,
  language: Language | undefined,
): Applicable {
  if (named) {
    for (const hypothesis of hypotheses) requireGrammar(hypothesis, language);
    return { hypotheses, leftOut: [], remarks: [] };
  }
  const guess = language === undefined ? guessEnglish(characters) : undefined;
  const script = scriptOf(characters);
  const leftOut: LeftOut[] = [];
  const taken = hypotheses.filter((hypothesis) => {
    const reason = whyNot(hypothesis, language, guess, script);
    if (reason !== undefined) leftOut.push({ id: hypothesis.id, title: hypothesis.title, reason });
    return reason === undefined;
  });
  if (taken.length === 0 && hypotheses.length > 0) {
    throw new InputError(
      `None of the ${hypotheses.length} hypotheses applies to the text: ${leftOut[0]!.id}, for one, is left out because ${leftOut[0]!.reason}.`,
      {},
      'Name those that are wanted, or write some for this text.',
    );
  }
  const rests = hypotheses.some(({ scopes }) => scopes.some(isEnglish));
  return { hypotheses: taken, leftOut, remarks: guess === undefined || !rests ? [] : [guess.remark] };
}

interface Guess {
  readonly isEnglish: boolean;
  readonly remark: string;
}

const ENGLISH: Language = { kind: 'natural', name: 'en' };
const isEnglish = (scope: Scope): boolean => typeof scope !== 'string' && isOfLanguage(scope, ENGLISH);

/** Why a hypothesis does not apply, as what follows on "because"; undefined where it does. */
function whyNot(
  { scopes, needs, needsGrammar }: Hypothesis,
  language: Language | undefined,
  guess: Guess | undefined,
  script: Readonly<Record<ScriptNeed, boolean>>,
): string | undefined {
  if (!scopes.some((scope) => isWithin(scope, language, guess))) {
    return `it is written for ${nameScopes(scopes)}, and the text is ${nameText(language, guess)}`;
  }
  const missing = needs.find((need) => !script[need]);
  if (missing !== undefined) return SCRIPT_NEEDS[missing];
  return needsGrammar ? whyNoGrammar(language) : undefined;
}

function isWithin(scope: Scope, language: Language | undefined, guess: Guess | undefined): boolean {
  switch (scope) {
    case 'any':
      return true;
    case 'text':
      return language?.kind !== 'programming';
    case 'code':
      return language?.kind === 'programming';
    default:
      if (language === undefined) return isEnglish(scope) && guess!.isEnglish;
      return isOfLanguage(language, scope);
  }
}

function nameText(language: Language | undefined, guess: Guess | undefined): string {
  if (language === undefined) return guess!.isEnglish ? 'English, as far as one can tell' : 'not known to be';
  return language.kind === 'natural' ? (languageName(language.name) ?? language.name) : `a program in ${language.name}`;
}

function whyNoGrammar(language: Language | undefined): string | undefined {
  if (language?.kind !== 'programming') return 'no programming-language says whose grammar the text follows';
  return programmingLanguage(language.name) === undefined ? `there is no grammar of ${language.name}` : undefined;
}

function requireGrammar({ id, needsGrammar }: Hypothesis, language: Language | undefined): void {
  const reason = needsGrammar ? whyNoGrammar(language) : undefined;
  if (reason === undefined) return;
  throw new InputError(
    `The hypothesis "${id}" cannot label the text: ${reason}.`,
    {},
    'Declare the programming-language of the corpus, or leave the hypothesis out.',
  );
}

// What a text looks like.

/** Characters that are looked at, of a longer text. */
const LOOKED_AT = 100_000;

/** More than half of the words of running English are on the list, and about a tenth of those of its next of kin. */
const ENGLISH_SHARE = 0.3;
/** Of fewer words nothing is guessed. */
const WORDS_AT_LEAST = 20;

/** A text of which nobody said what it is written in. */
function guessEnglish(characters: Characters): Guess {
  const { length } = characters;
  const looked =
    length <= LOOKED_AT
      ? characters
      : [0, 1, 2, 3].flatMap((quarter) => {
          const start = Math.floor((quarter * length) / 4);
          return characters.slice(start, start + LOOKED_AT / 4);
        });
  const view = new TextView(looked);
  const words = view.words.length;
  const known = view.words.filter((word) => isFunctionWord(view.slice(word).toLowerCase())).length;
  const said = 'Nobody said what the text is written in';
  if (words < WORDS_AT_LEAST) {
    return { isEnglish: true, remark: `${said}, and it is too short to tell: it is taken for English.` };
  }
  const share = `${Math.round((100 * known) / words)}% of its words are function words of English`;
  return known >= ENGLISH_SHARE * words
    ? { isEnglish: true, remark: `${said}: ${share}, so it is taken for English.` }
    : { isEnglish: false, remark: `${said}: ${share}, so it is not taken for English.` };
}
