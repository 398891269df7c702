// The stages of a gallery whose activations came from elsewhere: there is nothing to train, to trace or to let write.
import { basename, join } from 'node:path';
import { type LabelledActivations, labelActivations } from '../activations.ts';
import { runStage, type StageResult } from '../artifacts/stages.ts';
import { type ActivationsGallery, loadHeuristics, loadNotes } from '../content.ts';
import { hashFile } from '../formats/hash.ts';
import { type Associations, FILES, loadScores, readFile, readJson, storeMeasured, writeFile } from './cache.ts';
import { cellPlaces } from './cells-artifact.ts';
import { sampledFrom } from './evidence/context.ts';
import { gatherEvidence, measureEvidence } from './evidence.ts';
import { codeFingerprints, divisionFingerprint, textFingerprints, wordFingerprints } from './fingerprints.ts';
import { writeGallery } from './gallery-artifacts.ts';
import { aboutOf } from './gallery-description.ts';
import { measureActivations } from './measure-activations.ts';
import type { Neighbour } from './neighbours.ts';
import { type GalleryBuild, LONGEST_BOOK, neighboursIn } from './work.ts';

const NEIGHBOURS = 'neighbours.json';

/** Brings the artifacts of a gallery of activations up to date. */
export async function buildActivationsGallery(build: GalleryBuild, gallery: ActivationsGallery): Promise<StageResult> {
  const { id, title, licence, activations } = gallery;
  const heuristics = loadHeuristics(build.content, gallery.heuristics);
  const labelled = labelActivations(activations, heuristics, { id, title, licence });
  try {
    return await runStages(build, gallery, labelled);
  } finally {
    labelled.activations.close();
  }
}

async function runStages(
  { id, content, engine, folder, threads }: GalleryBuild,
  gallery: ActivationsGallery,
  labelled: LabelledActivations,
): Promise<StageResult> {
  const { activations, characters } = labelled;
  const { layers, names } = activations;
  const cells = cellPlaces(layers, names);
  const hash = hashFile(activations.file);
  const { text, labels } = textFingerprints(labelled);
  const division = divisionFingerprint(labelled);
  const code = codeFingerprints();
  const hasBook = characters.length <= LONGEST_BOOK;
  const scores = await runStage({
    name: 'scores',
    folder,
    inputs: { activations: hash, text, labels, division, scoring: code.scoring, reading: code.reading },
    async run(to) {
      const title = `Scoring ${id}`;
      const measured = await measureActivations({ labelled, title, book: hasBook, training: true, workers: threads });
      const ids = cells.map((place) => place.id);
      storeMeasured(to, measured, ids, labelled.hypotheses);
    },
  });
  const neighbours = await runStage({
    name: 'neighbours',
    folder,
    inputs: { scores: scores.hash, mathematics: code.mathematics, code: code.context },
    async run(to) {
      writeFile(join(to, NEIGHBOURS), JSON.stringify(await neighboursIn(engine, scores)));
    },
  });
  const stored = loadScores(scores.output);
  const evidence = await measureEvidence(
    { engine, threads, labelled, network: null, cells, scores: stored, ...sampledFrom(scores.output, stored) },
    folder,
    { activations: hash, text, labels, scores: scores.hash, mathematics: code.mathematics },
  );

  const notes = loadNotes(content, id);
  return runStage({
    name: 'artifacts',
    folder,
    inputs: {
      scores: scores.hash,
      neighbours: neighbours.hash,
      ...Object.fromEntries([...evidence].map(([name, part]) => [name, part.hash])),
      ...wordFingerprints(gallery, labelled, notes),
      code: code.artifacts,
    },
    run(to) {
      writeGallery(to, {
        about: aboutOf(gallery),
        labelled,
        corpusHash: text,
        network: null,
        series: null,
        activations: { file: basename(activations.file), hash },
        cells,
        notes,
        scores: stored,
        heldOut: readFile(join(scores.output, FILES.heldOut)),
        called: readFile(join(scores.output, FILES.called)),
        book: hasBook ? readFile(join(scores.output, FILES.book)) : null,
        expected: null,
        neighbours: readJson<Neighbour[][]>(join(neighbours.output, NEIGHBOURS)),
        associations: readJson<Associations[]>(join(scores.output, FILES.associations)),
        evidence: gatherEvidence(evidence, cells.length),
        study: null,
      });
    },
  });
}
