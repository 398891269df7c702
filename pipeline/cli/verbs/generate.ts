// `cellarium generate`: let a model write.

import { createProgress } from '../../base/progress.ts';
import { mixedRandom } from '../../base/random.ts';
import { cleanText } from '../../datasets/text/corpus.ts';
import { decode, encode } from '../../datasets/text/vocabulary.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { requirePrediction } from '../../inspect/sources.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';
import { generate } from '../../trace/generate.ts';

export interface GenerateOptions extends EngineChoice {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  readonly seedText: string;
  readonly length: number;
  readonly temperature: number;
  /** Always the likeliest character; the temperature does not matter then. */
  readonly greedy: boolean;
  readonly seed: number;
}

/**
 * Prints the seed text and what the model goes on with.
 * @throws InputError an unknown model, or a character in the seed text that it does not know
 */
export async function generateText(options: GenerateOptions): Promise<void> {
  const { content, model, length, temperature, greedy, seed } = options;
  const opened = await openModel(model, content, options.reading);
  requirePrediction(opened);
  const { architecture, parameters, vocabulary } = opened;
  const seedText = cleanText(options.seedText);
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
  console.log(seedText + decode(ids, vocabulary));
}
