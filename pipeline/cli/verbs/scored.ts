// What `score` and `merge` score: the cells of a network beside those of its untrained twin, or the units of a file. It can
// be scored whole, or tallied a shard at a time.

import { InputError } from '../../base/errors.ts';
import type { Preparation } from '../../base/preparation.ts';
import { datasetFingerprints, hashOf, fingerprints as networkFingerprints } from '../../build/fingerprints.ts';
import { findGallery, loadGallery, type ModelGallery } from '../../content/content.ts';
import { wantedHypotheses } from '../../content/corpora.ts';
import type { Source } from '../../datasets/dataset.ts';
import { stepsInPlace } from '../../datasets/text/preparation.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { isFile } from '../../files/files.ts';
import { describedIn, labelActivations } from '../../gallery/activations.ts';
import type { ActivationsOptions } from '../../gallery/activations-file.ts';
import { type Measurement, measure, planNetwork } from '../../gallery/measure.ts';
import { measureActivations, planActivations } from '../../gallery/measure-activations.ts';
import { loadNetworkGallery } from '../../gallery/network.ts';
import { type TalliedCells, tallyActivationsShard, tallyShard } from '../../gallery/tally-shard.ts';
import { twinOf } from '../../gallery/twin.ts';
import type { ScoringPlan } from '../../scoring/plan/plan.ts';
import type { ShardRange } from '../../scoring/plan/segments.ts';
import { compareWithTwin, type Scored, withNames } from '../../scoring/rank.ts';
import type { ScoringResult } from '../../scoring/results.ts';
import { ENCODING_OPTION } from '../text-options.ts';
import type { Decided } from './scores-report.ts';

export interface ScoredGalleryOptions extends EngineChoice {
  readonly content: string;
  /** A file of activations if there is one of that name; else a gallery's id, or that of a model with one gallery. */
  readonly scored: string;
  /** Ids; those of the gallery where left out, and for a file all that there are. */
  readonly hypotheses?: readonly string[] | undefined;
  /** Of a file of activations: the text that they belong to, and the arrays that are meant. */
  readonly text?: string | undefined;
  readonly dataset?: readonly string[] | undefined;
  /** What is changed in that text, and the encoding of its file. */
  readonly prepare?: Preparation | undefined;
  readonly encoding?: string | undefined;
}

/** Cells that are scored together. */
export interface ScoredNetwork {
  readonly name: 'model' | 'twin';
  /** What is read and how; null of a file, which is not read by a network. */
  readonly measurement: Measurement | null;
  score(): Promise<ScoringResult>;
  tally(range: ShardRange): Promise<TalliedCells>;
}

export interface ScoredGallery {
  readonly plan: ScoringPlan;
  readonly decided: Decided;
  /** Of all that decides the scores. */
  readonly fingerprints: Readonly<Record<'text' | 'labels' | 'weights' | 'plan', string>>;
  /** What computes. */
  readonly engine: string;
  readonly networks: readonly ScoredNetwork[];
  /** @param results one for each network */
  conclude(results: readonly ScoringResult[]): Scored;
  close(): void;
}

/** @throws InputError unknown ids, a model that is not trained, broken files */
export async function loadScored(options: ScoredGalleryOptions): Promise<ScoredGallery> {
  const { content, scored, hypotheses, text, dataset, prepare, encoding } = options;
  if (isFile(scored)) {
    const inPlace = prepare === undefined ? undefined : stepsInPlace(prepare);
    const said = { text, datasets: dataset, prepare: inPlace, encoding, told: ENCODING_OPTION };
    return loadFile(scored, hypotheses ?? 'all', { source: {}, options: said }, options);
  }
  if ([text, dataset, prepare, encoding].some((given) => given !== undefined)) {
    const fix =
      'Leave out --text, --dataset, --prepare, --raw and --encoding, which are for files of activations; a gallery says these itself.';
    throw new InputError(`There is no file "${scored}".`, {}, fix);
  }
  const gallery = loadGallery(content, findGallery(content, scored));
  return 'activations' in gallery
    ? loadFile(gallery.activations, hypotheses ?? gallery.hypotheses, describedIn(gallery), options)
    : loadNetwork(gallery, options);
}

async function loadNetwork(gallery: ModelGallery, options: ScoredGalleryOptions): Promise<ScoredGallery> {
  const { content, hypotheses, ...choice } = options;
  const network = loadNetworkGallery(content, gallery, hypotheses);
  const { labelled, card, parameters, sequence, targets, starts } = network;
  const { architecture } = card;
  const engine = await chooseEngine(choice);
  const plan = planNetwork(network);
  const kept = { book: false, training: false };
  const common = { engine, architecture, sequence, targets, blocks: labelled.blocks, plan, ...kept };
  const scored = (name: ScoredNetwork['name'], own: Pick<Measurement, 'parameters' | 'starts' | 'title'>) => {
    const measurement = { ...common, ...own, workers: choice.threads };
    return {
      name,
      measurement,
      score: async () => (await measure(measurement)).scoring,
      tally: (range: ShardRange) => tallyShard(measurement, range),
    };
  };
  const { text, labels, weights, engine: computedBy } = networkFingerprints(network, engine);
  return {
    plan,
    decided: labelled,
    fingerprints: { text, labels, weights, plan: planFingerprint(plan) },
    engine: computedBy,
    networks: [
      scored('model', { parameters, starts, title: `Scoring ${gallery.id}` }),
      scored('twin', { parameters: twinOf(network), title: 'Scoring its twin' }),
    ],
    conclude([model, twin]) {
      const { scores } = compareWithTwin(model!, twin!);
      return { evaluatedOn: model!.evaluatedOn, scores };
    },
    close() {},
  };
}

/** The units of a file, which has no twin. */
async function loadFile(
  file: string,
  hypotheses: readonly string[] | 'all',
  said: { readonly source: Partial<Source>; readonly options: ActivationsOptions },
  { content, threads }: ScoredGalleryOptions,
): Promise<ScoredGallery> {
  const labelled = await labelActivations(file, wantedHypotheses(content, hypotheses), said.source, said.options);
  const { activations, source } = labelled;
  const plan = planActivations(labelled);
  const measurement = { labelled, title: `Scoring ${source.source}`, workers: threads };
  const { layers, signals, names } = activations;
  return {
    plan,
    decided: labelled,
    // Of the values themselves the bins are proof enough, and the file may be far larger than a part of it.
    fingerprints: {
      ...datasetFingerprints(labelled),
      weights: hashOf([layers, signals, names]),
      plan: planFingerprint(plan),
    },
    engine: 'none',
    networks: [
      {
        name: 'model',
        measurement: null,
        score: async () => (await measureActivations({ ...measurement, book: false, training: false })).scoring,
        tally: (range) => tallyActivationsShard(measurement, range),
      },
    ],
    conclude: ([model]) => ({ evaluatedOn: model!.evaluatedOn, scores: withNames(model!.scores, names) }),
    close: () => activations.close(),
  };
}

function planFingerprint({ layers, signals, domains, seed, segment, scorable, judge }: ScoringPlan): string {
  const { positions, shifts } = judge;
  return hashOf([
    layers,
    signals,
    domains,
    seed,
    segment,
    scorable.map(({ id }) => id),
    [...positions],
    shifts.map((shift) => [...shift]),
  ]);
}
