// How verbs read a text for a model: in which encoding, and prepared as the text was that the model learned from.
import type { Command } from 'commander';
import {
  changedWords,
  PREPARATION_STEPS,
  type Preparation,
  type PreparationReport,
  parsePreparation,
} from '../base/preparation.ts';
import { prepare } from '../datasets/text/preparation.ts';
import { parseEncoding } from '../files/encoding.ts';
import { readText } from '../files/files.ts';

export interface PrepareOptions {
  /** In place of the model's own. */
  readonly prepare?: Preparation;
  readonly raw?: true;
}

export interface TextFileOptions extends PrepareOptions {
  readonly encoding?: string;
}

/** `--prepare` and `--raw`. @param usual what is changed when they are left out */
export function addPrepareOptions(
  command: Command,
  usual = 'what was changed in the text that the model learned from',
): Command {
  return command
    .option(
      '--prepare <steps>',
      `what is changed in the text: none, or some of ${PREPARATION_STEPS.join(',')}; when left out, ${usual}`,
      parsePreparation,
    )
    .option('--raw', 'read the text as it is: --prepare none');
}

/** Those, and `--encoding`. */
export function addTextFileOptions(command: Command, usual?: string): Command {
  return addPrepareOptions(command, usual).option(
    '--encoding <name>',
    'of the text file, such as windows-1252 or utf-16le; UTF-8 when left out',
    parseEncoding,
  );
}

/** How a command is told an encoding. */
export const ENCODING_OPTION = '--encoding ';

/** A text as a model reads it. */
export interface TextForModel {
  readonly text: string;
  readonly report: PreparationReport;
  /** What was changed, as a sentence; none where nothing was. */
  readonly notes: readonly string[];
}

/** Prepares a text as its user says, else as the model's own was. */
export function prepareFor(
  model: { readonly preparation?: Preparation },
  written: string,
  { prepare: given, raw }: PrepareOptions,
): TextForModel {
  const { text, report } = prepare(written, raw ? [] : (given ?? model.preparation ?? []));
  const changed = changedWords(report);
  return { text, report, notes: changed === undefined ? [] : [changed] };
}

/** @throws {InputError} a text that is not there, empty, or not in its encoding */
export function readTextFor(
  model: { readonly preparation?: Preparation },
  file: string,
  options: TextFileOptions,
): TextForModel {
  return prepareFor(model, readText(file, { encoding: options.encoding, told: ENCODING_OPTION }), options);
}
