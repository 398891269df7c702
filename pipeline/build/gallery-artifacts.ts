// The whole folder of a gallery's artifacts, from what the stages before have measured.
import { join } from 'node:path';
import type { GalleryStudy } from '../artifacts/schema/study.ts';
import {
  cellsSchema,
  describeContract,
  FORMAT,
  type Gallery,
  gallerySchema,
  heuristicsSchema,
  type Model,
} from '../artifacts/schema.ts';
import { writeArtifact } from '../artifacts/write.ts';
import type { Note } from '../content.ts';
import type { SeriesContent } from '../content-series.ts';
import { makeFolder } from '../formats/files.ts';
import type { LabelledText } from '../gallery.ts';
import type { NetworkGallery } from '../network-gallery.ts';
import { compareWithTwin, INTERPRETABLE } from '../scoring/rank.ts';
import { pickExpectations } from '../trace/expected.ts';
import { type Associations, readFile, type StoredScores, writeFile } from './cache.ts';
import { type CellPlace, layerSizes, writeCells } from './cells-artifact.ts';
import type { GatheredEvidence } from './evidence.ts';
import { writeFigures } from './figure-data.ts';
import {
  describeBlocks,
  describeSeries,
  describeText,
  heldOutSample,
  heldOutText,
  hOf,
} from './gallery-description.ts';
import { GALLERY_FIGURES, HEURISTIC_FIGURES } from './gallery-figures.ts';
import { byKey } from './groups.ts';
import { heuristicArtifact } from './heuristic-artifact.ts';
import type { loadLive } from './live.ts';
import { mapCsv } from './map-csv.ts';
import { type ModelFacts, modelArtifact } from './model-artifact.ts';
import type { Neighbour } from './neighbours.ts';
import { seriesLengths, TEXT_LENGTHS } from './passages.ts';
import { shuffledSpread, writeStudy } from './study/gallery-study.ts';
import { bestStrengths, countByMemory, countFound } from './totals.ts';

