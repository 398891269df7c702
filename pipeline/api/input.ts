// What a program gives a model to read.
import { InputError } from '../errors.ts';
import type { InspectedSequence } from '../inspect/inspect.ts';
import { rowSequence, textSequence } from '../inspect/sources.ts';
import type { Model } from './model.ts';

/** A text, or a series: for each time step a row with a number for each feature. */
export type Input = string | readonly (readonly number[])[];

/**
 * An input as its network reads it.
 * @throws InputError a character that the model does not know, or rows that do not have its features
 */
export function readInput(model: Model, input: Input): InspectedSequence {
  if (typeof input === 'string') return textSequence(input, model, 'the text');
  const { architecture, name } = model;
  if (architecture.reads !== 'numbers') {
    throw new InputError(`The model "${name}" reads characters, and was given numbers.`, {}, 'Give it a text.');
  }
  const wrong = input.findIndex((row) => row.length !== architecture.inputs || !row.every(Number.isFinite));
  if (wrong < 0) return rowSequence('the series', input, model);
  throw new InputError(
    `Row ${wrong} of the input is [${input[wrong]!.join(', ')}], where the model "${name}" reads ${architecture.inputs} finite numbers.`,
    {},
    'Give a row for each time step, with a number for each feature.',
  );
}
