// The tokeniser that lies beside a model's card, and a corpus as its tokens.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { toCharacters } from '../base/positions.ts';
import type { Dataset, LabelledDataset } from '../datasets/dataset.ts';
import { cutBlocks } from '../datasets/text/blocks.ts';
import { parseTokeniser } from '../datasets/tokens/open.ts';
import type { Tokeniser } from '../datasets/tokens/tokeniser.ts';
import { labelTokens, sampledTokens, tokensDataset } from '../datasets/tokens/tokens.ts';
import { frequentWords, wordsTokeniser } from '../datasets/tokens/words.ts';
import { readText } from '../files/files.ts';
import { loadCorpus, wantedHypotheses } from './corpora.ts';
import { loadYaml, modelFolder } from './files.ts';
import { readSyntax } from './syntax/read.ts';

/** What the file of a model's tokeniser is called: a list with a token on each line is no JSON. */
export const TOKENISER_FILES = { json: 'tokenizer.json', list: 'tokenizer.txt' } as const;

/** Where the tokeniser of a model lies; undefined where it has none. */
export function tokeniserPath(folder: string): string | undefined {
  return Object.values(TOKENISER_FILES)
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Whether a model reads tokens: it has a tokeniser, or is to be trained with one. */
export function readsTokens(content: string, model: string): boolean {
  const folder = modelFolder(content, model);
  if (tokeniserPath(folder) !== undefined) return true;
  const configuration = join(folder, 'training.yaml');
  return existsSync(configuration) && loadYaml(configuration, z.looseObject({})).tokens !== undefined;
}

/** @throws InputError a model without a tokeniser, or with a broken one */
export function loadTokeniser(content: string, model: string): Tokeniser {
  const folder = modelFolder(content, model);
  const path = tokeniserPath(folder);
  if (path !== undefined) return parseTokeniser(readText(path), path);
  const fix = `Train it with npx cellarium train ${model}, or import it with --tokenizer.`;
  throw new InputError('The model has no tokeniser.', { file: folder }, fix);
}

/**
 * @param sample about how many tokens of it are read; all where left out
 * @param model whose tokeniser cuts it
 */
export function loadTokensDataset(content: string, id: string, sample: number | undefined, model: string): Dataset {
  const corpus = loadCorpus(content, id);
  const tokeniser = loadTokeniser(content, model);
  const characters = toCharacters(corpus.text);
  if (sample !== undefined) return sampledTokens(corpus, characters, tokeniser, sample);
  return tokensDataset(corpus, characters, tokeniser.encode(characters, corpus.source), tokeniser);
}

/** @param ids as {@link wantedHypotheses} takes them */
export function labelTokensContent(content: string, dataset: Dataset, ids: readonly string[] | 'all'): LabelledDataset {
  return labelTokens(dataset, wantedHypotheses(content, ids), readSyntax);
}

/** A corpus for a model that is to be trained, with a vocabulary of its most frequent words. @param size of that vocabulary */
export function tokensToTrain(content: string, id: string, size: number): { dataset: Dataset; tokeniser: Tokeniser } {
  const corpus = loadCorpus(content, id);
  const characters = toCharacters(corpus.text);
  const blocks = cutBlocks(characters);
  const tokeniser = wordsTokeniser(frequentWords(characters, blocks, size));
  return { dataset: tokensDataset(corpus, characters, tokeniser.encode(characters), tokeniser, blocks), tokeniser };
}
