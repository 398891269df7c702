// What the gallery's index says of its text, and the held-out sample that all pages draw from.
import { FORMAT, type Gallery } from '../artifacts/schema.ts';
import type { LabelledGallery } from '../gallery.ts';
import { compareWithTwin } from '../scoring/rank.ts';
import { SIGNALS } from '../signals.ts';
import type { Split } from '../text/blocks.ts';
import type { StoredScores } from './cache.ts';
import type { HeldOutSample } from './cell-artifact.ts';

/** The held-out sample's characters, and the stretches of it that are consecutive in the text. */
export function heldOutSample(characters: readonly string[], positions: readonly number[]): HeldOutSample {
  const pieces: { start: number; end: number }[] = [];
  positions.forEach((position, row) => {
    if (row > 0 && position === positions[row - 1]! + 1) pieces.at(-1)!.end = row + 1;
    else pieces.push({ start: row, end: row + 1 });
  });
  return {
    characters: positions.map((position) => characters[position]!),
    pieces,
    positions: Int32Array.from(positions),
  };
}

/** Interpretable cells of the model and its twin, the hypotheses that need no memory left out. */
export function countByMemory(model: StoredScores, twin: StoredScores): { count: number; untrainedCount: number } {
  const needed = new Set(model.hypotheses.filter(({ needsMemory }) => needsMemory).map(({ id }) => id));
  const only = ({ evaluatedOn, scores }: StoredScores) => ({
    evaluatedOn,
    scores: scores.filter(({ heuristic }) => needed.has(heuristic)),
  });
  const { count, untrainedCount } = compareWithTwin(only(model), only(twin));
  return { count, untrainedCount };
}

/** The h of every cell out of all six signals, [cells, characters]. */
export function hOf(heldOut: Uint8Array, cells: number, characters: number): Uint8Array {
  const out = new Uint8Array(cells * characters);
  const at = SIGNALS.indexOf('h') * characters;
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * SIGNALS.length * characters + at;
    out.set(heldOut.subarray(from, from + characters), cell * characters);
  }
  return out;
}

export function heldOutText({ blocks }: LabelledGallery, sample: HeldOutSample): Omit<Gallery['heldOut'], 'h'> {
  const pieces = sample.pieces.map((piece) => {
    const start = sample.positions[piece.start]!;
    const block = blocks.findIndex((candidate) => start >= candidate.start && start < candidate.end);
    return { block, start, end: start + piece.end - piece.start };
  });
  return { text: sample.characters.join(''), pieces };
}

export function describeText(labelled: LabelledGallery, corpusHash: string, scores: StoredScores) {
  const { gallery, corpus, characters, blocks } = labelled;
  const of = (split: Split) => blocks.filter((block) => block.split === split);
  const length = (split: Split) => of(split).reduce((sum, { start, end }) => sum + end - start, 0);
  const perSplit = (measure: (split: Split) => number) => ({
    train: measure('train'),
    validation: measure('validation'),
    'held-out': measure('held-out'),
  });
  return {
    format: FORMAT,
    id: gallery.id,
    title: gallery.title,
    summary: gallery.summary,
    evaluatedOn: scores.evaluatedOn,
    corpus: {
      id: corpus.id,
      title: corpus.title,
      ...(corpus.author === undefined ? {} : { author: corpus.author }),
      source: corpus.source,
      licence: corpus.licence,
      characters: characters.length,
      blocks: perSplit((split) => of(split).length),
      splitCharacters: perSplit(length),
      hash: corpusHash,
    },
  } as const;
}
