// What the scoring stages leave in the cache, and how the later ones take it up again.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Domains } from '../artifacts/schema.ts';
import { explainingFailure } from '../formats/files.ts';
import type { Score } from '../scoring/rank.ts';
import type { HypothesisResult, ScoringResult } from '../scoring/results.ts';
import type { Signal } from '../signals.ts';
import type { Split } from '../text/blocks.ts';
import type { TrainingSample } from './training-sample.ts';

/** A scoring without its bytes. */
export interface StoredScores {
  readonly evaluatedOn: 'held-out' | 'all';
  readonly scores: readonly Score[];
  readonly hypotheses: readonly HypothesisResult[];
  readonly null: ScoringResult['null'];
  readonly tieBound: number;
  readonly signals: readonly Signal[];
  readonly domains: Domains;
  /** Text positions of the held-out sample, rising; see `ScoringResult`. */
  readonly positions: readonly number[];
  /** Those of the sample of the training text, rising; none where it was not kept. */
  readonly trainingPositions: readonly number[];
  /** Null where no network foresaw anything. */
  readonly loss: Readonly<Record<Split, number>> | null;
}

/** What a measurement gives the cache to keep. */
export interface Kept {
  readonly scoring: ScoringResult;
  /** [cells, characters]; null where the text is too long for it. */
  readonly book: Uint8Array | null;
  readonly training: Pick<TrainingSample, 'positions' | 'bytes'> | null;
  readonly loss?: Readonly<Record<Split, number>>;
  /** [characters] */
  readonly losses?: Float32Array;
}

/** Names of the files below a scoring stage's folder. */
export const FILES = {
  scores: 'scores.json',
  heldOut: 'heldout.bin',
  training: 'training.bin',
  book: 'book.bin',
  losses: 'losses.bin',
  associations: 'associations.json',
} as const;

export function writeFile(path: string, content: Uint8Array | string): void {
  explainingFailure('write', path, () => writeFileSync(path, content));
}

export function readFile(path: string): Uint8Array {
  return explainingFailure('read', path, () => readFileSync(path));
}

export function readJson<T>(path: string): T {
  return JSON.parse(new TextDecoder().decode(readFile(path))) as T;
}

/** Writes scores, and where `bytes` is set the held-out signals [cells, signals, characters] and the book. */
export function storeMeasured(
  folder: string,
  { scoring, loss, losses, book, training }: Kept,
  cells: number,
  bytes: boolean,
): void {
  const { evaluatedOn, scores, hypotheses, tieBound, signals, domains, heldOut } = scoring;
  const positions = [...heldOut.positions];
  const trainingPositions = training === null ? [] : [...training.positions];
  const common = {
    evaluatedOn,
    scores,
    hypotheses,
    null: scoring.null,
    tieBound,
    signals,
    domains,
    positions,
    trainingPositions,
  };
  writeFile(join(folder, FILES.scores), JSON.stringify({ ...common, loss: loss ?? null } satisfies StoredScores));
  if (!bytes) return;
  const all = new Uint8Array(cells * signals.length * heldOut.positions.length);
  for (let cell = 0; cell < cells; cell++) {
    signals.forEach((signal, s) => {
      all.set(heldOut.bytes(cell, signal), (cell * signals.length + s) * heldOut.positions.length);
    });
  }
  writeFile(join(folder, FILES.heldOut), all);
  if (training !== null) writeFile(join(folder, FILES.training), training.bytes);
  if (book !== null) writeFile(join(folder, FILES.book), book);
  const associations = Array.from({ length: cells }, (_, cell) => associationsOf(scoring, cell));
  writeFile(join(folder, FILES.associations), JSON.stringify(associations));
  if (losses === undefined) return;
  writeFile(join(folder, FILES.losses), new Uint8Array(losses.buffer, losses.byteOffset, losses.byteLength));
}

/** A cell paired with every scorable hypothesis in all ways. */
export type Associations = Cell['associations'];

/** Decimals that a description is worth. */
const DECIMALS = 3;

function associationsOf({ hypotheses, associations }: ScoringResult, cell: number): Associations {
  return hypotheses
    .filter(({ scorable }) => scorable)
    .map(({ id }) => ({
      heuristic: id,
      values: associations(cell, id).map(({ value }) => (Number.isFinite(value) ? Number(value.toFixed(DECIMALS)) : 0)),
    }));
}

export function loadScores(folder: string): StoredScores {
  return readJson<StoredScores>(join(folder, FILES.scores));
}
