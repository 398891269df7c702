// What `score` and `merge` score: the cells of a network beside those of its untrained twin, or the units of a file. It can
// be scored whole, or tallied a part at a time.
import { labelActivations } from '../activations.ts';
import { hashOf, fingerprints as networkFingerprints, textFingerprints } from '../build/fingerprints.ts';
import { type Measurement, measure, planNetwork } from '../build/measure.ts';
import { measureActivations, planActivations } from '../build/measure-activations.ts';
import { type TalliedCells, tallyActivationsPart, tallyPart } from '../build/tally-part.ts';
import { loadGallery, loadHeuristics, type ModelGallery, type SeriesGallery } from '../content.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { isFile } from '../formats/files.ts';
import { findGallery } from '../gallery.ts';
import { loadNetworkGallery } from '../network-gallery.ts';
import type { ScoringPlan } from '../scoring/plan.ts';
import { compareWithTwin, type Scored, withNames } from '../scoring/rank.ts';
import type { ScoringResult } from '../scoring/results.ts';
import type { Part } from '../scoring/stretches.ts';

export interface SubjectOptions extends EngineChoice {
  readonly content: string;
  /** A file of activations if there is one of that name; else a gallery's id, or that of a model with one gallery. */
  readonly subject: string;
  /** Ids; those of the gallery where left out, and for a file all that there are. */
  readonly heuristics?: readonly string[] | undefined;
}

/** Cells that are scored together. */
export interface ScoredNetwork {
  readonly name: 'model' | 'twin';
  score(): Promise<ScoringResult>;
  tally(part: Part): Promise<TalliedCells>;
}

export interface ScoredSubject {
  readonly plan: ScoringPlan;
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
export async function loadSubject(options: SubjectOptions): Promise<ScoredSubject> {
  const { content, subject, heuristics } = options;
  if (isFile(subject)) return loadFile(subject, heuristics ?? 'all', options);
  const gallery = loadGallery(content, findGallery(content, subject));
  return 'activations' in gallery
    ? loadFile(gallery.activations, heuristics ?? gallery.heuristics, options)
    : loadNetwork(gallery, options);
}

async function loadNetwork(gallery: ModelGallery | SeriesGallery, options: SubjectOptions): Promise<ScoredSubject> {
  const { content, heuristics, ...choice } = options;
  const network = loadNetworkGallery(content, gallery, heuristics);
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
      score: async () => (await measure(measurement)).scoring,
      tally: (part: Part) => tallyPart(measurement, part),
    };
  };
  const { text, labels, weights, engine: computedBy } = networkFingerprints(network, engine);
  return {
    plan,
    fingerprints: { text, labels, weights, plan: planFingerprint(plan) },
    engine: computedBy,
    networks: [
      scored('model', { parameters, starts, title: `Scoring ${gallery.id}` }),
      scored('twin', { parameters: network.twin(), title: 'Scoring its twin' }),
    ],
    conclude([model, twin]) {
      const { scores } = compareWithTwin(model!, twin!);
      return { evaluatedOn: model!.evaluatedOn, scores };
    },
    close() {},
  };
}

/** The units of a file, which has no twin. */
function loadFile(
  file: string,
  heuristics: readonly string[] | 'all',
  { content, threads }: SubjectOptions,
): ScoredSubject {
  const labelled = labelActivations(file, loadHeuristics(content, heuristics));
  const { activations, corpus } = labelled;
  const plan = planActivations(labelled);
  const measurement = { labelled, title: `Scoring ${corpus.source}`, workers: threads };
  const { layers, signals, names } = activations;
  return {
    plan,
    // Of the values themselves the bins are proof enough, and the file may be far larger than a part of it.
    fingerprints: {
      ...textFingerprints(labelled),
      weights: hashOf([layers, signals, names]),
      plan: planFingerprint(plan),
    },
    engine: 'none',
    networks: [
      {
        name: 'model',
        score: async () => (await measureActivations({ ...measurement, book: false, training: false })).scoring,
        tally: (part) => tallyActivationsPart(measurement, part),
      },
    ],
    conclude: ([model]) => ({ evaluatedOn: model!.evaluatedOn, scores: withNames(model!.scores, names) }),
    close: () => activations.close(),
  };
}

function planFingerprint({ layers, signals, domains, seed, stretch, scorable, judge }: ScoringPlan): string {
  const { positions, shifts, resampling } = judge;
  return hashOf([
    layers,
    signals,
    domains,
    seed,
    stretch,
    scorable.map(({ id }) => id),
    [...positions],
    shifts,
    resampling.paragraphs,
  ]);
}
