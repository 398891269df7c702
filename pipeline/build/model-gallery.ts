// The stages of a gallery of a network's cells, in order: what each depends on, and what it leaves for the next.
import { join } from 'node:path';
import { runStage, type Stage, type StageResult } from '../artifacts/stages.ts';
import { loadNotes, type ModelGallery, type SeriesGallery } from '../content.ts';
import { hasCard } from '../formats/card.ts';
import { readLog } from '../formats/log.ts';
import { modelFolder } from '../gallery.ts';
import { loadNetworkGallery } from '../network-gallery.ts';
import { trainModel } from '../verbs/train.ts';
import { type Associations, FILES, loadScores, readFile, readIfThere, readJson } from './cache.ts';
import { cellPlaces } from './cells-artifact.ts';
import { sampledFrom } from './evidence/context.ts';
import { gatherEvidence, measureEvidence } from './evidence.ts';
import { codeFingerprints, fingerprints, hashOf, runFingerprint, wordFingerprints } from './fingerprints.ts';
import { writeGallery } from './gallery-artifacts.ts';
import { aboutOf } from './gallery-description.ts';
import { canBeLive, loadLive } from './live.ts';
import { loadGalleryStudy } from './study/gallery-study.ts';
import {
  CONTEXT,
  type Context,
  type GalleryBuild,
  hasBook,
  makeLive,
  measureContext,
  planOnce,
  scoreModel,
  scoreTwin,
  type Workbench,
} from './work.ts';
import { loadWritten, storeWritten } from './written.ts';

/** Brings the artifacts of a gallery with a model up to date, which is trained first where it is not. */
export async function buildModelGallery(
  build: GalleryBuild,
  gallery: ModelGallery | SeriesGallery,
): Promise<StageResult> {
  const { id, content, engine, folder } = build;
  await ensureTrained(build, gallery.model);
  const network = loadNetworkGallery(content, gallery);
  const { labelled, card } = network;
  const bench: Workbench = { build, network, plan: planOnce(network) };

  const code = codeFingerprints();
  const {
    text,
    labels,
    division,
    described,
    weights,
    architecture,
    engine: computedBy,
  } = fingerprints(network, engine);
  const scored = { text, labels, division, mathematics: code.mathematics, scoring: code.scoring, engine: computedBy };
  const scores = await runStage({
    name: 'scores',
    folder,
    inputs: { weights, ...scored },
    run: (to) => scoreModel(bench, to),
  });
  const twin = await runStage({
    name: 'twin',
    folder,
    inputs: { architecture, ...scored },
    run: (to) => scoreTwin(bench, to),
  });
  const stored = loadScores(scores.output);
  const { domains } = stored;
  const settings = 'corpus' in gallery ? gallery.generated : undefined;
  const writing: Stage = {
    name: 'writing',
    folder,
    inputs: {
      weights,
      text,
      settings: hashOf(settings ?? null),
      domains: hashOf(domains),
      mathematics: code.mathematics,
      code: code.writing,
    },
    run: (to) => storeWritten(to, { ...bench, settings, domains }),
  };
  const written = network.ids === null ? null : await runStage(writing);
  const context = await runStage({
    name: 'context',
    folder,
    inputs: { weights, text, scores: scores.hash, mathematics: code.mathematics, code: code.context },
    run: (to) => measureContext(bench, scores, to),
  });

  const live = canBeLive(network)
    ? await runStage({
        name: 'live',
        folder,
        inputs: { weights, text, scores: scores.hash, mathematics: code.mathematics, code: code.live },
        run: (to) => makeLive(bench, scores, to),
      })
    : null;

  const cells = cellPlaces(card.architecture.units);
  const evidence = await measureEvidence(
    { engine, threads: build.threads, labelled, network, cells, scores: stored, ...sampledFrom(scores.output, stored) },
    folder,
    { weights, text, labels, described, scores: scores.hash, mathematics: code.mathematics },
  );

  const study = loadGalleryStudy(content, id, { text, labels, weights: card.weights.sha256 });
  const notes = loadNotes(content, id);
  const log = readLog(modelFolder(content, gallery.model));
  return runStage({
    name: 'artifacts',
    folder,
    inputs: {
      scores: scores.hash,
      twin: twin.hash,
      ...(written === null ? {} : { writing: written.hash }),
      context: context.hash,
      ...(live === null ? {} : { live: live.hash }),
      ...Object.fromEntries([...evidence].map(([name, part]) => [name, part.hash])),
      ...wordFingerprints(gallery, labelled, notes),
      described,
      card: runFingerprint(gallery.model, network, log),
      ...(study === null ? {} : { study: hashOf(study) }),
      code: code.artifacts,
    },
    run(to) {
      const { points, neighbours } = readJson<Context>(join(context.output, CONTEXT));
      writeGallery(to, {
        about: aboutOf(gallery),
        labelled,
        corpusHash: text,
        network: {
          id: gallery.model,
          model: network,
          facts: { log, context: points },
          twin: loadScores(twin.output),
          written: written === null ? null : loadWritten(written.output),
          live: live === null ? null : loadLive(live.output),
        },
        series: network.series,
        activations: null,
        cells,
        notes,
        scores: stored,
        heldOut: readFile(join(scores.output, FILES.heldOut)),
        called: readFile(join(scores.output, FILES.called)),
        book: hasBook(network) ? readFile(join(scores.output, FILES.book)) : null,
        expected: readIfThere(join(scores.output, FILES.expected)),
        neighbours,
        associations: readJson<Associations[]>(join(scores.output, FILES.associations)),
        evidence: gatherEvidence(evidence, cells.length),
        study,
      });
    },
  });
}

/** A model without a card has not been trained: it is now. */
async function ensureTrained({ content, threads }: GalleryBuild, model: string): Promise<void> {
  if (hasCard(modelFolder(content, model))) return;
  console.log(`model        train   content/models/${model} has no card: training it first`);
  await trainModel({ content, model, resume: true, threads });
}
