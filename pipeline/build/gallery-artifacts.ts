// The whole folder of a gallery's artifacts, from what the stages before have measured.
import { join } from 'node:path';
import {
  type CellSummary,
  cellSchema,
  cellsSchema,
  describeContract,
  FORMAT,
  type Gallery,
  gallerySchema,
  heuristicsSchema,
} from '../artifacts/schema.ts';
import { writeArtifact } from '../artifacts/write.ts';
import type { Note } from '../content.ts';
import { makeFolder } from '../formats/files.ts';
import type { LabelledGallery, LoadedModel } from '../gallery.ts';
import { compareWithTwin, INTERPRETABLE, isInterpretable, type Score } from '../scoring/rank.ts';
import { SIGNALS } from '../signals.ts';
import { type Associations, type StoredScores, writeFile } from './cache.ts';
import { cellArtifact } from './cell-artifact.ts';
import { explain } from './explanation.ts';
import { countByMemory, describeText, heldOutSample, heldOutText, hOf } from './gallery-description.ts';
import { heuristicArtifact, summaryColumns } from './heuristic-artifact.ts';
import { type ModelFacts, modelArtifact } from './model-artifact.ts';
import type { Neighbour } from './neighbours.ts';

/** What the network wrote, with the six signals of every cell, [cells, 6, characters]. */
export interface WrittenText {
  readonly text: string;
  readonly seedText: string;
  readonly temperature: number;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

export interface GalleryInput {
  readonly labelled: LabelledGallery;
  readonly corpusHash: string;
  readonly model: LoadedModel;
  readonly facts: Omit<ModelFacts, 'id' | 'card' | 'parameters' | 'loss' | 'untrainedLoss'>;
  readonly notes: ReadonlyMap<string, Note>;
  readonly scores: StoredScores;
  readonly twin: StoredScores;
  /** [cells, 6, characters of the held-out sample] */
  readonly heldOut: Uint8Array;
  /** [cells, characters of the text]; null where the text is too long for it. */
  readonly book: Uint8Array | null;
  readonly written: WrittenText | null;
  readonly neighbours: readonly (readonly Neighbour[])[];
  /** For each cell. */
  readonly associations: readonly Associations[];
}

function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Writes every file of the gallery below `folder`, which is empty. */
export function writeGallery(folder: string, input: GalleryInput): void {
  const { labelled, model, notes, scores, twin, heldOut, book, written, neighbours, associations } = input;
  const { heuristics, hypotheses, characters } = labelled;
  const { architecture, vocabulary } = model.card;
  const sample = heldOutSample(characters, scores.positions);
  const compared = compareWithTwin(scores, twin);
  const cellIds = architecture.units.flatMap((units, layer) =>
    Array.from({ length: units }, (_, unit) => ({ id: `${layer + 1}-${unit}`, layer: layer + 1, unit })),
  );
  const known = new Map(heuristics.map((heuristic) => [heuristic.id, heuristic]));
  const scoresOfCell = byKey(compared.scores, ({ cell }) => cell);
  const context = {
    sample,
    domains: scores.domains,
    hypotheses: new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis])),
    vocabulary,
    nameOf: (cell: number) => cellIds[cell]!.id,
  };
  const wide = SIGNALS.length * sample.characters.length;
  const writtenCharacters = written === null ? [] : Array.from(written.text);
  const writtenWide = SIGNALS.length * writtenCharacters.length;

  for (const sub of ['cells', 'heldout', 'book']) makeFolder(join(folder, sub));
  const summaries = cellIds.map(({ id, layer, unit }, index): CellSummary => {
    const own: readonly Score[] = scoresOfCell.get(id) ?? [];
    const note = notes.get(id);
    const interpretable = own.some((score) => isInterpretable(score, scores.evaluatedOn));
    const explanation = explain(own[0], known, scores.evaluatedOn, note?.explanation);
    const { cell, bytes } = cellArtifact(
      {
        id,
        layer,
        unit,
        note,
        explanation,
        interpretable,
        scores: own,
        heldOut: heldOut.subarray(index * wide, (index + 1) * wide),
        generated:
          written === null
            ? undefined
            : {
                bytes: written.bytes.subarray(index * writtenWide, (index + 1) * writtenWide),
                characters: writtenCharacters,
              },
        neighbours: neighbours[index]!,
        associations: associations[index]!,
        dense: layer === architecture.units.length ? model.parameters.dense.at(-1)?.kernel : undefined,
      },
      context,
    );
    writeArtifact(join(folder, 'cells', `${id}.json`), cellSchema, cell);
    writeFile(join(folder, 'cells', `${id}.bin`), bytes);
    if (book !== null) {
      const length = characters.length;
      writeFile(join(folder, 'book', `${id}.bin`), book.subarray(index * length, (index + 1) * length));
    }
    const columns = summaryColumns(
      heuristics.map((heuristic) => heuristic.id),
      own,
    );
    return {
      id,
      layer,
      unit,
      ...(note === undefined ? {} : { name: note.name }),
      explanation,
      interpretable,
      ...columns,
    };
  });
  writeArtifact(join(folder, 'cells.json'), cellsSchema, {
    format: FORMAT,
    heuristics: heuristics.map(({ id }) => id),
    cells: summaries,
  });

  const modelScores = byKey(compared.scores, ({ heuristic }) => heuristic);
  const untrainedScores = byKey(twin.scores, ({ heuristic }) => heuristic);
  writeArtifact(join(folder, 'heuristics.json'), heuristicsSchema, {
    format: FORMAT,
    heuristics: heuristics.map((heuristic, index) =>
      heuristicArtifact(heuristic, scores.hypotheses[index]!, hypotheses[index]!, sample, {
        model: modelScores.get(heuristic.id) ?? [],
        untrained: untrainedScores.get(heuristic.id) ?? [],
      }),
    ),
  });

  const h = hOf(heldOut, cellIds.length, sample.characters.length);
  writeFile(join(folder, 'heldout', 'h.bin'), h);
  if (book !== null) writeFile(join(folder, 'book', 'text.txt'), characters.join(''));
  const bookText = new TextEncoder().encode(characters.join(''));
  const gallery: Gallery = {
    ...describeText(labelled, input.corpusHash, scores),
    model: modelArtifact({
      ...input.facts,
      id: labelled.gallery.model,
      card: model.card,
      parameters: model.parameters,
      loss: scores.loss,
      untrainedLoss: twin.loss,
    }),
    domains: scores.domains,
    heldOut: { ...heldOutText(labelled, sample), h: { path: 'heldout/h.bin', bytes: h.length } },
    book:
      book === null ? null : { characters: characters.length, text: { path: 'book/text.txt', bytes: bookText.length } },
    generated:
      written === null
        ? null
        : { text: written.text, seedText: written.seedText, temperature: written.temperature, seed: written.seed },
    interpretable: {
      count: compared.count,
      untrainedCount: compared.untrainedCount,
      aboveUntrained: compared.aboveUntrained,
      byMemory: countByMemory(scores, twin),
      cells: cellIds.length,
      ...INTERPRETABLE,
    },
    null: scores.null,
    tieBound: scores.tieBound,
  };
  writeArtifact(join(folder, 'gallery.json'), gallerySchema, gallery);
  writeFile(join(folder, 'schema.json'), JSON.stringify(describeContract(), null, 2));
}
