// The stages of a gallery, in order: what each depends on, and what it leaves for the next.

import { cellPlaces } from '../base/cell-ids.ts';
import { preparationName } from '../base/preparation.ts';
import { type ActivationsGallery, loadGallery, type ModelGallery } from '../content/content.ts';
import { wantedHypotheses } from '../content/corpora.ts';
import { modelFolder } from '../content/files.ts';
import { loadNotes } from '../content/notes.ts';
import type { LabelledDataset } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import { ENGINE_NAMES } from '../engines/index.ts';
import { type EvidenceContext, sampledFrom } from '../evidence/context.ts';
import type { PartName } from '../evidence/parts.ts';
import { hashFile } from '../files/hash.ts';
import { describedIn, type LabelledActivations, labelActivations } from '../gallery/activations.ts';
import { planActivations } from '../gallery/measure-activations.ts';
import { loadScores } from '../gallery/measured.ts';
import { loadNetworkGallery, type NetworkGallery } from '../gallery/network.ts';
import { hasCard, readLog } from '../models/formats/own/card.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import { trainModel } from '../training/train.ts';
import { measureComparison } from './comparison.ts';
import { showEarly } from './early.ts';
import { withMeasures } from './evidence-apart.ts';
import {
  datasetFingerprints,
  divisionFingerprint,
  engineFingerprint,
  fingerprints,
  hashOf,
  runFingerprint,
  wordFingerprints,
} from './fingerprints.ts';
import { loadGalleryStudy } from './pages/study.ts';
import { type GalleryBuild, runStage, type Stage, type StageResult, type Workbench } from './stage.ts';
import { activationScoresStage } from './stages/activation-scores.ts';
import { activationsArtifactsStage, modelArtifactsStage } from './stages/artifacts.ts';
import { contextStage } from './stages/context.ts';
import { measureEvidence } from './stages/evidence.ts';
import { canBeLive, liveStage } from './stages/live.ts';
import { neighboursStage } from './stages/neighbours.ts';
import { scoresStage } from './stages/scores.ts';
import { valuesStage } from './stages/values.ts';
import { windowsStage } from './stages/windows.ts';
import { writingStage } from './stages/writing.ts';

/** Brings one gallery's artifacts up to date. */
export function buildGallery(build: GalleryBuild): Promise<StageResult> {
  const gallery = loadGallery(build.content, build.id);
  return 'activations' in gallery ? buildActivationsGallery(build, gallery) : buildModelGallery(build, gallery);
}

/** Brings the artifacts of a gallery with a model up to date, which is trained first where it is not. */
async function buildModelGallery(build: GalleryBuild, gallery: ModelGallery): Promise<StageResult> {
  const { id, content, engine, threads } = build;
  await ensureTrained(build, gallery.model);
  const network = loadNetworkGallery(content, gallery);
  const { labelled, card } = network;
  notePreparation(gallery, network);
  const notes = loadNotes(content, id, idsOf(labelled));
  const bench: Workbench = { build, network, shared: {} };
  const { text, labels, division, described, weights, engine: computedBy, sequence } = fingerprints(network, engine);

  const computed = { engine: computedBy, sequence };
  const comparison = await measureComparison(bench);
  const { twin } = comparison;
  const scores = await runStage(scoresStage(bench, comparison, { weights, text, labels, division, ...computed }));
  const stored = loadScores(scores.output);

  const read = { weights, text, ...computed };
  const beside = { ...read, scores: scores.hash };
  const others = async () => {
    const canWrite = kindOf(labelled).ofCharacters;
    const writing = canWrite ? await runStage(writingStage(bench, gallery.generated, stored.domains, read)) : null;
    const context = await runStage(contextStage(bench, scores, beside));
    const live = canBeLive(network) ? await runStage(liveStage(bench, scores, beside)) : null;
    const values = await runStage(valuesStage(build, labelled, scores, text));
    return { context, values, ...(writing === null ? {} : { writing }), ...(live === null ? {} : { live }) };
  };
  const cells = cellPlaces(card.architecture.units);
  const study = loadGalleryStudy(content, id, { text, labels, weights: card.weights.sha256 });
  const log = readLog(modelFolder(content, gallery.model));
  const inputs = {
    ...wordFingerprints(gallery, labelled, notes),
    described,
    card: runFingerprint(gallery.model, network, log),
    ...(study === null ? {} : { study: hashOf(study) }),
  };
  const found = { engine, threads, labelled, network, cells, scores: stored, ...sampledFrom(scores.output, stored) };
  const evidenceInputs = { ...beside, labels, described };
  return withEvidence(build, found, scores, evidenceInputs, others, (stages, evidence, pending) => {
    const all = { scores, twin, ...stages };
    return modelArtifactsStage(
      bench,
      { gallery, cells, text, notes, log, study, stages: all, evidence, pending },
      inputs,
    );
  });
}

