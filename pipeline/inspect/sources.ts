// What a model is to read, from a text or from a file of series, as it takes it.

import { InputError } from '../base/errors.ts';
import { type Characters, toCharacters } from '../base/positions.ts';
import type { SeriesFile } from '../datasets/series/csv.ts';
import { encode } from '../datasets/text/vocabulary.ts';
import { readsNumbers } from '../lstm/parameters.ts';
import { type OpenedModel, readsBackwards } from '../models/open.ts';
import { characterTargets, numberSequence, numberTargets, sequenceOf } from '../trace/targets.ts';
import type { InspectedSequence } from './inspect.ts';
import { readTokens } from './tokens.ts';

/** @throws InputError a model that reads numbers, or whose characters are not known */
export function requireVocabulary({ name, architecture, vocabulary }: OpenedModel): void {
  if (readsNumbers(architecture)) {
    throw new InputError(
      `"${name}" reads ${architecture.inputs} numbers a step, not text.`,
      {},
      'Give it --series, or --vocabulary if these numbers are one-hot characters.',
    );
  }
  if (vocabulary.length === 0) {
    throw new InputError(
      `It is not known which characters the ${architecture.inputs} numbers of "${name}" are.`,
      {},
      'Give them with --vocabulary. Where they are words, or pieces of words, give their tokeniser with --tokenizer.',
    );
  }
}

/** @throws InputError as {@link requireVocabulary}, and a model that does not predict how likely each next character is */
export function requirePrediction(model: OpenedModel): void {
  requireVocabulary(model);
  const { name, architecture, vocabulary, origin } = model;
  const steps = stepsOf(model);
  const { outputs, outputActivation = 'softmax' } = architecture;
  if (readsBackwards(architecture)) {
    const fix = 'Take a network whose layers all read forwards.';
    throw new InputError(`"${name}" reads from the end too, and so has seen what it should predict.`, {}, fix);
  }
  if (outputs === vocabulary.length && outputActivation === 'softmax') return;
  if (origin.unwired !== undefined) throw new InputError(origin.unwired.why, { file: name }, origin.unwired.fix);
  if (origin.withoutHead !== undefined) {
    const fix = 'Its gates need no output layer: `cellarium inspect` and `cellarium weights` show them.';
    throw new InputError(`"${name}" cannot predict here. ${origin.withoutHead}`, {}, fix);
  }
  const says = outputs === 0 ? 'no output layer' : `${outputs} outputs with the activation ${outputActivation}`;
  throw new InputError(
    `"${name}" has ${says}, where a softmax over its ${vocabulary.length} ${steps} would predict the next.`,
    {},
    'Take a network that does, or give --output-activation where its file leaves that open.',
  );
}

/** @throws InputError as {@link requireVocabulary}, and a character that the model does not know, where it stands */
export function textSequence(text: string | Characters, model: OpenedModel, file: string): InspectedSequence {
  requireVocabulary(model);
  const characters = typeof text === 'string' ? toCharacters(text) : text;
  const { ids, read, notes } = symbolsRead(characters, model, file);
  const { outputs, outputActivation = 'softmax' } = model.architecture;
  const predicts = outputs === model.vocabulary.length && outputActivation === 'softmax';
  return {
    name: file,
    sequence: sequenceOf({ reads: 'symbols', ids }, stepsOf(model)),
    inputs: read.map((symbol) => [symbol]),
    ...(predicts ? { targets: characterTargets(ids, outputs) } : {}),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What a model's steps are called, where it reads a text. */
export function stepsOf({ tokeniser }: Pick<OpenedModel, 'tokeniser'>): 'characters' | 'tokens' {
  return tokeniser === undefined ? 'characters' : 'tokens';
}

function symbolsRead(characters: Characters, model: OpenedModel, file: string) {
  const { tokeniser, vocabulary } = model;
  if (tokeniser === undefined) return { ids: encode(characters, vocabulary, file), read: characters, notes: [] };
  const { ids, names, notes } = readTokens(characters, { ...model, tokeniser }, file);
  return { ids, read: names, notes };
}

/** @throws InputError a model that reads characters, or other features than the file has */
export function seriesSequences(file: SeriesFile, model: OpenedModel, path: string): InspectedSequence[] {
  const { architecture, name } = model;
  if (!readsNumbers(architecture)) {
    throw new InputError(`"${name}" reads characters, not numbers.`, { file: path }, 'Give it --text or --text-file.');
  }
  const order = featureOrder(file, model, path);
  return file.series.map(({ name: series, values, steps }) => {
    const inputs = Array.from({ length: steps }, (_, t) => order.map((column) => values[t * file.width + column]!));
    return rowSequence(series, inputs, model);
  });
}

/** A series. A network with as many outputs as inputs is assumed to predict the next row. */
export function rowSequence(
  name: string,
  inputs: readonly (readonly number[])[],
  model: OpenedModel,
): InspectedSequence {
  const { inputs: width, outputs, outputActivation } = model.architecture;
  const values = Float32Array.from(inputs.flat());
  const predicts = outputs === width && outputActivation !== undefined;
  return {
    name,
    sequence: numberSequence(values, width),
    inputs,
    ...(predicts ? { targets: numberTargets(values, width) } : {}),
  };
}

/** Series one after the other, as a network reads them that carries its state. */
export function joinSeries(series: readonly InspectedSequence[], model: OpenedModel): InspectedSequence {
  const rows = series.flatMap(({ inputs }) => inputs.map((row) => row.map(Number)));
  return rowSequence(series.map(({ name }) => name).join(', '), rows, model);
}

/**
 * The columns of the file in the order of the model's features: by name where both have names and its user chose none,
 * else as they stand.
 */
function featureOrder(file: SeriesFile, model: OpenedModel, path: string): number[] {
  const { features: columns, width } = file;
  const { architecture, features, name } = model;
  if (width !== architecture.inputs) {
    const found = `The file has ${width} ${width === 1 ? 'feature' : 'features'}`;
    const named = columns === undefined ? '' : ` (${columns.join(', ')})`;
    const expected = features === undefined ? '' : `: ${features.join(', ')}`;
    const noted = file.notes.map((note) => ` ${note}`).join('');
    throw new InputError(
      `${found}${named}, but "${name}" reads ${architecture.inputs}${expected}.${noted}`,
      { file: path },
      'Choose as many with --columns, by name or number; a column "series" may stand beside them. --delimiter and --decimal say how the file is written.',
    );
  }
  if (features === undefined || columns === undefined || file.chosen) return inOrder(width);
  return features.map((feature) => {
    const column = columns.indexOf(feature);
    if (column >= 0) return column;
    throw new InputError(
      `It has no column "${feature}", which "${name}" reads.`,
      { file: path },
      `Name the columns ${features.join(', ')}, or choose them with --columns, in this order.`,
    );
  });
}

const inOrder = (width: number) => Array.from({ length: width }, (_, column) => column);
