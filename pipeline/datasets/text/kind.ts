// How a text is spoken of, drawn, hashed and read.
import type { DatasetKind } from '../dataset.ts';
import { BLOCK_LENGTH } from './blocks.ts';
import { encode } from './vocabulary.ts';

export const text: DatasetKind = {
  words: {
    step: 'character',
    steps: 'characters',
    read: 'character',
    whole: 'text',
    excerpt: 'passage',
    loss: 'nats a character',
  },
  blockLength: BLOCK_LENGTH,
  reads: 'symbols',
  drawn: 'text',
  ofCharacters: true,
  excerptLengths: () => ({ lead: 620, other: 160, labelled: 700 }),
  identity: ({ texts }) => texts.join(''),
  inputNames: (_, vocabulary) => vocabulary,
  inputs: ({ texts, source }, { vocabulary }) => ({
    reads: 'symbols',
    ids: encode(texts, vocabulary, source.source),
  }),
};
