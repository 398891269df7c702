import { type Characters, type Span, toCharacters, unitPositions } from '../../base/positions.ts';
import type { Language, Whole } from '../dataset.ts';
import { type FoundConvention, findConvention, isEnglishConvention, parseConvention } from './conventions.ts';
import { findPairedQuotations } from './paired-quotes.ts';
import { findSentences, paragraphs, type Sentence } from './paragraphs.ts';
import { type AnyQuotation, findQuotations } from './quotes.ts';
import { scriptOf } from './scripts.ts';
import { segmenterFor, segmentSentences, segmentWords } from './segments.ts';
import { programmingLanguage, type ReadSyntax, type Syntax } from './syntax.ts';

/** A letter or digit and what follows it of the same word: don’t is one word, rabbit-hole is two. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;

/** What a text alone does not tell. */
interface Context {
  /** What it is written in; undefined where nobody said. */
  readonly language?: Language | undefined;
  /** How the text marks its quotations, where somebody said; else the text shows it. */
  readonly quotations?: readonly string[] | undefined;
  /** Reads a program; undefined where none is there. */
  readonly readSyntax?: ReadSyntax | undefined;
  /** The text that this one is a sample of; null where it is whole. */
  readonly sampledFrom?: Whole | null | undefined;
}

/** A text with what label functions ask of it, each worked out once, when first asked for. */
export class TextView {
  readonly characters: Characters;
  /** The same text as one string, for regular expressions. */
  readonly text: string;
  /** What it is written in; undefined where nobody said. */
  readonly language: Language | undefined;
  #offsets: Uint32Array | undefined;
  #paragraphs: readonly Span[] | undefined;
  #segmentedAs: { readonly locale: string | null } | undefined;
  #convention: FoundConvention | undefined;
  #quotations: readonly AnyQuotation[] | undefined;
  #quotationMarks: ReadonlySet<number> | undefined;
  #words: readonly Span[] | undefined;
  #sentences: readonly Sentence[] | undefined;
  #spellings: ReadonlyMap<string, number> | undefined;
  #syntax: Syntax | undefined;
  #whole: TextView | undefined;
  readonly #context: Context;

  constructor(characters: Characters, context: Context = {}) {
    this.characters = characters;
    this.language = context.language;
    this.text = characters.join('');
    this.#context = context;
  }

  /** The text that this one is a sample of, which it is itself where it is whole. */
  get whole(): TextView {
    const { sampledFrom, ...context } = this.#context;
    if (sampledFrom === undefined || sampledFrom === null) return this;
    this.#whole ??= new TextView(toCharacters(sampledFrom.text), context);
    return this.#whole;
  }

  /** Of values of the whole, one a code point, those of this sample. */
  pick<T extends Uint8Array | Float32Array>(values: T): T {
    const { sampledFrom } = this.#context;
    if (sampledFrom === undefined || sampledFrom === null) return values;
    const picked = values.slice(0, this.characters.length) as T;
    let at = 0;
    for (const { start, end } of sampledFrom.pieces) {
      picked.set(values.subarray(start, end), at);
      at += end - start;
    }
    return picked;
  }

  /**
   * Of a program.
   * @throws TypeError a text that is none, or that nobody can parse here, which whoever asks should have ruled out
   */
  get syntax(): Syntax {
    const language = programmingLanguage(this.language?.name ?? '');
    const { readSyntax } = this.#context;
    if (language === undefined || readSyntax === undefined)
      throw new TypeError('The text is no program that is parsed');
    this.#syntax ??= readSyntax(this.text, language);
    return this.#syntax;
  }

  get paragraphs(): readonly Span[] {
    this.#paragraphs ??= paragraphs(this.characters);
    return this.#paragraphs;
  }

  /** The locale by whose rules, which are Unicode's, the text is cut into words and sentences; null by those for English. */
  get segmentedAs(): string | null {
    this.#segmentedAs ??= { locale: segmenterFor(this.characters, this.language) };
    return this.#segmentedAs.locale;
  }

