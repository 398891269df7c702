// What a model is trained on, as the trainer needs it: a dataset as the network will be given it.
import { join } from 'node:path';
import { datasetNamedIn, KIND_CONTENT, loadDataset } from '../content/content.ts';
import { FOLDERS } from '../content/files.ts';
import { tokensToTrain } from '../content/tokens.ts';
import { type Block, requireBlocks } from '../datasets/blocks.ts';
import type { Dataset, StepInputs } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import { buildVocabulary, encode } from '../datasets/text/vocabulary.ts';
import type { Tokeniser } from '../datasets/tokens/tokeniser.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { Card } from '../models/formats/own/card.ts';
import { characterTargets, numberTargets, sequenceOf, type Targets } from '../trace/targets.ts';
import type { Configuration } from './configuration.ts';
import { foldScaling, scalingOf, standardise } from './scaling.ts';

/** What a network that is trained can read. */
export type Lessons = 'characters' | 'tokens' | 'numbers';

/** What it is for a network that reads one of them. */
interface Trained {
  readonly reads: Lessons;
  /** What is read, joined; undefined of numbers. */
  readonly text: string | undefined;
  /** What a run must not be resumed on, if it has changed. */
  readonly identity: unknown;
  readonly architecture: Architecture;
  readonly targets: Targets;
  /** What the card says of what the model reads. */
  readonly card: Pick<Card, 'vocabulary' | 'features' | 'preparation'>;
  /** What cuts the text, where it reads tokens; its file goes beside the card. */
  readonly tokeniser?: Tokeniser;
  /** The trained parameters as they are published. */
  finish(parameters: Parameters): Parameters;
}

export interface TrainingSet extends Trained {
  /** As in `the corpus alice`. */
  readonly name: string;
  /** What its steps are called, and all of them. */
  readonly unit: string;
  readonly whole: string;
  readonly blocks: readonly Block[];
  /** How each step is written. */
  readonly texts: readonly string[];
}

/**
 * @param content the folder content/
 * @throws InputError an unknown id, a broken file, or too little to train on
 */
export function loadTrainingSet(content: string, configuration: Configuration): TrainingSet {
  const named = datasetNamedIn(configuration)!;
  const { vocabulary } = configuration;
  const { dataset, tokeniser } =
    vocabulary === undefined
      ? { dataset: loadDataset(content, named, ''), tokeniser: undefined }
      : tokensToTrain(content, named.id, vocabulary);
  const datasetKind = kindOf(dataset);
  const { words } = datasetKind;
  const { key } = KIND_CONTENT[named.kind];
  const { blocks, texts } = dataset;
  requireBlocks(blocks, join(content, FOLDERS[key], `${named.id}.md`), datasetKind);
  const trained =
    tokeniser === undefined
      ? TRAINED[datasetKind.reads](dataset, configuration)
      : trainedOnTokens(dataset, tokeniser, configuration);
  return {
    ...trained,
    name: `the ${key} \`${named.id}\``,
    unit: words.steps,
    whole: words.whole,
    blocks,
    texts,
  };
}

const FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

type Shape = Pick<Configuration, 'units' | 'embedding'>;

/** Of a network that reads one of `width` symbols and predicts the next. */
function symbolArchitecture(width: number, { units, embedding }: Shape): Architecture {
  return { inputs: width, ...(embedding === undefined ? {} : { embedding }), units, outputs: width, ...FUNCTIONS };
}

function trainedOnTokens(dataset: Dataset, tokeniser: Tokeniser, shape: Shape): Trained {
  const { tokens } = tokeniser;
  const { preparation } = dataset.source;
  const ids = encode(dataset.symbols, tokens);
  return {
    reads: 'tokens',
    text: dataset.texts.join(''),
    identity: [tokens, dataset.texts],
    architecture: symbolArchitecture(tokens.length, shape),
    targets: { ...characterTargets(ids, tokens.length), sequence: sequenceOf({ reads: 'symbols', ids }, 'tokens') },
    card: { vocabulary: [], ...(preparation === undefined ? {} : { preparation }) },
    tokeniser,
    finish: (parameters) => parameters,
  };
}

const TRAINED: Readonly<Record<StepInputs['reads'], (dataset: Dataset, shape: Shape) => Trained>> = {
  symbols({ texts, source: { preparation } }, shape) {
    const vocabulary = buildVocabulary(texts);
    const width = vocabulary.length;
    const text = texts.join('');
    return {
      reads: 'characters',
      text,
      identity: text,
      architecture: symbolArchitecture(width, shape),
      targets: characterTargets(encode(texts, vocabulary), width),
      card: { vocabulary, ...(preparation === undefined ? {} : { preparation }) },
      finish: (parameters) => parameters,
    };
  },
  numbers({ rows: { features, values }, blocks }, { units }) {
    const width = features.length;
    const scaling = scalingOf(
      values,
      width,
      blocks.filter(({ split }) => split === 'train'),
    );
    return {
      reads: 'numbers',
      text: undefined,
      identity: [features, Array.from(values)],
      architecture: {
        reads: 'numbers',
        inputs: width,
        units,
        outputs: width,
        outputActivation: 'linear',
        ...FUNCTIONS,
      },
      targets: numberTargets(standardise(values, scaling), width),
      card: { vocabulary: [], features: features.map(({ column }) => column) },
      finish: (parameters) => foldScaling(parameters, scaling),
    };
  },
};
