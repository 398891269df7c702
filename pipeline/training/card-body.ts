// What a card says of a trained network in words, below its figures.

import type { Split } from '../datasets/text/blocks.ts';
import type { Engine } from '../engines/engine.ts';
import type { EngineChoice } from '../engines/index.ts';
import { countParameters } from '../lstm/parameters.ts';
import type { Configuration } from './configuration.ts';
import type { TrainingState } from './loop.ts';
import type { TrainingSet } from './training-set.ts';

/**
 * The Markdown of a model's card.
 * @param loss over one stateful pass: nats a character, or mean squared standard scores of a series
 */
export function cardBody({ trainingSet, configuration, state }: Outcome, loss: Record<Split, number>): string {
  const { architecture, name, unit } = trainingSet;
  const drops = [...configuration.dropout, ...configuration.recurrentDropout].some((rate) => rate > 0);
  const head = drops ? 'dropout and a dense' : 'a dense';
  const layers = architecture.units.map((units) => `${units} cells`).join(', then ');
  const size = `${countParameters(architecture).toLocaleString('en')} parameters`;
  const [kind, output, measured, header, row] =
    unit === 'characters'
      ? [
          'A character model',
          `${head} softmax over ${architecture.outputs} characters`,
          'pass through the whole text, its averaged weights cost, a character:',
          ['| split | nats | bits |', '|---|---|---|'],
          (value: number) => `${value.toFixed(4)} | ${(value / Math.LN2).toFixed(4)}`,
        ]
      : [
          'A forecaster',
          `${head} layer that foretells the next row of ${architecture.outputs} numbers`,
          'pass through the whole series, its averaged weights leave, of the variance of the training rows, unexplained\n(they were trained on standard scores, which are folded into the first kernel and bias and into the dense layer):',
          ['| split | mean squared standard score |', '|---|---|'],
          (value: number) => value.toFixed(4),
        ];
  return [
    `${kind} of ${architecture.units.length} LSTM layers (${layers}) with ${output}, ${size}, trained on`,
    `${name} by \`cellarium train\`.`,
    '',
    `Of ${state.epoch} epochs, number ${state.best.epoch} had the lowest loss on the validation blocks. Over one stateful`,
    measured,
    '',
    ...header,
    ...Object.entries(loss).map(([split, value]) => `| ${split} | ${row(value)} |`),
    '',
    'The held-out blocks were neither trained on nor chosen on. `log.jsonl` beside this file has a line for every epoch,',
    'and `training.yaml` every number of the run with its reason.',
    '',
  ].join('\n');
}

export interface Outcome {
  readonly folder: string;
  readonly trainingSet: TrainingSet;
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly state: TrainingState;
  readonly choice: EngineChoice;
}
