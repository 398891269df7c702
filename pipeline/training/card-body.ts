// What a card says of a trained network in words, below its figures.
import type { Split } from '../datasets/blocks.ts';
import type { Engine } from '../engines/engine.ts';
import type { EngineChoice } from '../engines/index.ts';
import { countParameters } from '../lstm/parameters.ts';
import type { Configuration } from './configuration.ts';
import type { TrainingState } from './loop.ts';
import type { Lessons, TrainingSet } from './training-set.ts';

/** How the loss of a network is told. */
interface LossWords {
  readonly model: string;
  /** @param head the layers before it */
  output(head: string, outputs: number): string;
  /** What follows `Over one stateful pass through the whole text,`, on one line or several. */
  readonly measured: string;
  readonly header: readonly [names: string, rule: string];
  /** @param length characters of a step, on average over the split */
  row(loss: number, length: number): string;
  /** In a line of the log. */
  shown(loss: number): string;
}

export const LOSS_WORDS: Readonly<Record<Lessons, LossWords>> = {
  characters: {
    model: 'A character model',
    output: (head, outputs) => `${head} softmax over ${outputs} characters`,
    measured: 'the loss of its averaged weights is, a character:',
    header: ['| split | nats | bits |', '|---|---|---|'],
    row: (loss) => `${loss.toFixed(4)} | ${(loss / Math.LN2).toFixed(4)}`,
    shown: (loss) => `${loss.toFixed(4)} nats (${(loss / Math.LN2).toFixed(3)} bits)`,
  },
  tokens: {
    model: 'A model of words',
    output: (head, outputs) => `${head} softmax over ${outputs.toLocaleString('en')} tokens`,
    measured: 'the loss of its averaged weights is, a token and a character:',
    header: ['| split | nats a token | perplexity | nats a character |', '|---|---|---|---|'],
    row: (loss, length) => `${loss.toFixed(4)} | ${Math.exp(loss).toFixed(1)} | ${(loss / length).toFixed(4)}`,
    shown: (loss) => `${loss.toFixed(4)} nats (perplexity ${Math.exp(loss).toFixed(1)})`,
  },
  numbers: {
    model: 'A forecaster',
    output: (head, outputs) => `${head} layer that predicts the next row of ${outputs} numbers`,
    measured:
      'its averaged weights leave, of the variance of the training rows, unexplained\n(they were trained on standard scores, which are folded into the first kernel and bias and into the dense layer):',
    header: ['| split | mean squared standard score |', '|---|---|'],
    row: (loss) => loss.toFixed(4),
    shown: (loss) => `${loss.toFixed(4)} of the variance`,
  },
};

/**
 * The Markdown of a model's card.
 * @param loss over one stateful pass: nats a character, or mean squared standard scores of a series
 */
export function cardBody({ trainingSet, configuration, state }: Outcome, loss: Record<Split, number>): string {
  const { architecture, name, reads, whole, tokeniser } = trainingSet;
  const words = LOSS_WORDS[reads];
  const drops = [...configuration.dropout, ...configuration.recurrentDropout].some((rate) => rate > 0);
  const layers = architecture.units.map((units) => `${units} cells`).join(', then ');
  const size = `${countParameters(architecture).toLocaleString('en')} parameters`;
  const output = words.output(drops ? 'dropout and a dense' : 'a dense', architecture.outputs);
  return [
    `${words.model} of ${architecture.units.length} LSTM ${architecture.units.length === 1 ? 'layer' : 'layers'} (${layers}) with ${output}, ${size}, trained on`,
    `${name} by \`cellarium train\`.`,
    '',
    `Of ${state.epoch} epochs, number ${state.best.epoch} had the lowest loss on the validation blocks. Over one stateful`,
    `pass through the whole ${whole}, ${words.measured}`,
    '',
    ...words.header,
    ...Object.entries(loss).map(
      ([split, value]) => `| ${split} | ${words.row(value, lengthOfSteps(trainingSet, split))} |`,
    ),
    '',
    ...(tokeniser === undefined
      ? []
      : [
          `It reads ${tokeniser.said}; \`${tokeniser.tokens[0]}\` stands for any that is not among the most frequent.`,
          '',
        ]),
    'The held-out blocks were neither trained on nor chosen on. `log.jsonl` beside this file has a line for every epoch,',
    'and `training.yaml` every number of the run with its reason.',
    '',
  ].join('\n');
}

/** Characters of a step with what stands between it and the next, on average over a split. */
function lengthOfSteps({ blocks, texts }: TrainingSet, split: string): number {
  let [characters, steps] = [0, 0];
  for (const block of blocks) {
    if (block.split !== split) continue;
    for (const text of texts.slice(block.start, block.end)) characters += [...text].length;
    steps += block.end - block.start;
  }
  return characters / Math.max(1, steps);
}

export interface Outcome {
  readonly folder: string;
  readonly trainingSet: TrainingSet;
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly state: TrainingState;
  readonly choice: EngineChoice;
}
