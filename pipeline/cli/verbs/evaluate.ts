// `cellarium evaluate`: how well a model predicts a text.
import type { Command } from 'commander';
import { InputError } from '../../base/errors.ts';
import { toCharacters } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import { encodeLong } from '../../datasets/text/vocabulary.ts';
import { chooseEngine } from '../../engines/index.ts';
import { saidAsJson, saidLines } from '../../inspect/said.ts';
import { requirePrediction } from '../../inspect/sources.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';
import { meanLoss, positionLosses } from '../../trace/loss.ts';
import { charactersToRead } from '../../trace/streams.ts';
import { characterTargets } from '../../trace/targets.ts';
import { evaluateTokens } from '../evaluate-tokens.ts';
import { addModelArgument, addModelOptions } from '../model-options.ts';
import { addEngineOptions, addExamples, type Placed } from '../options.ts';
import { addTextFileOptions, readTextFor, type TextFileOptions } from '../text-options.ts';

interface EvaluateOptions extends Placed, ImportOptions, TextFileOptions {
  readonly text: string;
  readonly skipUnknown?: true;
  readonly json?: true;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .requiredOption('--text <file>', 'a text file')
    .option('--skip-unknown', 'leave out characters that the model does not know')
    .option('--json', 'print JSON');
  addEngineOptions(addModelOptions(addTextFileOptions(verb))).action(evaluateModel);
  addExamples(verb, [
    'evaluate alice --text chapter.txt',
    'evaluate model.safetensors --vocabulary characters.json --text chapter.txt --skip-unknown --json',
  ]);
}

/**
 * Prints the mean loss over one stateful pass, or as JSON
 * `{format, model, characters, leftOut, predicted, nats, bits, assumed, preparation, notes}`: how many characters were read,
 * left out and predicted (all but the first), the loss a character, and what was changed in the text. Of a model of tokens it
 * prints what {@link evaluateTokens} does.
 * @throws InputError a model that does not predict characters, an unknown character, a text of one character, a network
 *   that overflows on it
 */
async function evaluateModel(argument: string, options: EvaluateOptions): Promise<void> {
  const { content, text: file, skipUnknown, json } = options;
  const model = await openModel(argument, content, options);
  requirePrediction(model);
  const { text, report: preparation, notes } = readTextFor(model, file, options);
  const { tokeniser } = model;
  if (tokeniser !== undefined) {
    return evaluateTokens({ ...model, tokeniser }, { characters: toCharacters(text), preparation, notes }, options);
  }
  const { ids, leftOut } = encodeKnown(text, model.vocabulary, skipUnknown === true, file);
  if (ids.length < 2) {
    const what = `The text has ${ids.length} characters that the model knows, and predicting one takes two.`;
    throw new InputError(what, { file }, 'Give a longer text.');
  }
  const { architecture, parameters } = model;
  const engine = await chooseEngine(options);
  const progress = createProgress({
    title: `Evaluating ${model.name}`,
    total: charactersToRead(ids.length),
    unit: 'characters',
  });
  const targets = characterTargets(ids, architecture.outputs);
  const reading = { engine, architecture, parameters, targets, progress: (read: number) => progress.advance(read) };
  const losses = await positionLosses(reading).finally(() => progress.finish());
  const nats = meanLoss(losses, [{ start: 0, end: losses.length }]);
  if (!Number.isFinite(nats)) {
    const what = "The network's predictions overflow on this text, so its loss has no mean.";
    throw new InputError(
      what,
      { file },
      "Check the weights: those of the dense layers are too large for its cells' h.",
    );
  }
  const bits = nats / Math.LN2;
  if (json) {
    const report = { model: model.name, characters: ids.length, leftOut, predicted: ids.length - 1, nats, bits };
    console.log(JSON.stringify({ format: 1, ...report, ...saidAsJson(model.origin, notes, preparation) }));
    return;
  }
  const count = (value: number) => value.toLocaleString('en');
  console.log(`${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) a character`);
  console.log(`over ${count(ids.length)} characters; ${count(leftOut)} left out as unknown`);
  for (const line of saidLines(model.origin, notes)) console.log(line);
}

function encodeKnown(text: string, vocabulary: readonly string[], skipUnknown: boolean, file: string) {
  try {
    return encodeLong(text, vocabulary, skipUnknown, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.what,
      error.place,
      'Leave out what it does not know with --skip-unknown, or replace it.',
    );
  }
}
