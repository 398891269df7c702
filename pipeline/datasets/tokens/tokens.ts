// A text as its tokens, and its labels: those of its characters, brought to tokens by a rule.
import { type Characters, type Span, toCharacters } from '../../base/positions.ts';
import { sharedLabels } from '../../base/shared-memory.ts';
import { type Block, lengthOfTraining } from '../blocks.ts';
import { type Dataset, type LabelledDataset, NO_ROWS, type Source } from '../dataset.ts';
import type { LabelKind, TokenRule } from '../labels.ts';
import { labelWanted, type Wanted } from '../text/applicable.ts';
import { cutBlocks, sampleText } from '../text/blocks.ts';
import { paragraphs } from '../text/paragraphs.ts';
import type { ReadSyntax } from '../text/syntax.ts';
import { sourceOf, textDataset } from '../text/text.ts';
import type { Tokenised, Tokeniser } from './tokeniser.ts';

interface Spans {
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/**
 * Where the text that a page shows of each token begins, and where the last one's ends: each has what stands between it and the
 * next, and the first also what stands before it. Of tokens that divide a character the first has it.
 */
export function tileStarts({ starts, ends }: Spans, length: number): Int32Array {
  return Int32Array.from({ length: starts.length + 1 }, (_, k) => {
    if (k === starts.length) return length;
    return k === 0 ? 0 : Math.max(starts[k]!, ends[k - 1]!);
  });
}

/** The tokens that begin in each of some spans that tile the text; spans in which none begins are left out. */
function inTokens<S extends Span>(spans: readonly S[], tiles: Int32Array): S[] {
  let token = 0;
  const found: S[] = [];
  for (const span of spans) {
    const start = token;
    while (token < tiles.length - 1 && tiles[token]! < span.end) token += 1;
    if (token > start) found.push({ ...span, start, end: token });
  }
  return found;
}

/** @param blocks of its characters, where it is not cut like any other text */
export function tokensDataset(
  source: Source,
  characters: Characters,
  { ids, starts, ends }: Pick<Tokenised, 'ids' | 'starts' | 'ends'>,
  { tokens }: Pick<Tokeniser, 'tokens'>,
  blocks: readonly Block[] = cutBlocks(characters),
): Dataset {
  const tiles = tileStarts({ starts, ends }, characters.length);
  const ofTokens = inTokens(blocks, tiles);
  return {
    kind: 'tokens',
    source: sourceOf(source),
    texts: Array.from(ids, (_, k) => characters.slice(tiles[k]!, tiles[k + 1]!).join('')),
    symbols: Array.from(ids, (id) => tokens[id]!),
    spans: Array.from(starts, (start, k) => ({ start, end: ends[k]! })),
    rows: NO_ROWS,
    blocks: ofTokens,
    paragraphs: inTokens(paragraphs(characters), tiles),
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(ofTokens),
  };
}

/** Of a text about so many tokens, as {@link sampleText} takes characters. */
export function sampledTokens(source: Source, whole: Characters, tokeniser: Tokeniser, atLeast: number): Dataset {
  const all = tokeniser.encode(whole, source.source);
  const wholeBlocks = cutBlocks(whole);
  const wanted = (atLeast * whole.length) / Math.max(1, all.ids.length);
  const { characters, blocks, leaps, pieces } = sampleText(whole, wholeBlocks, wanted);
  const isSample = characters.length < whole.length;
  const tokenised = isSample ? tokeniser.encode(characters, source.source) : all;
  const tiles = tileStarts(tokenised, characters.length);
  return {
    ...tokensDataset(source, characters, tokenised, tokeniser, blocks),
    sampledFrom: isSample ? { steps: all.ids.length, text: whole.join(''), pieces } : null,
    leaps: leaps.map((leap) => tiles.findIndex((start) => start >= leap)),
    training: lengthOfTraining(inTokens(wholeBlocks, tileStarts(all, whole.length))),
  };
}

// Labels.

/** The rule of a hypothesis that names none. A number is that of the last character, which has been read when the token has. */
export const USUAL_RULE = { binary: 'majority', real: 'last' } as const satisfies Record<LabelKind, TokenRule>;

/** One value a token. @param values one a character */
export function labelsOfTokens(
  spans: readonly Span[],
  kind: LabelKind,
  values: ArrayLike<number>,
  rule: TokenRule = USUAL_RULE[kind],
): Uint8Array | Float32Array {
  const labels = kind === 'binary' ? new Uint8Array(spans.length) : new Float32Array(spans.length);
  spans.forEach(({ start, end }, token) => {
    labels[token] =
      rule === 'first' ? values[start]! : rule === 'last' ? values[end - 1]! : voted(values, start, end, rule);
  });
  return labels;
}

function voted(values: ArrayLike<number>, start: number, end: number, rule: TokenRule): number {
  let on = 0;
  for (let position = start; position < end; position++) on += values[position]!;
  return Number(rule === 'any' ? on > 0 : 2 * on > end - start);
}

/**
 * Labels the tokens as {@link labelWanted} labels the characters of their text; hypotheses that say nothing of tokens are left out.
 * @throws InputError as that does
 */
export function labelTokens(dataset: Dataset, wanted: Wanted, readSyntax: ReadSyntax): LabelledDataset {
  const { texts, spans, sampledFrom, source } = dataset;
  const applying = wanted.hypotheses.filter(({ tokens }) => tokens !== 'none');
  const silent = wanted.hypotheses
    .filter(({ tokens }) => tokens === 'none')
    .map(({ id, title }) => ({ id, title, reason: 'it says nothing of whole tokens' }));
  const ofCharacters = { ...textDataset(source, toCharacters(texts.join('')), []), sampledFrom };
  const {
    hypotheses,
    labels,
    leftOut = [],
    remarks,
  } = labelWanted(ofCharacters, { ...wanted, hypotheses: applying }, readSyntax);
  const rules = new Map(applying.map(({ id, tokens }) => [id, tokens]));
  return {
    ...dataset,
    hypotheses,
    labels: labels.map(({ id, kind, values }) => ({
      id,
      kind,
      values: sharedLabels(kind, labelsOfTokens(spans, kind, values, rules.get(id))),
    })),
    leftOut: [...leftOut, ...silent],
    ...(remarks === undefined ? {} : { remarks }),
  };
}
