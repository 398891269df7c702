// `cellarium train`.
import type { Command } from 'commander';
import { trainModel } from '../../training/train.ts';
import { addEngineOptions, addExamples, contentOption, countOrAuto, integerWithin, type Placed } from '../options.ts';

interface TrainOptions extends Placed {
  readonly resume?: true;
  readonly epochs?: number;
  readonly streams?: number | 'auto';
}

const STREAMS =
  'read so many streams in place of those in training.yaml, at a learning rate that goes with their root; auto: as many as suit the device';

export function define(verb: Command): void {
  verb.argument('<model>', 'a folder of content/models').addOption(contentOption());
  addEngineOptions(verb)
    .option('--resume', 'resume from the last checkpoint, to the very same weights')
    .option('--epochs <count>', 'stop after this many epochs instead of those in training.yaml', integerWithin(1))
    .option('--streams <count>', STREAMS, countOrAuto)
    .action((model: string, options: TrainOptions) =>
      trainModel({ ...options, model, resume: options.resume ?? false }),
    );
  addExamples(verb, [
    'train alice',
    'train alice --resume',
    'train alice --epochs 2 --threads 1',
    'train novels --device cuda --streams auto',
  ]);
}
