// The verbs that make a model, or let it write.
import type { Command } from 'commander';
import type { ImportOptions } from '../models/open.ts';
import { addModelOptions, MODEL_ARGUMENT } from './model-options.ts';
import {
  addVerb,
  type Content,
  contentOption,
  deviceOption,
  engineOption,
  integerWithin,
  numberWithin,
  type Placed,
  threadsOption,
} from './options.ts';

export function addTrainingVerbs(program: Command): void {
  addVerb(program, 'train', 'Train a model on its corpus, by the numbers in its training.yaml.', [
    'train alice',
    'train alice --resume',
    'train alice --epochs 2 --threads 1',
  ])
    .argument('<model>', 'a folder of content/models')
    .addOption(contentOption())
    .addOption(engineOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--resume', 'go on from the last checkpoint, to the very same weights')
    .option('--epochs <count>', 'stop after so many epochs instead of those in training.yaml', integerWithin(1))
    .action(async (model: string, options: Placed & { resume?: true; epochs?: number }) => {
      const { trainModel } = await import('../training/train.ts');
      await trainModel({ ...options, model, resume: options.resume ?? false });
    });

  const generate = addVerb(program, 'generate', 'Let a model write.', [
    'generate alice --seed-text "Alice was " --length 1000 --temperature 0.8',
    'generate alice --greedy',
  ])
    .argument(...MODEL_ARGUMENT)
    .addOption(contentOption())
    .option('--seed-text <text>', 'what it goes on from', 'The ')
    .option('--length <characters>', 'how many it writes', integerWithin(1), 500)
    .option('--temperature <number>', 'below 1 surer, above 1 wilder', numberWithin(0.01, 100), 1)
    .option('--greedy', 'always take the likeliest character')
    .option('--seed <integer>', 'of the random choices', integerWithin(-(2 ** 31), 2 ** 31 - 1), 1)
    .addOption(engineOption());
  addModelOptions(generate).action(async (model: string, options: GenerateOptions) => {
    const { generateText } = await import('./verbs/generate.ts');
    await generateText({ ...options, model, reading: options, greedy: options.greedy ?? false });
  });
}

interface GenerateOptions extends Content, ImportOptions, Pick<Placed, 'engine'> {
  readonly seedText: string;
  readonly length: number;
  readonly temperature: number;
  readonly greedy?: true;
  readonly seed: number;
}
