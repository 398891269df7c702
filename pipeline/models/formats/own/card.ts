// What lies beside a model's weights in content/models/<id>: card.md, which says what they are and where they came from,
// and log.jsonl, the log of their training.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isSeq } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../../base/errors.ts';
import { parseFrontMatter } from '../../../base/front-matter.ts';
import { preparationSchema } from '../../../base/preparation.ts';
import { architectureSchema } from '../../../base/schemas.ts';
import { TOKENISER_FILES, tokeniserPath } from '../../../content/tokens.ts';
import { fitTokens, parseTokeniser } from '../../../datasets/tokens/open.ts';
import type { Tokeniser } from '../../../datasets/tokens/tokeniser.ts';
import { readText, writeAtomically } from '../../../files/files.ts';
import { hashFile } from '../../../files/hash.ts';
import { parseJson } from '../../../files/json.ts';
import { besideManifest } from '../../../files/open.ts';
import type { Parameters } from '../../../lstm/parameters.ts';
import { readParameters } from './parameters.ts';

/** Nothing stands for a number that no character has, as a place kept for padding. */
const codePoint = z.string().refine((value) => [...value].length <= 1, 'must be one character');

/** What a network is and what it reads: as much as belongs to its weights wherever they are stored. */
export const descriptionSchema = z.strictObject({
  /** The characters that the model knows: input k is the k-th of them. Empty where they are unknown, or it reads numbers. */
  vocabulary: z.array(codePoint).refine((all) => {
    const characters = all.filter((character) => character !== '');
    return new Set(characters).size === characters.length;
  }, 'holds a character twice'),
  /** What was changed in the text that it learned from; left out where nobody knows, or it reads numbers. */
  preparation: preparationSchema.exactOptional(),
  /** Names of the numbers that it reads at each step. */
  features: z.array(z.string().min(1)).exactOptional(),
  /** Whether its state is carried from one series to the next; reset where left out. */
  stateful: z.boolean().exactOptional(),
  architecture: architectureSchema,
});

