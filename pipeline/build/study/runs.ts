// The runs of a study: the same network from other seeds and on a shuffled text, each in a folder of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import type { EngineChoice } from '../../engines/index.ts';
import { hasCard } from '../../formats/card.ts';
import { makeFolder } from '../../formats/files.ts';
import { writeParameters } from '../../formats/parameters.ts';
import type { Subject } from '../../subject.ts';
import { toCharacters } from '../../text/positions.ts';
import { encode } from '../../text/vocabulary.ts';
import type { Configuration } from '../../training/configuration.ts';
import { toParameters } from '../../training/train.ts';
import { trainInto } from '../../verbs/train.ts';
import { shuffledSubject } from './shuffled.ts';

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
  { configuration, subject, engine, choice }: StudyTraining,
): Promise<void> {
  const { architecture, text } = subject;
  const kept = new Set(steps);
  if (kept.size > 0) makeFolder(join(folder, 'steps'));
  const ids = () => encode(toCharacters(text!), subject.card.vocabulary);
  await trainInto({
    folder,
    title: id,
    configuration: { ...configuration, seed },
    subject,
    ...(shuffle === null ? {} : { lessons: shuffledSubject(subject, ids(), shuffle) }),
    engine,
    choice,
    resume: true,
    stepped({ step, tensors }) {
      if (!kept.has(step)) return;
      const averages = toParameters(
        architecture,
        tensors.map(({ average }) => average),
      );
      writeParameters(stepFile(folder, step), architecture, subject.finish(averages));
    },
  });
}

/** What all runs of a study have in common. */
export interface StudyTraining {
  readonly configuration: Configuration;
  readonly subject: Subject;
  readonly engine: Engine;
  readonly choice: EngineChoice;
}
