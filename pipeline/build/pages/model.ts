// What the model's page needs: its shapes, its run, and which columns are which gate.
import { preparationName } from '../../base/preparation.ts';
import type { Model } from '../../contract/index.ts';
import type { Split } from '../../datasets/blocks.ts';
import type { LabelledDataset } from '../../datasets/dataset.ts';
import type { Tokeniser } from '../../datasets/tokens/tokeniser.ts';
import { describeWeights, type TensorFacts } from '../../inspect/weights.ts';
import { countParameters, inputWidth, type Parameters, type RecurrentActivation } from '../../lstm/parameters.ts';
import type { Card, LoggedEpoch } from '../../models/formats/own/card.ts';
import type { ContextPoint } from './input.ts';

function describeTensor({ name, shape, norm, minimum, maximum, gates }: TensorFacts): Model['tensors'][number] {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    name,
    shape: [...shape],
    minimum,
    maximum,
    rms: norm / Math.sqrt(count),
    gates: gates.map(({ gate, from, to, norm: own }) => {
      return { gate, from, to, rms: own / Math.sqrt((count * (to - from)) / shape.at(-1)!) };
    }),
  };
}

export interface ModelFacts {
  readonly id: string;
  readonly card: Card;
  readonly parameters: Parameters;
  readonly log: readonly LoggedEpoch[];
  /** Measured in this build; NaN, or null out of the cache's JSON, of a split without blocks. */
  readonly loss: Readonly<Record<Split, number>> | null;
  readonly untrainedLoss: Readonly<Record<Split, number>> | null;
  readonly context: readonly ContextPoint[];
  readonly tokeniser?: Tokeniser;
  readonly labelled: Pick<LabelledDataset, 'source' | 'training' | 'texts' | 'symbols'>;
}

/** Steps that a network learned from; null where this project did not train it, or trained it on something else. */
export function learnedFrom(
  { chosenEpoch, run }: Pick<Card, 'chosenEpoch' | 'run'>,
  { source, training }: Pick<LabelledDataset, 'source' | 'training'>,
): number | null {
  const isItsOwn = chosenEpoch !== null && (run.corpus ?? run.series) === source.id;
  return isItsOwn ? training : null;
}

function nameGates(activation: RecurrentActivation): string {
  if (activation.kind === 'sigmoid') return 'sigmoid';
  if (activation.kind === 'other') return activation.function;
  return `hard sigmoid: ${activation.slope}·x + ${activation.offset}, clipped to [0, 1]`;
}

export function modelArtifact(facts: ModelFacts): Model {
  const { id, card, parameters, log, loss, untrainedLoss, context, labelled, tokeniser } = facts;
  const { architecture, vocabulary, weights, chosenEpoch, run, preparation } = card;
  const { units, cellActivation, recurrentActivation, cell } = architecture;
  return {
    id,
    hash: weights.sha256,
    parameters: countParameters(architecture),
    layers: units.map((count, layer) => ({ units: count, inputs: inputWidth(architecture, layer) })),
    vocabulary: [...vocabulary],
    ...(tokeniser === undefined ? {} : { tokens: describeTokens(tokeniser, labelled) }),
    activation: cellActivation,
    recurrentActivation: nameGates(recurrentActivation),
    ...(cell === undefined ? {} : { cell }),
    loss: measuredLosses(loss),
    untrainedLoss: measuredLosses(untrainedLoss),
    chosenEpoch,
    learnedFrom: learnedFrom(card, labelled),
    curve: [...log],
    run: [
      ...Object.entries(run).map(([name, value]) => ({ name, value: String(value) })),
      ...(preparation === undefined ? [] : [{ name: 'prepare', value: preparationName(preparation) }]),
    ],
    tensors: describeWeights(architecture, parameters).map(describeTensor),
    context: [...context],
  };
}

function describeTokens(
  { said, assumed, unknown, tokens, cutting }: Tokeniser,
  { texts, symbols }: ModelFacts['labelled'],
): NonNullable<Model['tokens']> {
  const steps = Math.max(1, texts.length);
  const name = unknown === null ? undefined : tokens[unknown];
  return {
    said,
    assumed: [...assumed],
    unknown,
    cutting,
    unknownShare: symbols.filter((symbol) => symbol === name).length / steps,
    characters: texts.reduce((sum, text) => sum + [...text].length, 0) / steps,
  };
}

function measuredLosses(loss: ModelFacts['loss']): Model['loss'] {
  if (loss === null) return null;
  const measured = (split: Split) => (Number.isFinite(loss[split]) ? loss[split] : null);
  return { train: measured('train'), validation: measured('validation'), 'held-out': measured('held-out') };
}
