// `cellarium generate`: let a model write.
import type { Command } from 'commander';
import { InputError } from '../../base/errors.ts';
import { createProgress } from '../../base/progress.ts';
import { mixedRandom } from '../../base/random.ts';
import { decode, encode } from '../../datasets/text/vocabulary.ts';
import { chooseEngine } from '../../engines/index.ts';
import { saidLines } from '../../inspect/said.ts';
import { requirePrediction } from '../../inspect/sources.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';
import { generate } from '../../trace/generate.ts';
import { addModelArgument, addModelOptions } from '../model-options.ts';
import { addExamples, type Content, engineOption, integerWithin, numberWithin, type Placed } from '../options.ts';
import { addPrepareOptions, type PrepareOptions, prepareFor } from '../text-options.ts';

interface GenerateOptions extends Content, ImportOptions, PrepareOptions, Pick<Placed, 'engine'> {
  readonly seedText: string;
  readonly length: number;
  readonly temperature: number;
  /** Always the likeliest character; the temperature does not matter then. */
  readonly greedy?: true;
  readonly seed: number;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .option('--seed-text <text>', 'the text that it continues', 'The ')
    .option('--length <characters>', 'how many characters it writes', integerWithin(1), 500)
    .option('--temperature <number>', 'below 1 safer, above 1 wilder', numberWithin(0.01, 100), 1)
    .option('--greedy', 'always take the likeliest character')
    .option('--seed <integer>', 'seed of the random choices', integerWithin(-(2 ** 31), 2 ** 31 - 1), 1)
    .addOption(engineOption());
  addModelOptions(addPrepareOptions(verb)).action(generateText);
  addExamples(verb, [
    'generate alice --seed-text "Alice was " --length 1000 --temperature 0.8',
    'generate alice --greedy',
  ]);
}

/**
 * Prints the seed text and how the model continues it.
 * @throws InputError an unknown model, or a character in the seed text that it does not know
 */
async function generateText(model: string, options: GenerateOptions): Promise<void> {
  const { content, length, temperature, greedy, seed } = options;
  const opened = await openModel(model, content, options);
  requirePrediction(opened);
  if (opened.tokeniser !== undefined) {
    const fix = 'What it predicts of a text, `cellarium evaluate` tells.';
    throw new InputError(`"${model}" predicts tokens, and generate writes characters.`, {}, fix);
  }
  const { architecture, parameters, vocabulary } = opened;
  const { text: seedText, notes } = prepareFor(opened, options.seedText, options);
  const progress = createProgress({ title: `${model} writes`, total: length, unit: 'characters' });
  const { ids } = await generate({
    engine: await chooseEngine(options),
    architecture,
    parameters,
    seedIds: encode(seedText, vocabulary, 'the seed text'),
    length,
    sampling: greedy ? { kind: 'greedy' } : { kind: 'random', temperature },
    random: mixedRandom(seed),
    progress: (characters) => progress.advance(characters),
  }).finally(() => progress.finish());
  const said = saidLines(opened.origin, notes);
  // Beside what it writes, which is all of the output.
  if (said.length > 0) console.error(said.join('\n'));
  console.log(seedText + decode(ids, vocabulary));
}
