// What the gallery's index says of its text, and the held-out sample that all pages draw from.

import type { Gallery } from '../../contract/index.ts';
import type { Split } from '../../datasets/blocks.ts';
import type { ExcerptLengths, LabelledDataset } from '../../datasets/dataset.ts';
import { kindOf } from '../../datasets/kinds.ts';
import type { HeldOutSample } from './cell.ts';
import { drawnAt } from './widths.ts';

/** The held-out sample's characters, and the segments of it that are consecutive in the text. */
export function heldOutSample(
  dataset: Pick<LabelledDataset, 'texts' | 'spans'>,
  positions: readonly number[],
  lengths: ExcerptLengths,
): HeldOutSample {
  const pieces: { start: number; end: number }[] = [];
  positions.forEach((position, row) => {
    if (row > 0 && position === positions[row - 1]! + 1) pieces.at(-1)!.end = row + 1;
    else pieces.push({ start: row, end: row + 1 });
  });
  return {
    characters: positions.map((position) => dataset.texts[position]!),
    pieces,
    lengths,
    positions: Int32Array.from(positions),
    drawn: drawnAt(dataset, positions),
  };
}

export function heldOutText(
  { blocks }: LabelledDataset,
  sample: HeldOutSample,
): Pick<Gallery['heldOut'], 'text' | 'pieces'> {
  const pieces = sample.pieces.map((piece) => {
    const start = sample.positions[piece.start]!;
    const block = blocks.findIndex((candidate) => start >= candidate.start && start < candidate.end);
    const { drawn } = sample;
    if (drawn === null) return { block, start, end: start + piece.end - piece.start };
    const last = piece.end - 1;
    return { block, start: drawn.places[piece.start]!, end: drawn.places[last]! + drawn.widths[last]! };
  });
  return { text: sample.characters.join(''), pieces };
}

export function describeText(
  { source: from, texts, sampledFrom, blocks }: LabelledDataset,
  corpusHash: string,
): Gallery['corpus'] {
  const of = (split: Split) => blocks.filter((block) => block.split === split);
  const length = (split: Split) => of(split).reduce((sum, { start, end }) => sum + end - start, 0);
  const perSplit = (measure: (split: Split) => number) => ({
    train: measure('train'),
    validation: measure('validation'),
    'held-out': measure('held-out'),
  });
  const { id, title, author, source, licence, language } = from;
  return {
    id,
    title,
    ...(author === undefined ? {} : { author }),
    source,
    ...(licence === undefined ? {} : { licence }),
    ...(language?.kind === 'programming' ? { programmingLanguage: language.name } : {}),
    characters: texts.length,
    sampledFrom: sampledFrom?.steps ?? null,
    blocks: perSplit((split) => of(split).length),
    splitCharacters: perSplit(length),
    hash: corpusHash,
  };
}

/** What each segment of the text was put to, and where a sample leaps. */
export function describeBlocks({ blocks, leaps }: LabelledDataset): NonNullable<Gallery['book']>['blocks'] {
  return blocks.map(({ start, end, split }) => ({ end, split, leaps: leaps.includes(start) }));
}

/** The features over the held-out sample; null where steps are no numbers. @param positions the steps of the sample */
export function describeRows({ rows }: LabelledDataset, positions: readonly number[]): Gallery['series'] {
  const { features, values, times, period } = rows;
  if (features.length === 0) return null;
  return {
    period,
    features: features.map(({ title, unit }, index) => ({
      title,
      unit,
      values: positions.map((position) => values[position * features.length + index]!),
    })),
    times: times.length === 0 ? null : positions.map((position) => times[position]!),
  };
}

/** What is read, for the words of the pages and how they draw it. */
export function describeKind(labelled: LabelledDataset): Gallery['dataset'] {
  const { words, drawn, ofCharacters } = kindOf(labelled);
  return { kind: labelled.kind, drawn, ofCharacters, words: { ...words } };
}
