// A model from wherever it comes: which reader its file needs, and what it is in the canonical form.
import { InputError } from '../base/errors.ts';
import { readSafetensors } from '../files/safetensors.ts';
import type { Parameters } from '../lstm/parameters.ts';
import { checkReading, type Description, readModel } from './card.ts';
import { canonical, type ForeignNetwork, type FunctionOptions } from './foreign.ts';
import { isOwnFile, readStandalone } from './formats/own/standalone.ts';
import { folderOf, readForeign } from './readers.ts';
import { recogniseFormat } from './recognise.ts';
import { readVocabulary } from './vocabulary.ts';

export interface ImportOptions extends FunctionOptions {
  /** Path of a file for {@link readVocabulary}; a network without an embedding reads numbers unless it is given. */
  readonly vocabulary?: string;
  /** Names of the numbers of a row. */
  readonly features?: readonly string[];
}

/** What is told of a file besides the network in it. */
export type Origin = Pick<ForeignNetwork, 'format' | 'gateOrder' | 'biases' | 'notes' | 'run' | 'runSteps'>;

export interface ImportedModel {
  readonly description: Description;
  readonly parameters: Parameters;
  readonly origin: Origin;
}

/** What {@link Origin} calls a model of this project. */
export const OWN_FORMAT = 'Cellarium';
const OWN: Origin = { format: OWN_FORMAT, gateOrder: 'i f g o', biases: 'one', notes: [] };

/**
 * Reads a model of any known kind.
 * @throws InputError a file of no known kind, or that is broken or holds what is not supported; a vocabulary or features
 *   that do not fit it
 */
export async function importModel(path: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const format = recogniseFormat(path);
  if (format === 'cellarium') return readFolder(path);
  if (format === 'safetensors' && isOwnFile(readSafetensors(path))) return { ...readStandalone(path), origin: OWN };
  const network = await readForeign(path, format, options);
  const { vocabulary: file, features } = options;
  const hasEmbedding = network.layers.some((layer) => layer.kind === 'embedding');
  const readsCharacters = hasEmbedding || file !== undefined || network.vocabulary !== undefined;
  const { architecture, parameters } = canonical(network, readsCharacters ? 'characters' : 'numbers', path);
  if (readsCharacters && features !== undefined) {
    throw new InputError('It reads characters, which have no features.', { file: path }, 'Leave out --features.');
  }
  const vocabulary = file === undefined ? (network.vocabulary ?? []) : readVocabulary(file, architecture.inputs);
  const description: Description = {
    vocabulary: [...vocabulary],
    ...(features === undefined ? {} : { features: [...features] }),
    ...(network.stateful ? { stateful: true } : {}),
    architecture,
  };
  checkReading(description, path);
  return { description, parameters, origin: network };
}

/** @param path a model's folder, or the card in it */
function readFolder(path: string): ImportedModel {
  const { card, parameters } = readModel(folderOf(path, 'card.md'));
  return { description: describe(card), parameters, origin: OWN };
}

/** What a card says of the network, without the run that made it. */
function describe({ vocabulary, features, stateful, architecture }: Description): Description {
  return {
    vocabulary,
    ...(features === undefined ? {} : { features }),
    ...(stateful === undefined ? {} : { stateful }),
    architecture,
  };
}
