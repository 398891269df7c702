// The runs of a study: the same network from other seeds and on a shuffled text, each in a folder of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toCharacters } from '../base/positions.ts';
import { integerBelow, mixedRandom, type Random } from '../base/random.ts';
import { type Block, SPLITS } from '../datasets/blocks.ts';
import { encode } from '../datasets/text/vocabulary.ts';
import type { Engine } from '../engines/engine.ts';
import type { EngineChoice } from '../engines/index.ts';
import { makeFolder } from '../files/files.ts';
import { hasCard } from '../models/formats/own/card.ts';
import { writeParameters } from '../models/formats/own/parameters.ts';
import { characterTargets } from '../trace/targets.ts';
import type { Configuration } from '../training/configuration.ts';
import { toParameters } from '../training/loop.ts';
import { trainInto } from '../training/train.ts';
import type { TrainingSet } from '../training/training-set.ts';

/** A run of the study, besides the gallery's own model. */
export interface StudyRun {
  /** Names its folder: `seed-2` or `shuffled`. */
  readonly id: string;
  readonly seed: number;
  /** Of the order of the characters, where they are shuffled. */
  readonly shuffle: number | null;
  /** Optimiser steps after which its weights are kept, rising; those that the run does not reach do not count. */
  readonly steps: readonly number[];
}

/** Where the weights after a step lie. */
export function stepFile(folder: string, step: number): string {
  return join(folder, 'steps', `${step}.safetensors`);
}

/** Whether a run has come to its end. */
export function isTrained(folder: string): boolean {
  return hasCard(folder) && existsSync(join(folder, 'model.safetensors'));
}

/**
 * Trains a run, or goes on with it where it was stopped, and keeps the averaged weights after the steps that it names.
 * @param folder of this run
 * @throws InputError a folder with a checkpoint of another run
 */
export async function trainRun(
  { id, seed, shuffle, steps }: StudyRun,
  folder: string,
  { configuration, trainingSet, engine, choice }: StudyTraining,
): Promise<void> {
  const { architecture, text } = trainingSet;
  const kept = new Set(steps);
  if (kept.size > 0) makeFolder(join(folder, 'steps'));
  const ids = () => encode(toCharacters(text!), trainingSet.card.vocabulary);
  await trainInto({
    folder,
    title: id,
    configuration: { ...configuration, seed },
    trainingSet,
    ...(shuffle === null ? {} : { lessons: shuffledTrainingSet(trainingSet, ids(), shuffle) }),
    engine,
    choice,
    resume: true,
    stepped({ step, tensors }) {
      if (!kept.has(step)) return;
      const averages = tensors.map(({ average }) => average);
      const finished = trainingSet.finish(toParameters(architecture, averages));
      writeParameters(stepFile(folder, step), architecture, finished);
    },
  });
}

/** What all runs of a study have in common. */
export interface StudyTraining {
  readonly configuration: Configuration;
  readonly trainingSet: TrainingSet;
  readonly engine: Engine;
  readonly choice: EngineChoice;
}

// A text with nothing to learn but how frequent its letters are: what a network comes to that learns, but not this text.

/**
 * Puts the characters of each split in a random order among themselves, so that each keeps its letters and no split learns
 * of another's (Fisher and Yates 1938, as Durstenfeld 1964 has it).
 * @param ids [characters]
 * @returns a copy in the same blocks
 */
export function shuffledWithin(ids: Int32Array, blocks: readonly Block[], random: Random): Int32Array {
  const shuffled = ids.slice();
  for (const split of SPLITS) {
    const positions = blocks
      .filter((block) => block.split === split)
      .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
    for (let last = positions.length - 1; last > 0; last--) {
      const [a, b] = [positions[last]!, positions[integerBelow(last + 1, random)]!];
      [shuffled[a], shuffled[b]] = [shuffled[b]!, shuffled[a]!];
    }
  }
  return shuffled;
}

/**
 * What the shuffled twin is trained on.
 * @param ids of the subject's text
 */
export function shuffledTrainingSet(trainingSet: TrainingSet, ids: Int32Array, seed: number): TrainingSet {
  const shuffled = shuffledWithin(ids, trainingSet.blocks, mixedRandom(seed));
  return {
    ...trainingSet,
    name: `${trainingSet.name} with its characters in random order`,
    identity: [trainingSet.identity, 'shuffled', seed],
    targets: characterTargets(shuffled, trainingSet.architecture.outputs),
  };
}
