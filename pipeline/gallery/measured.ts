// What the scoring stages leave in the cache, and how the later ones take it up again.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domains } from '../base/schemas.ts';
import type { Signal } from '../base/signals.ts';
import type { Split } from '../datasets/blocks.ts';
import { explainingFailure, readBytes } from '../files/files.ts';
import type { Label } from '../scoring/plan/labels.ts';
import type { Score } from '../scoring/rank.ts';
import type { HypothesisResult, ScoringResult } from '../scoring/results.ts';
import type { LeftByWindow } from '../scoring/window/added.ts';
import type { AddedAtDistance } from '../scoring/window/distance.ts';
import { headlineHypotheses, scoresByCell } from './headline.ts';
import type { SampledSignals, TrainingSample } from './kept-signals.ts';

/** A scoring without its bytes. */
export interface StoredScores {
  readonly evaluatedOn: 'held-out' | 'all';
  readonly scores: readonly Score[];
  /** For each cell the hypothesis that heads it; see `headlineHypotheses`. */
  readonly headline: readonly (string | null)[];
  /** What its cells add to windows of the last steps, and what one of these leaves; null where that was not measured. */
  readonly memory: Memory | null;
  readonly hypotheses: readonly HypothesisResult[];
  readonly null: ScoringResult['null'];
  readonly signals: readonly Signal[];
  readonly domains: Domains;
  /** Text positions of the held-out sample, rising; see `ScoringResult`. */
  readonly positions: readonly number[];
  /** Those of the sample of the training text, rising; none where it was not kept. */
  readonly trainingPositions: readonly number[];
  /** Null where no network predicted anything. */
  readonly loss: Readonly<Record<Split, number>> | null;
}

/** Cells that add as much to a window as a memory must, by its length. */
export interface MemoryCurve {
  readonly length: number;
  readonly cells: number;
}

/** How many of some directions add as much as a memory must, and the most that any adds. */
export interface Directions {
  readonly count: number;
  readonly adding: number;
  readonly most: number;
}

export interface Memory {
  /** The cells' outputs h, and as many random directions; null where h is not known. */
  readonly directions: { readonly outputs: Directions; readonly random: Directions } | null;
  readonly curve: readonly MemoryCurve[];
  /** What the scores that remember add, by how long ago their label last changed. */
  readonly distances: readonly {
    readonly cell: string;
    readonly hypothesis: string;
    readonly found: readonly AddedAtDistance[];
  }[];
  /** What each window leaves. */
  readonly windows: readonly { readonly steps: number; readonly left: readonly LeftByWindow[] }[];
}

/** What a measurement gives the cache to keep. */
export interface Measured {
  readonly scoring: ScoringResult;
  /** See `Book`; null unless asked for. */
  readonly book: Uint8Array | null;
  /** Null unless asked for. */
  readonly training: Pick<TrainingSample, 'positions' | 'bytes'> | null;
  /** Of each step, nats or squared errors, averaged over each split; NaN for a split without blocks. */
  readonly loss?: Readonly<Record<Split, number>>;
  /** At each step, [steps]; NaN at the first, which nothing predicts. */
  readonly losses?: Float32Array;
  /** See `trace/expected.ts`, of every character where there is a book, else of the held-out sample; null where nothing was predicted. */
  readonly expected?: Uint8Array | null;
}

/** Names of the files below a scoring stage's folder. */
export const FILES = {
  scores: 'scores.json',
  heldOut: 'heldout.bin',
  training: 'training.bin',
  book: 'book.bin',
  losses: 'losses.bin',
  expected: 'expected.bin',
  associations: 'associations.json',
  /** [cells, characters] of the held-out sample: 1 where the score that heads the cell calls it on. */
  called: 'called.bin',
} as const;

export function writeFile(path: string, content: Uint8Array | string): void {
  explainingFailure('write', path, () => writeFileSync(path, content));
}

export function readFile(path: string): Uint8Array {
  return readBytes(path);
}

/** The same of a file that some galleries lack; null where it is not there. */
export function readIfThere(path: string): Uint8Array | null {
  return existsSync(path) ? readFile(path) : null;
}

