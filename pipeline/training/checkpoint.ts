// What a training run needs to go on after it was stopped, in one file that is replaced in one step.
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../files/safetensors.ts';
import { type Architecture, tensorShapes } from '../lstm/parameters.ts';
import type { TrainingState } from './loop.ts';

/** The arrays that are kept of each tensor, by the prefix of their names in the file. */
const KEPT = ['weights', 'firstMoment', 'secondMoment', 'average'] as const;

const metadataSchema = z.object({
  run: z.string(),
  epoch: z.int().nonnegative(),
  step: z.int().nonnegative(),
  random: z.array(z.int()),
  computers: z.array(z.string()).default([]),
  bestEpoch: z.int().nonnegative(),
  bestValidationLoss: z.number(),
  log: z.array(
    z.object({
      epoch: z.int(),
      trainLoss: z.number(),
      validationLoss: z.number(),
      learningRate: z.number(),
      charactersPerSecond: z.number(),
    }),
  ),
});

/**
 * @param run a hash of what is trained on what: configuration and text. What computes it decides the last digits alone
 * @throws InputError where the file cannot be written; the checkpoint of before is still there
 */
export function saveCheckpoint(path: string, run: string, architecture: Architecture, state: TrainingState): void {
  const tensors = new Map<string, Tensor>();
  tensorShapes(architecture).forEach(({ name, rows, columns }, index) => {
    for (const part of KEPT) {
      tensors.set(`${part}/${name}`, { shape: [rows, columns], data: state.tensors[index]![part] });
    }
    tensors.set(`best/${name}`, { shape: [rows, columns], data: state.best.weights[index]! });
  });
  const { epoch, step, random, log, best, computers } = state;
  const saved = {
    run,
    epoch,
    step,
    random,
    computers,
    bestEpoch: best.epoch,
    bestValidationLoss: best.validationLoss,
    log,
  };
  writeSafetensors(path, { tensors, metadata: { checkpoint: JSON.stringify(saved) } });
}

/**
 * @returns the state to go on from; undefined where there is no checkpoint
 * @throws InputError a checkpoint that is damaged, or of another run
 */
export function loadCheckpoint(path: string, run: string, architecture: Architecture): TrainingState | undefined {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = readSafetensors(path);
  const saved = parseMetadata(metadata.checkpoint, path);
  if (saved.run !== run) {
    throw new InputError(
      'The checkpoint is of another run: the configuration or the text has changed since',
      { file: path },
      'Train without --resume to begin anew, or restore what was changed.',
    );
  }
  const take = (name: string, rows: number, columns: number): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data?.length === rows * columns) return data;
    throw new InputError(
      `The checkpoint should hold ${rows}×${columns} values here`,
      { file: path, tensor: name },
      'Remove the file and train without --resume.',
    );
  };
  const shapes = tensorShapes(architecture);
  return {
    epoch: saved.epoch,
    step: saved.step,
    random: saved.random,
    log: saved.log,
    computers: saved.computers,
    tensors: shapes.map(({ name, rows, columns }) => ({
      weights: take(`weights/${name}`, rows, columns),
      firstMoment: take(`firstMoment/${name}`, rows, columns),
      secondMoment: take(`secondMoment/${name}`, rows, columns),
      average: take(`average/${name}`, rows, columns),
    })),
    best: {
      epoch: saved.bestEpoch,
      validationLoss: saved.bestValidationLoss,
      weights: shapes.map(({ name, rows, columns }) => take(`best/${name}`, rows, columns)),
    },
  };
}

/**
 * Optimiser steps that a run's best weights have had, an epoch having about as many as another.
 * @returns null where there is no checkpoint
 * @throws InputError a checkpoint that is damaged
 */
export function stepsOfBest(path: string): number | null {
  if (!existsSync(path)) return null;
  const { step, epoch, bestEpoch } = parseMetadata(readSafetensors(path).metadata.checkpoint, path);
  return Math.round((step * bestEpoch) / Math.max(1, epoch));
}

function parseMetadata(json: string | undefined, file: string): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(json ?? ''));
  } catch {
    const fix = 'Remove the file and train without --resume.';
    throw new InputError('The file is no checkpoint of a training run', { file }, fix);
  }
}
