// A model as an argument names it: a file or a folder where there is one, else an id of content/models.

import { extname } from 'node:path';
import { InputError } from '../base/errors.ts';
import { findEntry } from '../content/files.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { hasCard } from './card.ts';
import { type ImportOptions, importModel, type Origin } from './read.ts';
import { isModelPath } from './recognise.ts';

export interface OpenedModel {
  /** As the argument gave it. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  /** The character of each number; empty where it reads numbers, or where the characters are not known. */
  readonly vocabulary: readonly string[];
  readonly features?: readonly string[];
  /** Whether it carries its state from one series to the next. */
  readonly stateful: boolean;
  readonly origin: Origin;
}

/**
 * @param argument a path, or the id of a model
 * @param content the folder that ids are looked for in
 * @throws InputError neither a path nor an id that is known; a broken model; options that do not fit it
 */
export async function openModel(argument: string, content: string, options: ImportOptions = {}): Promise<OpenedModel> {
  const path = isModelPath(argument) ? argument : findTrained(argument, content);
  const { description, parameters, origin } = await importModel(path, options);
  const { architecture, vocabulary, features, stateful = false } = description;
  return {
    name: argument,
    architecture,
    parameters,
    vocabulary,
    ...(features === undefined ? {} : { features }),
    stateful,
    origin,
  };
}

/** The folder of a model that has been trained or imported. */
function findTrained(id: string, content: string): string {
  if (/[\\/]/.test(id) || extname(id) !== '') {
    const fix = `Check the path, or give the id of a model in ${content}.`;
    throw new InputError('There is no such file or folder of a model.', { file: id }, fix);
  }
  const folder = findEntry(content, 'model', id);
  if (hasCard(folder)) return folder;
  throw new InputError(
    'The model is not trained yet: it has no card.md.',
    { file: folder },
    `Run npx cellarium train ${id}.`,
  );
}

/** Whether a layer reads from the end of the text too, so that what it says of a step depends on what follows. */
export function readsBackwards({ bidirectional = [] }: Architecture): boolean {
  return bidirectional.includes(true);
}
