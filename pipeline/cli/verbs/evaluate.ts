// `cellarium evaluate`: how well a model foresees a text.

import { InputError } from '../../base/errors.ts';
import { type Characters, toCharacters } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import { cleanText } from '../../datasets/text/corpus.ts';
import { encode } from '../../datasets/text/vocabulary.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { readText } from '../../files/files.ts';
import { requirePrediction } from '../../inspect/sources.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';
import { meanLoss, positionLosses } from '../../trace/loss.ts';
import { usuallyRead } from '../../trace/streams.ts';
import { characterTargets } from '../../trace/targets.ts';

export interface EvaluateOptions extends EngineChoice {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  /** Path of a text file. */
  readonly text: string;
  /** Leave characters out that the model does not know, instead of refusing them. */
  readonly skipUnknown: boolean;
  /** Take the text as it is, without cleaning it as a corpus. */
  readonly raw: boolean;
  readonly json: boolean;
}

/**
 * Prints the mean loss over one stateful pass, or as JSON
 * `{format, model, characters, leftOut, predicted, nats, bits}`: characters that were read and that were left out, how
 * many of them were foretold (all but the first), and the loss a character.
 * @throws InputError a model that does not foretell characters, an unknown character, a text of one character, a network
 *   that overflows on it
 */
export async function evaluateModel(options: EvaluateOptions): Promise<void> {
  const { content, text: file, skipUnknown, raw, json, ...choice } = options;
  const model = await openModel(options.model, content, options.reading);
  requirePrediction(model);
  const written = readText(file);
  const all = toCharacters(raw ? written : cleanText(written));
  const known = new Set(model.vocabulary);
  const characters = skipUnknown ? all.filter((character) => known.has(character)) : all;
  const ids = encodeKnown(characters, model.vocabulary, file);
  if (ids.length < 2) {
    const what = `The text has ${ids.length} characters that the model knows, and it takes two to foretell one.`;
    throw new InputError(what, { file }, 'Give a longer text.');
  }
  const { architecture, parameters } = model;
  const engine = await chooseEngine(choice);
  const progress = createProgress({
    title: `Evaluating ${model.name}`,
    total: usuallyRead(ids.length),
    unit: 'characters',
  });
  const targets = characterTargets(ids, architecture.outputs);
  const reading = { engine, architecture, parameters, targets, progress: (read: number) => progress.advance(read) };
  const losses = await positionLosses(reading).finally(() => progress.finish());
  const nats = meanLoss(losses, [{ start: 0, end: losses.length }]);
  if (!Number.isFinite(nats)) {
    const what = 'What the network says of this text overflows, and there is no mean of its loss.';
    throw new InputError(
      what,
      { file },
      "Check the weights: those of the dense layers are too large for its cells' h.",
    );
  }
  const bits = nats / Math.LN2;
  const leftOut = all.length - characters.length;
  if (json) {
    const report = { model: model.name, characters: ids.length, leftOut, predicted: ids.length - 1, nats, bits };
    console.log(JSON.stringify({ format: 1, ...report }));
    return;
  }
  const count = (value: number) => value.toLocaleString('en');
  console.log(`${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) a character`);
  console.log(`over ${count(ids.length)} characters; ${count(leftOut)} left out as unknown`);
}

function encodeKnown(characters: Characters, vocabulary: readonly string[], file: string): Int32Array {
  try {
    return encode(characters, vocabulary, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.what,
      error.place,
      'Leave out what it does not know with --skip-unknown, or replace it.',
    );
  }
}