export type Description = z.infer<typeof descriptionSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const cardSchema = descriptionSchema.extend({
  /** What cuts its text into tokens, a file beside the card; left out where it reads characters or numbers. */
  tokeniser: z.strictObject({ file: z.enum(TOKENISER_FILES), sha256 }).exactOptional(),
  weights: z.strictObject({ file: z.string().min(1), sha256 }),
  chosenEpoch: z.int().nonnegative().nullable(),
  /** Nats a character; null where this project has not measured it. */
  loss: z.strictObject({ train: z.number(), validation: z.number(), 'held-out': z.number() }).nullable(),
  /** The run that made it: name and value, for showing. */
  run: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** What a card says; `body` is its Markdown. */
export type Card = z.infer<typeof cardSchema> & { body: string };

/** What a card says of the tokeniser that lies in its folder. @throws InputError where there is none */
export function tokeniserEntry(folder: string): NonNullable<Card['tokeniser']> {
  const path = tokeniserPath(folder) ?? join(folder, TOKENISER_FILES.json);
  return { file: path.endsWith('.json') ? TOKENISER_FILES.json : TOKENISER_FILES.list, sha256: hashFile(path) };
}

const cardPath = (folder: string) => join(folder, 'card.md');

/** Whether a model's folder holds a trained model: a card. */
export function hasCard(folder: string): boolean {
  return existsSync(cardPath(folder));
}

/**
 * Reads a card and proves that it belongs to the weights it names.
 * @param folder content/models/<id>
 * @throws {InputError} a card that is broken, or does not fit its weights
 */
export function readCard(folder: string): Card {
  const path = cardPath(folder);
  const { data, body } = parseFrontMatter(readText(path), path, cardSchema);
  const { weights } = data;
  checkVocabulary(data, path);
  checkHash('weights', besideManifest(path, weights.file), weights.sha256, path);
  const { tokeniser } = data;
  if (tokeniser !== undefined) checkHash('a tokeniser', besideManifest(path, tokeniser.file), tokeniser.sha256, path);
  return { ...data, body };
}

function checkHash(what: string, path: string, sha256: string, card: string): void {
  const found = hashFile(path);
  if (found === sha256) return;
  throw new InputError(
    `The card belongs to ${what} with SHA-256 ${sha256}, but ${path} has ${found}.`,
    { file: card },
    'Take both files from the same run.',
  );
}

/** @throws {InputError} names of characters or features that are more or fewer than the architecture reads */
export function checkReading({ vocabulary, features, architecture }: Description, file: string): void {
  const { reads = 'characters', inputs } = architecture;
  if (features !== undefined && features.length !== inputs) {
    throw misfit(`There are names of ${features.length} features`, inputs, 'inputs', file);
  }
  if (vocabulary.length === 0 || (reads === 'characters' && inputs === vocabulary.length)) return;
  throw misfit(`The vocabulary has ${vocabulary.length} characters`, inputs, 'inputs', file);
}

/** @throws {InputError} as {@link checkReading}, and a softmax that is not over the characters that it reads */
export function checkVocabulary(description: Description, file: string): void {
  checkReading(description, file);
  const { vocabulary, architecture } = description;
  const { outputs, outputActivation = 'softmax' } = architecture;
  if (vocabulary.length === 0 || outputActivation !== 'softmax' || outputs === 0) return;
  if (outputs === vocabulary.length) return;
  throw misfit(`The vocabulary has ${vocabulary.length} characters`, outputs, 'outputs', file);
}

function misfit(what: string, count: number, side: 'inputs' | 'outputs', file: string): InputError {
  return new InputError(
    `${what}, but the architecture has ${count} ${side}.`,
    { file },
    'Correct the card, or train or import the model again.',
  );
}

export interface OwnModel {
  /** With the tokens as its vocabulary, where the model reads tokens. */
  readonly card: Card;
  readonly parameters: Parameters;
  readonly tokeniser?: Tokeniser;
}

/**
 * Reads a card, its weights and its tokeniser, where it has one.
 * @param folder content/models/<id>
 * @throws {InputError} as {@link readCard} and {@link readParameters}; a shape that does not fit names both files
 */
export function readModel(folder: string): OwnModel {
  const card = readCard(folder);
  try {
    const parameters = readParameters(join(folder, card.weights.file), card.architecture);
    if (card.tokeniser === undefined) return { card, parameters };
    const path = join(folder, card.tokeniser.file);
    const tokeniser = parseTokeniser(readText(path), path);
    const { tokens } = fitTokens(tokeniser, card.architecture.inputs, path);
    return { card: { ...card, vocabulary: [...tokens] }, parameters, tokeniser };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.what, error.place, `The architecture is that of ${cardPath(folder)}. ${error.fix}`);
  }
}

/** Writes a card, atomically. */
export function writeCard(folder: string, { body, ...data }: Card): void {
  const document = new Document(cardSchema.parse(data));
  const vocabulary = document.get('vocabulary', true);
  if (isSeq(vocabulary)) vocabulary.flow = true;
  writeAtomically(cardPath(folder), `---\n${document.toString({ lineWidth: 110 })}---\n\n${body}`);
}

// log.jsonl: one JSON object a line.

const epochSchema = z.object({
  epoch: z.int().nonnegative(),
  /** Nats a character. */
  trainLoss: z.number(),
  validationLoss: z.number(),
  learningRate: z.number(),
  charactersPerSecond: z.number(),
});

export type LoggedEpoch = z.infer<typeof epochSchema>;

const logPath = (folder: string) => join(folder, 'log.jsonl');

/**
 * @param folder content/models/<id>
 * @returns the epochs, first to last; none where there is no log
 * @throws {InputError} a line that is no such object
 */
export function readLog(folder: string): LoggedEpoch[] {
  const file = logPath(folder);
  if (!statSync(file, { throwIfNoEntry: false })?.size) return [];
  const lines = readText(file).split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseEpoch(line, file, index + 1)]));
}

function parseEpoch(text: string, file: string, line: number): LoggedEpoch {
  const refuse = (why: string) =>
    new InputError(`The line is not an epoch of a log: ${why}.`, { file, line }, 'Remove it, or train again.');
  const parsed = epochSchema.safeParse(parseJson(text, () => refuse('it is not JSON')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw refuse(`"${issue.path.join('.')}": ${issue.message}`);
}

/** Writes a whole log, atomically. */
export function writeLog(folder: string, epochs: readonly LoggedEpoch[]): void {
  writeAtomically(logPath(folder), epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(''));
}
