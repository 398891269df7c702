// A model from wherever it comes, in canonical form: from a file or a folder where there is one, else by an id of
// content/models.
import { extname, join } from 'node:path';
import { InputError } from '../base/errors.ts';
import type { Preparation } from '../base/preparation.ts';
import { findEntry } from '../content/files.ts';
import { fitTokens, parseTokeniser } from '../datasets/tokens/open.ts';
import type { Tokeniser } from '../datasets/tokens/tokeniser.ts';
import { readText } from '../files/files.ts';
import { readMetadata } from '../files/safetensors.ts';
import { type Architecture, isGruNetwork, type Parameters } from '../lstm/parameters.ts';
import { type CanonicalNetwork, canonical, type ForeignNetwork, isRecurrent, type ReadOptions } from './foreign.ts';
import { type Card, checkReading, type Description, hasCard, readModel } from './formats/own/card.ts';
import { isOwnFile, readStandalone } from './formats/own/standalone.ts';
import { folderOf, isModelPath, readForeign, recogniseFormat } from './formats.ts';
import { gruGraph } from './graph/gru-stack.ts';
import { kindOfLayers, type LayeredModel, recurrentNodes } from './graph/model.ts';
import { type LayerChoice, layerNumber } from './layer-names.ts';
import { refusePath } from './other-kinds.ts';
import { readVocabulary } from './vocabulary.ts';

export interface OpenedModel extends CanonicalNetwork {
  /** As the argument gave it. */
  readonly name: string;
  /** The character, or the token, of each number; empty where it reads numbers, or where what it reads is not known. */
  readonly vocabulary: readonly string[];
  /** What cuts a text into its tokens; left out where it reads characters or numbers. */
  readonly tokeniser?: Tokeniser;
  /** What was changed in the text that it learned from; left out where nobody said. */
  readonly preparation?: Preparation;
  readonly features?: readonly string[];
  /** Whether it carries its state from one series to the next. */
  readonly stateful: boolean;
  /** What its file calls each LSTM layer, first to last; empty where it gives them no names. */
  readonly layerNames: readonly string[];
  readonly origin: Origin;
}

/**
 * @param argument a path, or the id of a model
 * @param content the folder that ids are looked for in
 * @throws InputError neither a path nor an id that is known; a broken model; options that do not fit it
 */
export async function openModel(argument: string, content: string, options: ImportOptions = {}): Promise<OpenedModel> {
  const path = isModelPath(argument) ? argument : findTrained(argument, content);
  return opened(await importModel(path, options), argument);
}

function opened({ description, parameters, layerNames, origin, tokens }: ImportedModel, name: string): OpenedModel {
  const read = tokens === undefined ? {} : { vocabulary: tokens.tokens, tokeniser: tokens.tokeniser };
  return { stateful: false, ...description, ...read, name, parameters, layerNames, origin };
}

/** A model that is no plain stack: its LSTM and GRU layers are opened, and all that they read from runs as it is. */
export interface OpenedLayers {
  readonly name: string;
  readonly graph: LayeredModel;
  /** As {@link OpenedModel} has them, of the inputs that read characters. */
  readonly vocabulary: readonly string[];
  readonly preparation?: Preparation;
  readonly features?: readonly string[];
  readonly layerNames: readonly string[];
}

/** As {@link openModel}, but of any model that has an LSTM or GRU layer. @throws InputError as that does */
export async function openAny(
  argument: string,
  content: string,
  options: ImportOptions = {},
): Promise<OpenedModel | OpenedLayers> {
  const path = isModelPath(argument) ? argument : findTrained(argument, content);
  const found = await importAny(path, options);
  if ('graph' in found) return { ...found, name: argument };
  if (isGruNetwork(found.description.architecture)) return { ...ownLayers(found), name: argument };
  return opened(found, argument);
}

/** The number of a layer, from 1, that is asked for by its number or its name. @throws InputError where there is none */
export function findLayer({ architecture, layerNames, origin }: OpenedModel, wanted: LayerChoice): number {
  const count = architecture.units.length;
  const { lstms, unwired } = origin;
  if (lstms === undefined || unwired === undefined) return layerNumber({ count, names: layerNames }, wanted);
  const number = layerNumber({ count: lstms.length, names: lstms.map(({ name }) => name) }, wanted);
  if (number <= count) return number;
  throw new InputError(
    `Nothing in the file says what layer ${number} ("${lstms[number - 1]!.name}") reads.`,
    {},
    unwired.fix,
  );
}

/** The same among all LSTM layers of its file, of which some may not be opened. @throws InputError where there is none */
export function findStoredLayer({ architecture, layerNames, origin }: OpenedModel, wanted: LayerChoice): number {
  const names = origin.lstms?.map(({ name }) => name) ?? layerNames;
  return layerNumber({ count: origin.lstms?.length ?? architecture.units.length, names }, wanted);
}