/** A network reads a text that was prepared otherwise than its own as something that it has never seen. */
function notePreparation({ model, dataset }: ModelGallery, { labelled: { source }, card }: NetworkGallery): void {
  if (card.preparation === undefined || source.preparation === undefined) return;
  const [own, given] = [card.preparation, source.preparation].map(preparationName);
  if (own === given) return;
  console.log(
    `note: the text of ${dataset.id} is prepared by ${given}, and ${model} learned from one that was prepared by ${own}`,
  );
}

/** A model without a card has not been trained: it is now. */
async function ensureTrained({ content, threads }: GalleryBuild, model: string): Promise<void> {
  if (hasCard(modelFolder(content, model))) return;
  console.log(`model        train   content/models/${model} has no card: training it first`);
  await trainModel({ content, model, resume: true, threads });
}

/** Of activations that came from elsewhere there is nothing to train, to trace or to let write. */
async function buildActivationsGallery(build: GalleryBuild, gallery: ActivationsGallery): Promise<StageResult> {
  const wanted = wantedHypotheses(build.content, gallery.hypotheses);
  const { source, options } = describedIn(gallery);
  const labelled = await labelActivations(gallery.activations, wanted, source, options);
  try {
    return await runActivationsStages(build, gallery, labelled);
  } finally {
    labelled.activations.close();
  }
}

async function runActivationsStages(
  build: GalleryBuild,
  gallery: ActivationsGallery,
  labelled: LabelledActivations,
): Promise<StageResult> {
  const { id, content, engine, threads } = build;
  const { layers, names, file } = labelled.activations;
  const notes = loadNotes(content, id, idsOf(labelled));
  const cells = cellPlaces(layers, names);
  const activations = hashFile(file);
  const { text, labels } = datasetFingerprints(labelled);
  const division = divisionFingerprint(labelled);
  const read = { activations, text, labels };
  let plan: ScoringPlan | undefined;
  const planned = () => {
    plan ??= planActivations(labelled);
    return plan;
  };
  const windows = await runStage(windowsStage(build, labelled, planned, { text, labels, division }));
  const inputs = { ...read, division };
  const scores = await runStage(activationScoresStage(build, labelled, cells, windows, planned, inputs));
  const beside = { scores: scores.hash, engine: engineFingerprint(engine) };
  const neighbours = await runStage(neighboursStage(build, scores, beside));
  const stored = loadScores(scores.output);
  const sampled = sampledFrom(scores.output, stored);
  const values = await runStage(valuesStage(build, labelled, scores, text));
  const stages = { scores, values, neighbours };
  const input = { gallery, labelled, cells, text, notes, stages, hash: activations };
  const words = wordFingerprints(gallery, labelled, notes);
  const found = { engine, threads, labelled, network: null, cells, scores: stored, ...sampled };
  const none = async () => ({});
  return withEvidence(build, found, scores, { ...read, ...beside }, none, (_, evidence, pending) =>
    activationsArtifactsStage(build, { ...input, evidence, pending }, words),
  );
}

/**
 * Brings all parts of the evidence up to date, and then the artifacts. What there is of the gallery is shown meanwhile.
 * @param others the stages that need the scores alone: they run beside the evidence where that has processes of its own
 * @param artifacts the stage that writes them
 */
async function withEvidence<Others>(
  build: GalleryBuild,
  context: EvidenceContext,
  scores: StageResult,
  inputs: Readonly<Record<string, string>>,
  others: () => Promise<Others>,
  artifacts: (others: Others, evidence: Measured, pending: readonly PartName[]) => Stage,
): Promise<StageResult> {
  const { content, id, threads, folder } = build;
  const engine = ENGINE_NAMES.find((name) => name === build.engine.name);
  const ready = others();
  const show = showEarly(build, async (evidence, pending) => artifacts(await ready, evidence, pending));
  const task = { content, id, scores: scores.output, engine, threads };
  const evidence = withMeasures(context, task, async (measures) => {
    if (measures.length === 1) await ready;
    return measureEvidence(context, folder, inputs, measures, show);
  });
  const [stages, measured] = await Promise.all([ready, evidence]);
  return runStage(artifacts(stages, measured, []));
}

/** The parts of the evidence that there are. */
type Measured = ReadonlyMap<string, StageResult>;

const idsOf = ({ hypotheses }: LabelledDataset): string[] => hypotheses.map(({ id }) => id);
