// How a text of tokens is spoken of, drawn, hashed and read.
import { hashContent } from '../../files/hash.ts';
import type { Dataset, DatasetKind } from '../dataset.ts';
import { text } from '../text/kind.ts';
import { encode } from '../text/vocabulary.ts';

/** Characters that a token has with what follows it, on average. */
const meanLength = ({ texts }: Dataset): number =>
  Math.max(1, texts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, texts.length));

export const tokens: DatasetKind = {
  words: {
    step: 'token',
    steps: 'tokens',
    read: 'token',
    whole: 'text',
    excerpt: 'passage',
    loss: 'nats a token',
  },
  blockLength: null,
  reads: 'symbols',
  drawn: 'text',
  ofCharacters: false,
  // As long to the eye as those of a text.
  excerptLengths(dataset) {
    const { lead, other, labelled } = text.excerptLengths(dataset);
    const mean = meanLength(dataset);
    return { lead: Math.round(lead / mean), other: Math.round(other / mean), labelled: Math.round(labelled / mean) };
  },
  identity: ({ texts, symbols, spans }) =>
    hashContent(JSON.stringify([texts, symbols, spans.map(({ start, end }) => [start, end])])),
  inputNames: (_, vocabulary) => vocabulary,
  inputs: ({ symbols, source }, { vocabulary }) => ({
    reads: 'symbols',
    ids: encode(symbols, vocabulary, source.source),
  }),
};
