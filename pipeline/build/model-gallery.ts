// The stages of a gallery of a network's cells, in order: what each depends on, and what it leaves for the next.
import { cellPlaces } from '../base/cell-ids.ts';
import { loadNotes, type ModelGallery, type SeriesGallery } from '../content/content.ts';
import { sampledFrom } from '../evidence/context.ts';
import { modelFolder } from '../gallery/labelled.ts';
import { loadScores } from '../gallery/measured.ts';
import { loadNetworkGallery } from '../gallery/network.ts';
import { hasCard, readLog } from '../models/formats/own/card.ts';
import { trainModel } from '../training/train.ts';
import { fingerprints, hashOf, runFingerprint, wordFingerprints } from './fingerprints.ts';
import { loadGalleryStudy } from './pages/study.ts';
import { runStage, type StageResult } from './stage.ts';
import { modelArtifactsStage } from './stages/artifacts.ts';
import { contextStage } from './stages/context.ts';
import { measureEvidence } from './stages/evidence.ts';
import { canBeLive, liveStage } from './stages/live.ts';
import { scoresStage } from './stages/scores.ts';
import { twinStage } from './stages/twin.ts';
import { writingStage } from './stages/writing.ts';
import type { GalleryBuild, Workbench } from './workbench.ts';

/** Brings the artifacts of a gallery with a model up to date, which is trained first where it is not. */
export async function buildModelGallery(
  build: GalleryBuild,
  gallery: ModelGallery | SeriesGallery,
): Promise<StageResult> {
  const { id, content, engine, threads, folder } = build;
  await ensureTrained(build, gallery.model);
  const network = loadNetworkGallery(content, gallery);
  const { labelled, card } = network;
  const bench: Workbench = { build, network, shared: {} };
  const { text, labels, division, described, weights, architecture, ...computed } = fingerprints(network, engine);

  const scored = { text, labels, division, ...computed };
  const scores = await runStage(scoresStage(bench, { weights, ...scored }));
  const twin = await runStage(twinStage(bench, { architecture, ...scored }));
  const stored = loadScores(scores.output);

  const read = { weights, text, ...computed };
  const settings = 'corpus' in gallery ? gallery.generated : undefined;
  const writing = network.ids === null ? null : await runStage(writingStage(bench, settings, stored.domains, read));
  const beside = { ...read, scores: scores.hash };
  const context = await runStage(contextStage(bench, scores, beside));
  const live = canBeLive(network) ? await runStage(liveStage(bench, scores, beside)) : null;
  const cells = cellPlaces(card.architecture.units);
  const sampled = sampledFrom(scores.output, stored);
  const evidence = await measureEvidence(
    { engine, threads, labelled, network, cells, scores: stored, ...sampled },
    folder,
    {
      ...beside,
      labels,
      described,
    },
  );

  const study = loadGalleryStudy(content, id, { text, labels, weights: card.weights.sha256 });
  const notes = loadNotes(content, id);
  const log = readLog(modelFolder(content, gallery.model));
  const stages = {
    scores,
    twin,
    context,
    ...(writing === null ? {} : { writing }),
    ...(live === null ? {} : { live }),
  };
  return runStage(
    modelArtifactsStage(
      bench,
      { gallery, cells, text, notes, log, study, stages, evidence },
      {
        ...wordFingerprints(gallery, labelled, notes),
        described,
        card: runFingerprint(gallery.model, network, log),
        ...(study === null ? {} : { study: hashOf(study) }),
      },
    ),
  );
}

/** A model without a card has not been trained: it is now. */
async function ensureTrained({ content, threads }: GalleryBuild, model: string): Promise<void> {
  if (hasCard(modelFolder(content, model))) return;
  console.log(`model        train   content/models/${model} has no card: training it first`);
  await trainModel({ content, model, resume: true, threads });
}