/** What the network wrote, with the signals of every cell, [cells, signals, characters]. */
export interface WrittenText {
  readonly text: string;
  readonly seedText: string;
  readonly temperature: number;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

/** What there is only where a network of this project computed the signals. */
export interface NetworkInput {
  readonly id: string;
  readonly model: Pick<NetworkGallery, 'card' | 'parameters'>;
  readonly facts: Pick<ModelFacts, 'log' | 'context'>;
  readonly twin: StoredScores;
  /** Null of a network that reads a series. */
  readonly written: WrittenText | null;
  /** Where the weights for a browser lie, and what they are worth; null where it cannot run there. */
  readonly live: ReturnType<typeof loadLive> | null;
}

export interface GalleryInput {
  readonly about: Pick<Gallery, 'id' | 'title' | 'summary'>;
  readonly labelled: LabelledText;
  readonly corpusHash: string;
  readonly network: NetworkInput | null;
  /** What the network reads where it is no text; a step stands in the text as a character. */
  readonly series: SeriesContent | null;
  readonly activations: Gallery['activations'];
  /** All cells, layer by layer. */
  readonly cells: readonly CellPlace[];
  readonly notes: ReadonlyMap<string, Note>;
  readonly scores: StoredScores;
  /** [cells, signals, characters of the held-out sample] */
  readonly heldOut: Uint8Array;
  /** [cells, characters] of the held-out sample; see `FILES.called`. */
  readonly called: Uint8Array;
  /** [cells, characters of the text]; null where the text is too long for it. */
  readonly book: Uint8Array | null;
  /** What was expected of each character of the book, or where there is none of the held-out sample; null where nothing was. */
  readonly expected: Uint8Array | null;
  /** For each cell. */
  readonly neighbours: readonly (readonly Neighbour[])[];
  /** For each cell. */
  readonly associations: readonly Associations[];
  readonly evidence: GatheredEvidence;
  /** Of its network beside others; null where nobody made one. */
  readonly study: GalleryStudy | null;
}

/** Writes every file of the gallery below `folder`, which is empty. */
export function writeGallery(folder: string, input: GalleryInput): void {
  const { about, labelled, network, scores, heldOut, book, expected, cells } = input;
  const { heuristics, hypotheses, characters } = labelled;
  const lengths = input.series === null ? TEXT_LENGTHS : seriesLengths(input.series.period);
  const sample = heldOutSample(characters, scores.positions, lengths);
  const twin = network?.twin ?? null;
  const compared = compareWithTwin(scores, twin);

  for (const sub of ['cells', 'heldout', 'book', 'heuristics']) makeFolder(join(folder, sub));
  const ids = heuristics.map(({ id }) => id);
  const written = writeCells(folder, input, sample, compared.scores);
  const summaries = written.map(({ summary }) => summary);
  writeArtifact(join(folder, 'cells.json'), cellsSchema, { format: FORMAT, heuristics: ids, cells: summaries });
  const { map } = input.evidence.ofGallery;
  if (map !== undefined) writeFile(join(folder, 'map.csv'), mapCsv(map, summaries, ids));

  const modelScores = byKey(compared.scores, ({ heuristic }) => heuristic);
  const shuffled = shuffledSpread(input.study);
  const untrainedScores = byKey(twin?.scores ?? [], ({ heuristic }) => heuristic);
  const described = heuristics.map((heuristic, index) =>
    heuristicArtifact(heuristic, scores.hypotheses[index]!, hypotheses[index]!, sample, {
      model: modelScores.get(heuristic.id) ?? [],
      untrained: twin === null ? null : (untrainedScores.get(heuristic.id) ?? []),
      shuffled: shuffled?.ofHypothesis.get(heuristic.id) ?? null,
    }),
  );
  writeArtifact(join(folder, 'heuristics.json'), heuristicsSchema, { format: FORMAT, heuristics: described });
  for (const heuristic of described) {
    writeFigures(join(folder, 'heuristics', `${heuristic.id}.csv`), HEURISTIC_FIGURES, heuristic);
  }

  const h = hOf(heldOut, scores.signals, sample.characters.length);
  const sideFile = (path: string, bytes: Uint8Array) => {
    writeFile(join(folder, path), bytes);
    return { path, bytes: bytes.length };
  };
  const ofSample =
    expected === null || book === null ? expected : pickExpectations(expected, Int32Array.from(scores.positions));
  const live = network?.live ?? null;
  const gallery: Gallery = {
    format: FORMAT,
    ...about,
    evaluatedOn: scores.evaluatedOn,
    signals: [...scores.signals],
    layers: layerSizes(cells),
    corpus: describeText(labelled, input.corpusHash),
    series: input.series === null ? null : describeSeries(input.series, scores.positions),
    activations: input.activations,
    model: network === null ? null : describeModel(network, scores, labelled),
    live:
      live === null
        ? null
        : {
            weights: sideFile('network.bin', readFile(live.weights)),
            architecture: network!.model.card.architecture,
            agreement: live.agreement,
          },
    domains: scores.domains,
    heldOut: {
      ...heldOutText(labelled, sample),
      h: sideFile('heldout/h.bin', h),
      expected: ofSample === null ? null : sideFile('heldout/expected.bin', ofSample),
    },
    book:
      book === null
        ? null
        : {
            characters: characters.length,
            text: sideFile('book/text.txt', new TextEncoder().encode(characters.join(''))),
            expected: expected === null ? null : sideFile('book/expected.bin', expected),
            blocks: describeBlocks(labelled),
          },
    generated: network === null || network.written === null ? null : describeWriting(network.written),
    interpretable: {
      count: compared.count,
      untrainedCount: compared.untrainedCount,
      aboveUntrained: compared.aboveUntrained,
      byMemory: {
        ...countByMemory(scores, twin),
        spread: { ...bestStrengths(scores, twin), shuffled: shuffled === null ? null : [...shuffled.strongest] },
      },
      cells: cells.length,
      ...INTERPRETABLE,
    },
    null: { ...scores.null, found: countFound(scores, twin) },
    tieBound: scores.tieBound,
    evidence: input.evidence.ofGallery,
  };
  writeArtifact(join(folder, 'gallery.json'), gallerySchema, gallery);
  const gates = written.map(({ summary: { id }, gates: ofCell }) => ({ id, ...ofCell }));
  writeFigures(join(folder, 'figures.csv'), GALLERY_FIGURES, { gallery, gates });
  if (input.study !== null) writeStudy(folder, input.study);
  writeFile(join(folder, 'schema.json'), JSON.stringify(describeContract(), null, 2));
}

/** @param scores those of the model */
function describeModel({ id, model, facts, twin }: NetworkInput, scores: StoredScores, labelled: LabelledText): Model {
  const { card, parameters } = model;
  return modelArtifact({ ...facts, id, card, parameters, loss: scores.loss, untrainedLoss: twin.loss, labelled });
}

function describeWriting({ text, seedText, temperature, seed }: WrittenText): Gallery['generated'] {
  return { text, seedText, temperature, seed };
}