  /** How the text marks its quotations. */
  get convention(): FoundConvention {
    this.#convention ??= findConvention(this.characters, this.language, parseConvention(this.#context.quotations));
    return this.#convention;
  }

  get quotations(): readonly AnyQuotation[] {
    this.#quotations ??= this.#findQuotations();
    return this.#quotations;
  }

  #findQuotations(): readonly AnyQuotation[] {
    const { convention, characters } = this;
    const { pairs, declared } = convention;
    // What else the finder for English would take, nobody declared.
    const isWider = declared && !pairs.some(([, closing]) => closing === '’' || closing === "'");
    const isEnglish = isEnglishConvention(convention) && !isWider && scriptOf(characters).spaces;
    if (!isEnglish) return findPairedQuotations(characters, convention, this.language);
    return findQuotations(characters, pairs.flat().includes("'"));
  }

  /** Positions of the marks that open or close a quotation. */
  get quotationMarks(): ReadonlySet<number> {
    this.#quotationMarks ??= new Set(
      this.quotations.flatMap(({ openings, end, closed }) => (closed ? [...openings, end - 1] : openings)),
    );
    return this.#quotationMarks;
  }

  get words(): readonly Span[] {
    const locale = this.segmentedAs;
    this.#words ??=
      locale === null
        ? this.matches(WORD)
        : segmentWords(this.text, locale).map(({ start, end }) => ({
            start: this.#toPosition(start),
            end: this.#toPosition(end),
          }));
    return this.#words;
  }

  /** How often each word occurs, in lower case: in the whole text, where this is a sample of one. */
  get spellings(): ReadonlyMap<string, number> {
    this.#spellings ??= countWords(this.#context.sampledFrom?.text ?? this.text, this.segmentedAs);
    return this.#spellings;
  }

  get sentences(): readonly Sentence[] {
    const locale = this.segmentedAs;
    this.#sentences ??= locale === null ? findSentences(this) : segmentSentences(this, locale);
    return this.#sentences;
  }

  slice({ start, end }: Span): string {
    return this.characters.slice(start, end).join('');
  }

  /**
   * Where a pattern matches, or, if it has a group named `on`, where that does. Empty matches are left out.
   * @param pattern with the flags g and u
   */
  matches(pattern: RegExp): Span[] {
    const spans: Span[] = [];
    const hasGroup = pattern.source.includes('(?<on>');
    const searched = hasGroup && !pattern.hasIndices ? new RegExp(pattern.source, `${pattern.flags}d`) : pattern;
    for (const match of this.text.matchAll(searched)) {
      const [from, to] = hasGroup
        ? (match.indices?.groups?.on ?? [0, 0])
        : [match.index, match.index + match[0].length];
      if (to > from) spans.push({ start: this.#toPosition(from), end: this.#toPosition(to) });
    }
    return spans;
  }

  /** The position of the code point at an index into the string, which counts UTF-16 units. */
  #toPosition(unit: number): number {
    if (this.text.length === this.characters.length) return unit;
    this.#offsets ??= unitPositions(this.characters, this.text.length);
    return this.#offsets[unit]!;
  }
}

function countWords(text: string, locale: string | null): Map<string, number> {
  const counts = new Map<string, number>();
  const words =
    locale === null
      ? Array.from(text.matchAll(WORD), ([word]) => word)
      : segmentWords(text, locale).map(({ start, end }) => text.slice(start, end));
  for (const word of words) {
    const spelling = word.toLowerCase();
    counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
  }
  return counts;
}

const views = new WeakMap<Characters, TextView>();

/** The view of a text, the same one each time it is asked for the same list of characters in the same language. */
/** @param context nothing that another call for the same text would have otherwise */
export function viewOf(characters: Characters, language?: Language, context: Omit<Context, 'language'> = {}): TextView {
  const known = views.get(characters);
  if (known !== undefined && known.language === language) return known;
  const view = new TextView(characters, { ...context, language });
  views.set(characters, view);
  return view;
}
