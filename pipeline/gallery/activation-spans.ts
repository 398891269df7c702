// Which characters the rows of a file of activations are, where they are tokens: a list of [start, end], as the offsets are that a
// tokeniser gives.
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import type { Characters, Span } from '../base/positions.ts';
import { faultInSpans } from '../datasets/tokens/tokeniser.ts';
import type { ArraySource } from './activation-source.ts';

const NAME = 'spans';
const schema = z.array(z.tuple([z.int(), z.int()]));

const FIX =
  'Give a list of [start, end] for each token, counted in code points of the text, end not included, such as the offsets of Hugging Face’s tokenizers.';

/**
 * Spans in the metadata of a safetensors file, as JSON, or an array `spans` [tokens, 2] beside the others.
 * @returns with the arrays that are signals
 * @throws InputError spans that are no such list
 */
export function findSpans(source: ArraySource, file: string): { source: ArraySource; spans: readonly Span[] | null } {
  const { metadata, arrays } = source;
  const json = metadata[NAME];
  if (json !== undefined) return { source, spans: parseSpans(json, file) };
  const array = arrays.find(({ name }) => name === NAME);
  if (array === undefined) return { source, spans: null };
  const { shape } = array;
  if (shape.length !== 2 || shape[1] !== 2) {
    throw new InputError(`Its shape is [${shape.join(', ')}].`, { file, tensor: NAME }, FIX);
  }
  const values = array.read(0, 2 * shape[0]!);
  const spans = Array.from({ length: shape[0]! }, (_, k) => ({ start: values[2 * k]!, end: values[2 * k + 1]! }));
  if (!spans.every(({ start, end }) => Number.isInteger(start) && Number.isInteger(end))) {
    throw new InputError('It holds numbers that are not whole.', { file, tensor: NAME }, FIX);
  }
  return {
    source: { ...source, arrays: arrays.filter((other) => other !== array), close: () => source.close() },
    spans,
  };
}

function parseSpans(json: string, file: string): Span[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    list = undefined;
  }
  const parsed = schema.safeParse(list);
  if (parsed.success) return parsed.data.map(([start, end]) => ({ start, end }));
  throw new InputError('The metadata\'s "spans" is no JSON list of pairs of whole numbers.', { file }, FIX);
}

/** @throws InputError more or fewer spans than rows; spans that overlap, go back or lie outside the text */
export function checkSpans(spans: readonly Span[], rows: number, characters: Characters, file: string): void {
  if (spans.length !== rows) {
    const what = `There are ${spans.length} spans of tokens, but ${rows} rows of activations.`;
    throw new InputError(what, { file }, 'Give a span for each row, and none for tokens that have no row.');
  }
  const starts = spans.map(({ start }) => start);
  const fault = faultInSpans({ starts, ends: spans.map(({ end }) => end) }, characters);
  if (fault === undefined) return;
  throw new InputError(
    `Of the spans ${fault}.`,
    { file },
    `${FIX} Leave out what stands for no text, such as [CLS] and [SEP].`,
  );
}
