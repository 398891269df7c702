// What a study trains and asks: content/studies/<gallery>.yaml.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { slug } from '../base/schemas.ts';
import { suggestNames } from '../base/suggest.ts';
import { loadYaml } from './files.ts';

const count = z.int().positive();
const rising = z
  .array(count)
  .min(1)
  .refine((all) => all.every((value, k) => k === 0 || value > all[k - 1]!), 'must rise');

export const studyConfigurationSchema = z
  .strictObject({
    /** Of the runs beside the gallery's own model. */
    seeds: z.array(z.int()).refine((all) => new Set(all).size === all.length, 'names a seed twice'),
    /** The run whose weights are kept after some of its optimiser steps. */
    steps: z.strictObject({ seed: z.int(), kept: rising }),
    /** The run on a text whose characters are in random order: its own seed, and that of the order. */
    shuffled: z.strictObject({ seed: z.int(), order: z.int() }),
    /** Ids of the hypotheses that are drawn over the steps. */
    hypotheses: z.array(slug).min(1),
    /** Of which hypotheses sparse probes are fitted, and of how many cells. */
    probes: z.strictObject({ hypotheses: z.array(slug), cells: rising }),
  })
  .refine(({ seeds, steps }) => seeds.includes(steps.seed), {
    message: 'is not one of the seeds',
    path: ['steps', 'seed'],
  });

export type StudyConfiguration = z.infer<typeof studyConfigurationSchema>;

/** The folder of the studies. */
export const STUDIES = 'studies';

/** The configuration's file. */
export function studyConfigurationPath(content: string, gallery: string): string {
  return join(content, STUDIES, `${gallery}.yaml`);
}

/** The results' file. */
export function studyPath(content: string, gallery: string): string {
  return join(content, STUDIES, `${gallery}.json`);
}

/**
 * @param known hypotheses of the gallery, by id, and whether they are binary
 * @throws InputError a file that is missing or broken, a hypothesis that the gallery has not, a probe of a real one
 */
export function loadStudyConfiguration(
  content: string,
  gallery: string,
  known: ReadonlyMap<string, 'binary' | 'real'>,
): StudyConfiguration {
  const file = studyConfigurationPath(content, gallery);
  if (!existsSync(file)) {
    throw new InputError(
      `The gallery "${gallery}" has no study.`,
      { file },
      'Write one: its seeds, steps, shuffled run, hypotheses and probes, as content/studies/alice.yaml has them.',
    );
  }
  const configuration = loadYaml(file, studyConfigurationSchema);
  const { hypotheses, probes } = configuration;
  for (const id of [...hypotheses, ...probes.hypotheses]) {
    if (known.has(id)) continue;
    throw new InputError(`The gallery has no hypothesis "${id}".`, { file }, suggestNames(id, [...known.keys()]));
  }
  const real = probes.hypotheses.find((id) => known.get(id) === 'real');
  if (real !== undefined) {
    throw new InputError(`"${real}" is no yes or no, and a probe tells these.`, { file }, 'Take it out of the probes.');
  }
  return configuration;
}