/** The folder of a model that has been trained or imported. */
function findTrained(id: string, content: string): string {
  if (/[\\/]/.test(id) || extname(id) !== '') {
    refusePath(id);
    const fix = `Check the path, or give the id of a model in ${content}.`;
    throw new InputError('There is no such file or folder of a model.', { file: id }, fix);
  }
  const folder = entryOf(content, id);
  if (hasCard(folder)) return folder;
  throw new InputError(
    'The model is not trained yet: it has no card.md.',
    { file: folder },
    `Run npx cellarium train ${id}.`,
  );
}

/** @throws InputError no model of this id; where a folder has its name, what that is */
function entryOf(content: string, id: string): string {
  try {
    return findEntry(content, 'model', id);
  } catch (error) {
    if (error instanceof InputError) refusePath(id);
    throw error;
  }
}

/** Whether a layer reads from the end of the text too, so that its output at a step depends on what follows. */
export function readsBackwards({ bidirectional = [] }: Architecture): boolean {
  return bidirectional.includes(true);
}

// Import: a path's model with what its file says of it.

export interface ImportOptions extends ReadOptions {
  /** Path of a file for {@link readVocabulary}; a network without an embedding reads numbers unless it is given. */
  readonly vocabulary?: string;
  /** Path of the file of a tokeniser, for a network that reads tokens; see {@link parseTokeniser}. */
  readonly tokenizer?: string;
  /** Names of the numbers of a row. */
  readonly features?: readonly string[];
}

/** What is known of a file besides the network in it. */
export type Origin = Pick<
  ForeignNetwork,
  | ('format' | 'gateOrder' | 'biases' | 'notes' | 'run' | 'runSteps')
  | ('assumed' | 'withoutHead' | 'headOption' | 'lstms' | 'unwired')
>;

/** What a network that reads tokens is given them by. */
export interface ImportedTokens {
  readonly tokeniser: Tokeniser;
  /** Its file. */
  readonly path: string;
  /** A name for each number that the model reads. */
  readonly tokens: readonly string[];
}

export interface ImportedModel {
  /** Without a vocabulary, where it reads tokens. */
  readonly description: Description;
  readonly tokens?: ImportedTokens;
  readonly parameters: Parameters;
  /** As {@link OpenedModel} has them. */
  readonly layerNames: readonly string[];
  readonly origin: Origin;
}

/** What {@link Origin} calls a model of this project. */
export const OWN_FORMAT = 'Cellarium';
const OWN: Origin = { format: OWN_FORMAT, gateOrder: 'i f g o', biases: 'one', notes: [] };

const originOf = ({ architecture: { cell } }: Description): Origin =>
  cell === undefined ? OWN : { ...OWN, gateOrder: 'r z n', ...(cell.resetsAfter ? { biases: 'two, apart' } : {}) };

/**
 * Reads a model of any known kind.
 * @throws InputError a file of no known kind, or that is broken or holds what is not supported; a vocabulary or features
 *   that do not fit it
 */
export async function importModel(path: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const found = await importAny(path, options);
  if (!('graph' in found)) return found;
  if (found.graph.whole !== undefined) return importNetwork(found.graph.whole, path, options);
  throw notWhole(found, path);
}

/** What is said of a model that is no plain stack where one is needed. */
export function notWhole({ graph, layerNames }: Pick<OpenedLayers, 'graph' | 'layerNames'>, path: string): InputError {
  const layers = layerNames.map((name, index) => `${index + 1} ("${name}")`).join(', ');
  return new InputError(
    `This needs a network that is computed whole: a stack of LSTM layers, or of GRU layers, with one head that predicts, or none. ${graph.why}`,
    { file: path },
    waysFor(graph, layers),
  );
}

/** What can be done with a model that is not computed whole. */
function waysFor(graph: LayeredModel, layers: string): string {
  const nodes = recurrentNodes(graph);
  const kind = kindOfLayers(nodes);
  const open = `\`cellarium inspect\`, \`weights\` and \`trace\` open its ${kind} ${nodes.length === 1 ? 'layer' : 'layers'} ${layers}.`;
  if (kind === 'LSTM') return open;
  return `${open} Of what \`trace\` writes for a text, \`cellarium gallery new --activations\` makes a gallery.`;
}

async function importAny(path: string, options: ImportOptions): Promise<ImportedModel | Omit<OpenedLayers, 'name'>> {
  const format = recogniseFormat(path);
  if (format === 'cellarium') return withTokens(readFolder(path), options);
  if (format === 'safetensors' && isOwnFile({ metadata: readMetadata(path) })) {
    return withTokens(asImported(readStandalone(path)), options);
  }
  const network = await readForeign(path, format, options);
  return 'nodes' in network ? openedLayers(network, options) : importNetwork(network, path, options);
}

