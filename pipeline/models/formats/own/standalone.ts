// A whole model in one safetensors file: the canonical tensors, and in the metadata what a card says of them.
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { readSafetensors, type TensorFile, writeSafetensors } from '../../../files/safetensors.ts';
import type { Parameters } from '../../../lstm/parameters.ts';
import { checkReading, type Description, descriptionSchema } from './card.ts';
import { parametersFrom, parameterTensors } from './parameters.ts';

export interface StandaloneModel {
  readonly description: Description;
  readonly parameters: Parameters;
}

const FORMAT = 'cellarium';

/** Whether a safetensors file was written by this project. */
export function isOwnFile({ metadata }: Pick<TensorFile, 'metadata'>): boolean {
  return metadata.format === FORMAT;
}

/**
 * @throws InputError weights without a description, as those of a folder of content/models are; a description that does
 *   not fit its weights
 */
export function readStandalone(path: string): StandaloneModel {
  const file = readSafetensors(path);
  const { description: json } = file.metadata;
  if (json === undefined) {
    throw new InputError(
      'These are weights without the description of their network.',
      { file: path },
      'Name the folder that they lie in, with its card.md, or write them with `cellarium export`.',
    );
  }
  const description = parseDescription(json, path);
  checkReading(description, path);
  return { description, parameters: parametersFrom(file, description.architecture, path) };
}

function parseDescription(json: string, file: string): Description {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = z.prettifyError(parsed.error).split('\n');
  throw new InputError(`Its description in the metadata is broken: ${problem}`, { file }, 'Export the model again.');
}

/** Writes atomically; the same model gives the same bytes. */
export function writeStandalone(path: string, { description, parameters }: StandaloneModel): void {
  const metadata = { format: FORMAT, description: JSON.stringify(descriptionSchema.parse(description)) };
  writeSafetensors(path, { tensors: parameterTensors(description.architecture, parameters), metadata });
}