export function readJson<T>(path: string): T {
  return JSON.parse(new TextDecoder().decode(readFile(path))) as T;
}

/** Writes the scores. @param headline see {@link StoredScores}; nothing where nobody asks */
export function storeScores(
  folder: string,
  { scoring, loss, training }: Measured,
  headline: StoredScores['headline'] = [],
  memory: Memory | null = null,
): void {
  const { evaluatedOn, scores, hypotheses, signals, domains, heldOut } = scoring;
  const stored: StoredScores = {
    evaluatedOn,
    scores,
    headline,
    memory,
    hypotheses,
    null: scoring.null,
    signals,
    domains,
    positions: [...heldOut.positions],
    trainingPositions: training === null ? [] : [...training.positions],
    loss: loss ?? null,
  };
  writeFile(join(folder, FILES.scores), JSON.stringify(stored));
}

/**
 * Writes the scores and all that the other stages need besides: the held-out signals [cells, signals, characters], the
 * training sample's and the book.
 * @param cells ids, in order
 * @param labels of all hypotheses over the text
 */
export function storeMeasured(
  folder: string,
  kept: Measured,
  cells: readonly string[],
  labels: readonly Label[],
  memory: Memory | null = null,
): void {
  const { scoring, losses, book, training, expected } = kept;
  const { scores, signals } = scoring;
  const headline = training === null ? [] : headlineHypotheses(cells, scores, { ...training, signals }, labels);
  storeScores(folder, kept, headline, memory);
  writeFile(join(folder, FILES.called), calledOn(cells, scoring, headline));
  writeFile(join(folder, FILES.heldOut), heldOutOf(scoring, cells.length).bytes);
  if (training !== null) writeFile(join(folder, FILES.training), training.bytes);
  if (book !== null) writeFile(join(folder, FILES.book), book);
  const associations = cells.map((_, cell) => associationsOf(scoring, cell));
  writeFile(join(folder, FILES.associations), JSON.stringify(associations));
  if (expected != null) writeFile(join(folder, FILES.expected), expected);
  if (losses === undefined) return;
  writeFile(join(folder, FILES.losses), new Uint8Array(losses.buffer, losses.byteOffset, losses.byteLength));
}

/** All signals at the rows that judge. @param cells how many there are */
export function heldOutOf({ signals, heldOut }: ScoringResult, cells: number): SampledSignals {
  const rows = heldOut.positions.length;
  const bytes = new Uint8Array(cells * signals.length * rows);
  for (let cell = 0; cell < cells; cell++) {
    signals.forEach((signal, s) => {
      bytes.set(heldOut.bytes(cell, signal), (cell * signals.length + s) * rows);
    });
  }
  return { positions: [...heldOut.positions], signals, bytes };
}

function calledOn(
  cells: readonly string[],
  { scores, heldOut }: ScoringResult,
  headline: StoredScores['headline'],
): Uint8Array {
  const called = new Uint8Array(cells.length * heldOut.positions.length);
  const scoresOf = scoresByCell(cells, scores, headline);
  cells.forEach((id, cell) => {
    const [first] = scoresOf.get(id) ?? [];
    const own = first === undefined ? null : heldOut.called(cell, first.hypothesis);
    if (own !== null) called.set(own, cell * own.length);
  });
  return called;
}

/** A cell paired with every scorable hypothesis in all ways; see the schema of a cell. */
export type Associations = { hypothesis: string; values: number[] }[];

/** Decimals that a description is worth. */
const DECIMALS = 5;

function associationsOf({ hypotheses, associations }: ScoringResult, cell: number): Associations {
  return hypotheses
    .filter(({ scorable }) => scorable)
    .map(({ id }) => ({
      hypothesis: id,
      values: associations(cell, id).map(({ value }) => (Number.isFinite(value) ? Number(value.toFixed(DECIMALS)) : 0)),
    }));
}

export function loadScores(folder: string): StoredScores {
  return readJson<StoredScores>(join(folder, FILES.scores));
}