function importNetwork(network: ForeignNetwork, path: string, options: ImportOptions): ImportedModel {
  const { vocabulary: file, tokenizer, features } = options;
  const hasEmbedding = network.layers.some((layer) => layer.kind === 'embedding');
  const isNamed = file !== undefined || tokenizer !== undefined;
  const readsCharacters = hasEmbedding || isNamed || network.vocabulary !== undefined;
  const { architecture, parameters } = canonical(network, readsCharacters ? 'characters' : 'numbers', path);
  if (readsCharacters && features !== undefined) {
    throw new InputError('It reads characters, which have no features.', { file: path }, 'Leave out --features.');
  }
  const own = tokenizer === undefined ? (network.vocabulary ?? []) : [];
  const vocabulary = file === undefined ? own : readVocabulary(file, architecture.inputs);
  const description: Description = {
    vocabulary: [...vocabulary],
    ...(features === undefined ? {} : { features: [...features] }),
    ...(network.stateful ? { stateful: true } : {}),
    architecture,
  };
  checkReading(description, path);
  const layerNames = network.layers.filter(isRecurrent).map(({ name }) => name);
  return withTokens({ description, parameters, layerNames, origin: network }, options);
}

/** With the tokeniser that was named, if one was. @throws InputError one that does not fit the network */
function withTokens(model: ImportedModel, { tokenizer, vocabulary }: ImportOptions): ImportedModel {
  if (tokenizer === undefined) return model;
  if (vocabulary !== undefined) {
    const what = 'A model reads characters, which --vocabulary names, or the tokens of --tokenizer, and not both.';
    throw new InputError(what, { file: tokenizer }, 'Leave one of the two out.');
  }
  const tokeniser = parseTokeniser(readText(tokenizer), tokenizer);
  const { description, origin } = model;
  const { tokens, assumed } = fitTokens(tokeniser, description.architecture.inputs, tokenizer);
  return {
    ...model,
    origin: { ...origin, assumed: [...(origin.assumed ?? []), ...tokeniser.assumed, ...assumed] },
    tokens: { tokeniser, path: tokenizer, tokens },
  };
}

function openedLayers(
  graph: LayeredModel,
  { vocabulary, features, tokenizer }: ImportOptions,
): Omit<OpenedLayers, 'name'> {
  if (tokenizer !== undefined) {
    throw new InputError(
      `Tokens are read by a model that is computed whole, a stack of LSTM layers. ${graph.why}`,
      { file: tokenizer },
      'Leave out --tokenizer: the model is opened layer by layer.',
    );
  }
  const reader = graph.inputs.find(({ reads }) => reads === 'characters') ?? graph.inputs[0];
  return {
    graph,
    vocabulary: vocabulary === undefined || reader === undefined ? [] : readVocabulary(vocabulary, reader.width),
    ...(features === undefined ? {} : { features }),
    layerNames: recurrentNodes(graph).map(({ name }) => name),
  };
}

/** Earlier versions changed every text alike, and did not say so on the card. */
function unsaid({ chosenEpoch, vocabulary, preparation }: Card): string[] {
  if (chosenEpoch === null || vocabulary.length === 0 || preparation !== undefined) return [];
  return [
    'Its card does not say how the text was prepared that it learned from, so a text is read as it is. Versions of Cellarium that said nothing took --prepare line-breaks,collapse-spaces,typographic-quotes.',
  ];
}

/** A network of GRU layers of this project, as other files' GRU layers are opened. */
function ownLayers({ description, parameters, origin }: ImportedModel): Omit<OpenedLayers, 'name'> {
  const { vocabulary, features } = description;
  const { format, gateOrder, biases, notes } = origin;
  const graph = { ...gruGraph(description, parameters), format, gateOrder, biases, notes };
  const layerNames = recurrentNodes(graph).map(({ name }) => name);
  return { graph, vocabulary, ...(features === undefined ? {} : { features }), layerNames };
}

/** @param path a model's folder, or the card in it */
function readFolder(path: string): ImportedModel {
  const folder = folderOf(path, 'card.md');
  const { card, parameters, tokeniser } = readModel(folder);
  const { weights, chosenEpoch, loss, run, body, tokeniser: file, ...description } = card;
  const imported = asImported({ description, parameters });
  const origin: Origin = { ...imported.origin, notes: unsaid(card) };
  const model: ImportedModel = { ...imported, origin };
  if (file === undefined || tokeniser === undefined) return model;
  const tokens = { tokeniser, path: join(folder, file.file), tokens: card.vocabulary };
  const assumed = [...tokeniser.assumed, ...fitTokens(tokeniser, card.architecture.inputs, tokens.path).assumed];
  return {
    ...model,
    description: { ...description, vocabulary: [] },
    origin: assumed.length === 0 ? origin : { ...origin, assumed },
    tokens,
  };
}

const asImported = (model: Pick<ImportedModel, 'description' | 'parameters'>): ImportedModel => {
  return { ...model, layerNames: [], origin: originOf(model.description) };
};
