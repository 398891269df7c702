// A study of one network from other seeds, along its training, and on a shuffled text: content/studies/<gallery>.json,
// and the same in the gallery's artifacts.
import { z } from 'zod';
import { alignment, cellId, count, interval, share, signal, slug } from '../base/schemas.ts';

/** Raised whenever a reader of the old files would misread the new ones: people keep studies, which take hours to make. */
export const STUDY_FORMAT = 2;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One hypothesis in one network. */
const bestCell = z.object({
  hypothesis: slug,
  /** The cell that tracks it best on the training text, and the choice that was made for it there. */
  cell: cellId,
  signal,
  alignment,
  /** On the held-out text: AUROC in the chosen direction, or Spearman's ρ in it. */
  value: z.number(),
  interval: interval.nullable(),
  /** Cells that are interpretable by it. */
  interpretable: count,
});

/** The best few cells together, chosen and weighed on the training text. */
const probe = z.object({
  hypothesis: slug,
  size: count,
  cells: z.array(cellId),
  /** On the held-out text. */
  auroc: share,
  interval: interval.nullable(),
});

/** What the cells of one network add to what the last steps say. */
const memory = z.object({
  /** Cells that remember something, and those that add as much as a memory must, whatever their p. */
  remembering: count,
  adding: count,
  /** Likewise to windows of each length; of a network along its training to that of a memory alone. */
  curve: z.array(z.object({ steps: count, cells: count })),
  /** For each hypothesis of which a cell promises something on the training text, the cell that promises most there. */
  best: z.array(
    z.object({
      hypothesis: slug,
      /** The cell, and the choice that was made for it on the training text. */
      cell: cellId,
      signal,
      alignment,
      /** On the held-out text: the share of what the window leaves that the signal takes away. */
      adds: z.number(),
      interval: interval.nullable(),
      /** Cells that remember it. */
      remembering: count,
    }),
  ),
});

const network = z.object({
  /** `seed-2`, `seed-2-step-64`, `untrained` or `shuffled`. */
  id: slug,
  /** A trained network, one as it was after a step of its training, one before any, one trained on a shuffled text. */
  kind: z.enum(['seed', 'step', 'untrained', 'shuffled']),
  seed: z.int(),
  /** Optimiser steps that its weights have had; null where nobody counted. */
  step: count.nullable(),
  /** SHA-256 of the weights' file; of an untrained network nothing, for its seed makes it. */
  weights: hash.nullable(),
  /** Nats a character on the held-out text. */
  loss: z.number(),
  /** Cells with an interpretable row, and those whose row needs memory. */
  interpretable: z.object({ count, needingMemory: count }),
  /** Null where too little is held out for it. */
  memory: memory.nullable(),
  best: z.array(bestCell),
  probes: z.array(probe),
  /** For each scorable hypothesis, cells by strength in equal bins over [0, 1]. */
  spread: z.array(z.object({ hypothesis: slug, counts: z.array(count) })),
  /** Likewise by the best of the hypotheses that need memory. */
  strongest: z.array(count),
});
export type StudyNetwork = z.infer<typeof network>;
export type StudyMemory = z.infer<typeof memory>;

/** Raised whenever a study measures more than before, so that the file of before lacks it. */
export const STUDY_VERSION = 2;

export const studySchema = z.object({
  format: z.literal(STUDY_FORMAT),
  version: z.literal(STUDY_VERSION),
  gallery: slug,
  /** The command that made it. */
  command: z.string(),
  made: z.object({
    /** Of the text, its labels, the gallery's own weights, and this study's configuration. */
    text: hash,
    labels: hash,
    weights: hash,
    configuration: hash,
    engine: z.string(),
    /** Of the programs: name and version. */
    versions: z.record(z.string(), z.string()),
  }),
  cells: count,
  /** Steps of the window that a memory must add to, and the share that it must add at least. */
  memory: z.object({ steps: count, adds: z.number() }),
  /** The hypotheses that are drawn over the steps, and those that were probed. */
  hypotheses: z.array(slug),
  probed: z.array(slug),
  /** The seed of the order of the shuffled text's characters. */
  order: z.int(),
  networks: z.array(network),
});
export type Study = z.infer<typeof studySchema>;

/** What of the gallery is no longer what it was when the study was made. */
const change = z.enum(['text', 'labels', 'weights']);

export const galleryStudySchema = studySchema.extend({ changed: z.array(change) });
export type GalleryStudy = z.infer<typeof galleryStudySchema>;

/**
 * The networks of other seeds and the one that was trained on shuffled text, which are drawn beside the gallery's own.
 * @returns none where the study is of another text, other labels or other weights than the gallery's
 */
export function networksBeside(study: GalleryStudy | null): StudyNetwork[] {
  if (study === null || study.changed.length > 0) return [];
  return study.networks.filter(
    ({ kind, weights }) => kind === 'shuffled' || (kind === 'seed' && weights !== study.made.weights),
  );
}
