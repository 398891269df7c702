// The stages of a gallery whose activations came from elsewhere: there is nothing to train, to trace or to let write.
import { cellPlaces } from '../base/cell-ids.ts';
import { type ActivationsGallery, loadHypotheses, loadNotes } from '../content/content.ts';
import { sampledFrom } from '../evidence/context.ts';
import { hashFile } from '../files/hash.ts';
import { type LabelledActivations, labelActivations } from '../gallery/activations.ts';
import { loadScores } from '../gallery/measured.ts';
import { divisionFingerprint, engineFingerprint, textFingerprints, wordFingerprints } from './fingerprints.ts';
import { runStage, type StageResult } from './stage.ts';
import { activationScoresStage } from './stages/activation-scores.ts';
import { activationsArtifactsStage } from './stages/artifacts.ts';
import { measureEvidence } from './stages/evidence.ts';
import { neighboursStage } from './stages/neighbours.ts';
import type { GalleryBuild } from './workbench.ts';

/** Brings the artifacts of a gallery of activations up to date. */
export async function buildActivationsGallery(build: GalleryBuild, gallery: ActivationsGallery): Promise<StageResult> {
  const { id, title, licence, activations } = gallery;
  const hypotheses = loadHypotheses(build.content, gallery.hypotheses);
  const labelled = labelActivations(activations, hypotheses, { id, title, licence });
  try {
    return await runStages(build, gallery, labelled);
  } finally {
    labelled.activations.close();
  }
}

async function runStages(
  build: GalleryBuild,
  gallery: ActivationsGallery,
  labelled: LabelledActivations,
): Promise<StageResult> {
  const { id, content, engine, folder, threads } = build;
  const { layers, names, file } = labelled.activations;
  const cells = cellPlaces(layers, names);
  const activations = hashFile(file);
  const { text, labels } = textFingerprints(labelled);
  const division = divisionFingerprint(labelled);
  const read = { activations, text, labels };
  const scores = await runStage(activationScoresStage(build, labelled, cells, { ...read, division }));
  const beside = { scores: scores.hash, engine: engineFingerprint(engine) };
  const neighbours = await runStage(neighboursStage(build, scores, beside));
  const stored = loadScores(scores.output);
  const sampled = sampledFrom(scores.output, stored);
  const evidence = await measureEvidence(
    { engine, threads, labelled, network: null, cells, scores: stored, ...sampled },
    folder,
    { ...read, ...beside },
  );
  const notes = loadNotes(content, id);
  const input = { gallery, labelled, cells, text, notes, stages: { scores, neighbours }, evidence, hash: activations };
  return runStage(activationsArtifactsStage(build, input, wordFingerprints(gallery, labelled, notes)));
}
