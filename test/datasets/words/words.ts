// A third kind of dataset, which is there to see what one takes: a text whose steps are words, each with the white space
// and the marks before it.
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { type Block, lengthOfTraining, splitOf } from '../../../pipeline/datasets/blocks.ts';
import {
  type Dataset,
  type DatasetKind,
  type Kind,
  type LabelledDataset,
  NO_ROWS,
} from '../../../pipeline/datasets/dataset.ts';
import { paragraphs } from '../../../pipeline/datasets/text/paragraphs.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';

const WORD = /[^\p{L}\p{N}]*[\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
const BLOCK = 100;

/** What would be one more name in `datasets/dataset.ts`. */
const KIND = 'words' as string as Kind;

export function wordsDataset(text: string): Dataset {
  const texts = text.match(WORD) ?? [];
  const count = Math.max(1, Math.round(texts.length / BLOCK));
  const blocks = Array.from(
    { length: count },
    (_, k): Block => ({
      start: k * BLOCK,
      end: k === count - 1 ? texts.length : (k + 1) * BLOCK,
      split: splitOf(k),
    }),
  );
  return {
    kind: KIND,
    source: { id: 'words', title: 'Words', source: 'here' },
    texts,
    symbols: texts.map((word) => word.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()),
    spans: [],
    rows: NO_ROWS,
    blocks,
    paragraphs: paragraphsOf(texts),
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(blocks),
  };
}

/** The paragraphs of the text, each up to the word before the one in which the next begins. */
function paragraphsOf(texts: readonly string[]): { start: number; end: number }[] {
  const stepOf: number[] = [];
  for (const [step, word] of texts.entries()) stepOf.push(...toCharacters(word).map(() => step));
  const starts = paragraphs(toCharacters(texts.join(''))).map(({ start }) => stepOf[start]!);
  const distinct = [...new Set(starts)];
  return distinct.map((start, k) => ({ start, end: distinct[k + 1] ?? texts.length }));
}

export function labelWords(dataset: Dataset, hypotheses: Readonly<Record<string, RegExp>>): LabelledDataset {
  const named = Object.keys(hypotheses);
  return {
    ...dataset,
    hypotheses: named.map((id) => ({ id, title: id, kind: 'binary', phrases: { on: `On ${id}`, off: `Off ${id}` } })),
    labels: named.map((id) => ({
      id,
      kind: 'binary',
      values: Uint8Array.from(dataset.symbols, (word) => Number(hypotheses[id]!.test(word))),
    })),
  };
}

export const words: DatasetKind = {
  words: {
    step: 'word',
    steps: 'words',
    read: 'word',
    whole: 'text',
    excerpt: 'passage',
    loss: 'nats a word',
  },
  blockLength: BLOCK,
  reads: 'symbols',
  drawn: 'text',
  ofCharacters: false,
  excerptLengths: () => ({ lead: 60, other: 20, labelled: 60 }),
  identity: ({ texts }) => texts.join(''),
  inputNames: (_, vocabulary) => vocabulary,
  inputs: ({ symbols }, { vocabulary }) => ({ reads: 'symbols', ids: encode(symbols, vocabulary) }),
};
