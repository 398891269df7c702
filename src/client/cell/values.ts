// What the page of a cell knows of each character of its excerpts: the six signals, and what the network expected.

import { domainOf } from '../../../pipeline/base/bytes.ts';
import type { Domains } from '../../../pipeline/base/schemas.ts';
import type { Signal } from '../../../pipeline/base/signals.ts';
import { integer } from '../../shared/format.ts';
import { SIGNAL_WORDS, signalOrder } from '../../shared/words.ts';
import { fetchCell } from '../common/cell-file.ts';
import { expectedSentences, quoteCharacter, signalText } from '../common/reading.ts';
import { tokensOf } from '../common/tokens.ts';
import { type Reading, watchCharacters } from '../common/values.ts';

async function read(text: HTMLElement, position: number): Promise<Reading> {
  const bar = document.querySelector<HTMLElement>('#bar')!;
  const { source, characters, signals, lag, domains, counted } = bar.dataset;
  const { offset, start, row } = text.dataset;
  const own = [...(text.textContent ?? '')];
  const [{ values: bytes }, sentences] = await Promise.all([
    fetchCell(source!),
    expectedSentences(bar.dataset, row === undefined ? null : Number(row) + position),
  ]);
  const scales = JSON.parse(domains!) as Domains;
  const present = signalOrder([...signals!] as Signal[]).filter((letter) => signals!.includes(letter));
  // The state that colours the character, which under one alignment is that of the character before.
  const at = position - Number(lag);
  const valueText = (letter: Signal): string => {
    const first = signals!.indexOf(letter) * Number(characters) + Number(offset);
    return at < 0 ? '–' : signalText(bytes[first + at]!, domainOf(scales, letter));
  };
  const nameOf = (letter: Signal): string =>
    `${domainOf(scales, letter).transform === 'tanh' ? `tanh ${letter}` : letter}, ${SIGNAL_WORDS[letter].name}`;
  const token = tokensOf(text).find(({ end }) => position < end);
  const place =
    token === undefined ? `character ${integer(Number(start) + position)}` : `token ${integer(token.number)}`;
  const where = start === undefined ? 'written by the model' : `${place} of the ${counted}`;
  return {
    title:
      token === undefined ? quoteCharacter(own[position]!) : `“${own.slice(token.start, token.end).join('').trim()}”`,
    place: `${where}; ${lag === '1' ? 'just before' : 'just after'} it was read:`,
    values: present.map((letter) => ({ name: nameOf(letter), value: valueText(letter) })),
    // What was expected of a token is not kept.
    sentences: token === undefined ? sentences : [],
  };
}

/** Shows the character at a point; from the first call on, whichever is pointed at. */
export const point = watchCharacters('.text[data-offset]', read);
