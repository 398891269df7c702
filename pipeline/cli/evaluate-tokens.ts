// How well a model that reads tokens predicts a text: nats a token, and spread over the characters.
import { InputError } from '../base/errors.ts';
import type { Characters } from '../base/positions.ts';
import type { PreparationReport } from '../base/preparation.ts';
import { createProgress } from '../base/progress.ts';
import { tileStarts } from '../datasets/tokens/tokens.ts';
import { chooseEngine } from '../engines/index.ts';
import { saidAsJson, saidLines } from '../inspect/said.ts';
import { type ReadTokens, readTokens } from '../inspect/tokens.ts';
import type { OpenedModel } from '../models/open.ts';
import { meanLoss, positionLosses } from '../trace/loss.ts';
import { charactersToRead } from '../trace/streams.ts';
import { characterTargets, sequenceOf } from '../trace/targets.ts';
import type { Placed } from './options.ts';

/** A text as the model reads it, and what was changed in it. */
interface PreparedText {
  readonly characters: Characters;
  readonly preparation: PreparationReport;
  readonly notes: readonly string[];
}

interface TokenEvaluation extends Placed {
  /** The text's file. */
  readonly text: string;
  readonly skipUnknown?: true;
  readonly json?: true;
}

/**
 * Prints the mean loss over one stateful pass, or as JSON `{format, model, tokens, characters, unknown, leftOut, predicted, nats, bits,
 * natsPerCharacter, assumed, notes, preparation}`.
 * @throws InputError a text of a single token, or that the tokeniser cannot cut; a network that overflows on it
 */
export async function evaluateTokens(
  model: OpenedModel & { readonly tokeniser: NonNullable<OpenedModel['tokeniser']> },
  { characters, preparation, notes: ofText }: PreparedText,
  options: TokenEvaluation,
): Promise<void> {
  const { text: file, json, skipUnknown } = options;
  if (skipUnknown) {
    const fix = 'Leave out --skip-unknown: what is unknown is counted.';
    throw new InputError('The tokeniser says itself what becomes of words that it does not know.', {}, fix);
  }
  const read = readTokens(characters, model, file);
  const { ids, unknown, leftOut } = read;
  if (ids.length < 2) {
    throw new InputError('The text has a single token, and predicting one takes two.', { file }, 'Give a longer text.');
  }
  const { architecture, parameters, origin } = model;
  const engine = await chooseEngine(options);
  const total = charactersToRead(ids.length);
  const progress = createProgress({ title: `Evaluating ${model.name}`, total, unit: 'tokens' });
  const targets = {
    ...characterTargets(ids, architecture.outputs),
    sequence: sequenceOf({ reads: 'symbols', ids }, 'tokens'),
  };
  const reading = { engine, architecture, parameters, targets, progress: (steps: number) => progress.advance(steps) };
  const losses = await positionLosses(reading).finally(() => progress.finish());
  const nats = meanLoss(losses, [{ start: 0, end: losses.length }]);
  if (!Number.isFinite(nats)) {
    const fix = "Check the weights: those of the dense layers are too large for its cells' h.";
    throw new InputError("The network's predictions overflow on this text, so its loss has no mean.", { file }, fix);
  }
  const predicted = ids.length - 1;
  const bits = nats / Math.LN2;
  const natsPerCharacter = (nats * predicted) / predictedCharacters(read, characters.length);
  const notes = [...ofText, ...read.notes, ...spellingNotes(read)];
  if (json) {
    const counts = { tokens: ids.length, characters: characters.length, unknown, leftOut, predicted };
    const said = saidAsJson(origin, notes, preparation);
    console.log(JSON.stringify({ format: 1, model: model.name, ...counts, nats, bits, natsPerCharacter, ...said }));
    return;
  }
  const count = (value: number) => value.toLocaleString('en');
  console.log(
    `${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) a token, ${natsPerCharacter.toFixed(4)} nats a character`,
  );
  console.log(`over ${count(ids.length)} tokens of ${count(characters.length)} characters`);
  for (const line of saidLines(origin, notes)) console.log(line);
}

/** Characters from the second token on, with what stands between tokens. */
function predictedCharacters({ spans }: ReadTokens, length: number): number {
  const starts = spans.map(({ start }) => start);
  const ends = spans.map(({ end }) => end);
  return Math.max(1, length - tileStarts({ starts, ends }, length)[1]!);
}

/** Why the loss a character is less than that of a model that spells every word. */
function spellingNotes({ unknown, leftOut }: ReadTokens): string[] {
  if (unknown + leftOut === 0) return [];
  return [
    'The loss a character leaves out how words are spelled that the tokeniser does not know: a model of characters pays for them.',
  ];
}
