// Names of what may be changed in a text before anything reads it, and how it is said what was changed. The steps
// themselves are those of datasets/text/preparation.
import { z } from 'zod';
import { InputError } from './errors.ts';
import { suggestNames } from './suggest.ts';

/** In the order in which those that are declared are taken. */
export const PREPARATION_STEPS = ['line-breaks', 'nfc', 'collapse-spaces', 'typographic-quotes'] as const;
export type PreparationStep = (typeof PREPARATION_STEPS)[number];
export type Preparation = readonly PreparationStep[];

/** Where nothing is declared: a text is what it is, but for how its lines end. */
export const DEFAULT_PREPARATION: Preparation = ['line-breaks'];

/** As a file keeps it. */
export const preparationSchema = z.array(z.enum(PREPARATION_STEPS)).readonly();

/** As a person writes it: `none`, or a list of steps. */
export const writtenPreparationSchema = z.union([z.literal('none'), z.array(z.enum(PREPARATION_STEPS))], {
  error: `must be "none" or a list of steps; there are ${PREPARATION_STEPS.join(', ')}`,
});

/** The steps of what {@link writtenPreparationSchema} has read. */
export function stepsOf(written: z.infer<typeof writtenPreparationSchema>): Preparation {
  return written === 'none' ? [] : inOrder(written);
}

function inOrder(steps: readonly PreparationStep[]): Preparation {
  return PREPARATION_STEPS.filter((step) => steps.includes(step));
}

/**
 * Reads `none`, or steps separated by commas.
 * @throws {InputError} a step that there is not
 */
export function parsePreparation(text: string): Preparation {
  const names = text.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  const unknown = names.find((name) => !PREPARATION_STEPS.some((step) => step === name));
  if (unknown === undefined) return inOrder(names as PreparationStep[]);
  const what =
    unknown === 'none' ? 'A text is prepared by steps or by none.' : `There is no step "${unknown}" of preparation.`;
  throw new InputError(what, {}, suggestNames(unknown, [...PREPARATION_STEPS, 'none']));
}

/** A preparation as {@link parsePreparation} takes it. */
export function preparationName(preparation: Preparation): string {
  return preparation.length === 0 ? 'none' : preparation.join(',');
}

/** What a preparation did to a text. */
export interface PreparationReport {
  readonly steps: Preparation;
  /** Of the text before it. */
  readonly characters: number;
  /** Characters that each step replaced or left out; those that changed nothing are not there. */
  readonly changed: Readonly<Partial<Record<PreparationStep, number>>>;
}

/** What was changed, in a line: `39 characters of 10,000 changed: collapse-spaces`. Undefined where nothing was. */
export function changedWords({ characters, changed }: PreparationReport): string | undefined {
  const counts = Object.entries(changed);
  if (counts.length === 0) return undefined;
  const count = (value: number) => value.toLocaleString('en');
  const total = counts.reduce((sum, [, value]) => sum + value, 0);
  const [[only]] = counts as [[string, number]];
  const by = counts.length === 1 ? only : counts.map(([step, value]) => `${count(value)} by ${step}`).join(', ');
  return `${count(total)} ${total === 1 ? 'character' : 'characters'} of ${count(characters)} changed: ${by}`;
}
