// `cellarium generate`: let a model write.
import type { Command } from 'commander';
import { toCharacters } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import { mixedRandom } from '../../base/random.ts';
import { decode, encode } from '../../datasets/text/vocabulary.ts';
import { chooseEngine } from '../../engines/index.ts';
import { saidLines } from '../../inspect/said.ts';
import { requirePrediction, stepsOf } from '../../inspect/sources.ts';
import { readTokens } from '../../inspect/tokens.ts';
import { type ImportOptions, type OpenedModel, openModel } from '../../models/open.ts';
import { generate } from '../../trace/generate.ts';
import { addModelArgument, addModelOptions } from '../model-options.ts';
import { addExamples, type Content, engineOption, integerWithin, numberWithin, type Placed } from '../options.ts';
import { addPrepareOptions, type PrepareOptions, prepareFor } from '../text-options.ts';

interface GenerateOptions extends Content, ImportOptions, PrepareOptions, Pick<Placed, 'engine'> {
  readonly seedText: string;
  readonly length: number;
  readonly temperature: number;
  /** Always the likeliest character or token; the temperature does not matter then. */
  readonly greedy?: true;
  readonly seed: number;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .option('--seed-text <text>', 'the text that it continues', 'The ')
    .option('--length <steps>', 'how many characters, or tokens, it writes', integerWithin(1), 500)
    .option('--temperature <number>', 'below 1 safer, above 1 wilder', numberWithin(0.01, 100), 1)
    .option('--greedy', 'always take the likeliest character, or token')
    .option('--seed <integer>', 'seed of the random choices', integerWithin(-(2 ** 31), 2 ** 31 - 1), 1)
    .addOption(engineOption());
  addModelOptions(addPrepareOptions(verb)).action(generateText);
  addExamples(verb, [
    'generate alice --seed-text "Alice was " --length 1000 --temperature 0.8',
    'generate alice --greedy',
  ]);
}

/**
 * Prints the seed text and how the model continues it, in whole tokens where it reads tokens.
 * @throws InputError an unknown model, or a character or word in the seed text that it does not know
 */
async function generateText(model: string, options: GenerateOptions): Promise<void> {
  const { content, length, temperature, greedy, seed } = options;
  const opened = await openModel(model, content, options);
  requirePrediction(opened);
  const { architecture, parameters } = opened;
  const { text: seedText, notes: ofSeed } = prepareFor(opened, options.seedText, options);
  const { seedIds, notes: ofTokens, continued } = readSeed(seedText, opened);
  const progress = createProgress({ title: `${model} writes`, total: length, unit: stepsOf(opened) });
  const { ids } = await generate({
    engine: await chooseEngine(options),
    architecture,
    parameters,
    seedIds,
    length,
    sampling: greedy ? { kind: 'greedy' } : { kind: 'random', temperature },
    random: mixedRandom(seed),
    progress: (characters) => progress.advance(characters),
  }).finally(() => progress.finish());
  const said = saidLines(opened.origin, [...ofSeed, ...ofTokens, ...silentTokens(ids, opened)]);
  // Beside what it writes, which is all of the output.
  if (said.length > 0) console.error(said.join('\n'));
  console.log(continued(ids));
}

interface Seed {
  readonly seedIds: Int32Array;
  /** What is to be said of how it was read and what is written, as sentences. */
  readonly notes: readonly string[];
  /** The seed text with what the network wrote. */
  continued(ids: Int32Array): string;
}

const SEED = 'the seed text';

function readSeed(text: string, model: OpenedModel): Seed {
  const { vocabulary, tokeniser } = model;
  if (tokeniser === undefined) {
    const seedIds = encode(text, vocabulary, SEED);
    return { seedIds, notes: [], continued: (ids) => text + decode(ids, vocabulary) };
  }
  const { ids: seedIds, notes } = readTokens(toCharacters(text), { ...model, tokeniser }, SEED);
  const { guessedSpelling } = tokeniser;
  return {
    seedIds,
    notes: [...notes, ...(guessedSpelling === undefined ? [] : [guessedSpelling])],
    continued(ids) {
      const whole = tokeniser.decode(Int32Array.of(...seedIds, ...ids));
      const read = tokeniser.decode(seedIds);
      // The seed as it was given, unless what follows changes how it is spelled.
      return whole.startsWith(read) ? (read === text ? text : text.trimEnd()) + whole.slice(read.length) : whole;
    },
  };
}

/** Numbers that a tokeniser has no token for, such as the one of padding, can be predicted all the same. */
function silentTokens(ids: Int32Array, { vocabulary }: OpenedModel): string[] {
  const silent = ids.filter((id) => vocabulary[id] === '').length;
  if (silent === 0) return [];
  return [
    `Of the ${ids.length} tokens that it wrote ${silent} spell nothing: the tokeniser has no token of their number.`,
  ];
}
