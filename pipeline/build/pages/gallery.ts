// The whole folder of a gallery's artifacts, from what the stages before have measured.
import { join } from 'node:path';
import { group, sum } from 'd3-array';
import { layerSizes } from '../../base/cell-ids.ts';
import { figureCsv, tableCsv } from '../../base/csv.ts';
import {
  cellsSchema,
  describeContract,
  FORMAT,
  type Gallery,
  gallerySchema,
  hypothesesSchema,
  sizesSchema,
} from '../../contract/index.ts';
import { kindOf } from '../../datasets/kinds.ts';
import { evidenceTables } from '../../evidence/parts.ts';
import { makeFolder } from '../../files/files.ts';
import { writeArtifact } from '../../files/publish.ts';
import { readFile, writeFile } from '../../gallery/measured.ts';
import { compareWithTwin } from '../../scoring/rank.ts';
import { INTERPRETABLE } from '../../statistics/strength.ts';
import { pickExpectations } from '../../trace/expected.ts';
import { writeCells } from './cells.ts';
import { describeBlocks, describeKind, describeRows, describeText, heldOutSample, heldOutText } from './description.ts';
import { galleryFigures, hypothesisFigures } from './figures.ts';
import { bestStrengths, countByMemory, countFound, hypothesisArtifact } from './hypothesis.ts';
import type { GalleryInput } from './input.ts';
import { galleryMemory } from './memory.ts';
import { modelArtifact } from './model.ts';
import { shuffledSpread, writeStudy } from './study.ts';
import { sampleFile } from './values.ts';

/** Writes every file of the gallery below `folder`, which is empty. */
export async function writeGallery(folder: string, input: GalleryInput): Promise<void> {
  const { about, labelled, network, scores, values, expected, cells } = input;
  const { hypotheses, labels, texts } = labelled;
  const sample = heldOutSample(labelled, scores.positions, kindOf(labelled).excerptLengths(labelled));
  const twin = network?.twin ?? null;
  const controls = network?.controls ?? null;
  const compared = compareWithTwin(scores, twin, controls?.best ?? []);
  const untrainedBest = new Map(controls?.best.map((best) => [best.hypothesis, best]));

  for (const sub of ['cells', 'hypotheses']) makeFolder(join(folder, sub));
  values.copyInto(folder);
  const ids = hypotheses.map(({ id }) => id);
  const { written, sizes } = await writeCells(folder, input, sample, compared.scores);
  const summaries = written.map(({ summary }) => summary);
  const titles = hypotheses.map(({ title }) => title);
  writeArtifact(join(folder, 'cells.json'), cellsSchema, { format: FORMAT, hypotheses: ids, titles, cells: summaries });
  const ranked = summaries.map(({ id, best, strength }) => {
    const most = best === null ? null : strength[best]!;
    return { id, hypothesis: best === null ? null : ids[best]!, strength: most === null ? null : most / 1000 };
  });
  for (const [part, table] of evidenceTables(input.evidence.ofGallery, ranked)) {
    writeFile(join(folder, `${part}.csv`), tableCsv(table));
  }

  const modelScores = group(compared.scores, ({ hypothesis }) => hypothesis);
  const shuffled = shuffledSpread(input.study);
  const untrainedScores = group(twin?.scores ?? [], ({ hypothesis }) => hypothesis);
  const described = hypotheses.map((hypothesis, index) =>
    hypothesisArtifact(hypothesis, scores.hypotheses[index]!, labels[index]!, sample, {
      model: modelScores.get(hypothesis.id) ?? [],
      untrained: twin === null ? null : (untrainedScores.get(hypothesis.id) ?? []),
      shuffled: shuffled?.ofHypothesis.get(hypothesis.id) ?? null,
      untrainedBest: untrainedBest.get(hypothesis.id) ?? null,
    }),
  );
  writeArtifact(join(folder, 'hypotheses.json'), hypothesesSchema, { format: FORMAT, hypotheses: described });
  for (const hypothesis of described) {
    writeFile(join(folder, 'hypotheses', `${hypothesis.id}.csv`), figureCsv(hypothesisFigures(hypothesis)));
  }

  const bytes = { cells: sizes, ...values.sizes };
  writeArtifact(join(folder, 'sizes.json'), sizesSchema, { format: FORMAT, ...bytes });
  const hasBook = bytes.book !== null;
  const sampled = (signal: 'h' | 'c') => ({ path: sampleFile(signal), bytes: sum(bytes[signal] ?? []) });
  const sideFile = (path: string, bytes: Uint8Array) => {
    writeFile(join(folder, path), bytes);
    return { path, bytes: bytes.length };
  };
  const ofSample =
    expected === null || sample.drawn !== null
      ? null
      : !hasBook
        ? expected
        : pickExpectations(expected, Int32Array.from(scores.positions));
  const live = network?.live ?? null;
  const losses = { loss: scores.loss, untrainedLoss: twin?.loss ?? null };
  const gallery: Gallery = {
    format: FORMAT,
    ...about,
    evaluatedOn: scores.evaluatedOn,
    signals: [...scores.signals],
    layers: layerSizes(cells),
    corpus: describeText(labelled, input.corpusHash),
    dataset: describeKind(labelled),
    series: describeRows(labelled, scores.positions),
    activations: input.activations,
    model: network && modelArtifact({ ...network, ...network.model, ...network.facts, ...losses, labelled }),
    live:
      live === null
        ? null
        : {
            weights: sideFile('network.bin', readFile(live.weights)),
            architecture: network!.model.card.architecture,
            preparation: network!.model.card.preparation ?? [],
            agreement: live.agreement,
          },
    ...(labelled.leftOut === undefined ? {} : { leftOut: [...labelled.leftOut] }),
    ...(labelled.remarks === undefined ? {} : { remarks: [...labelled.remarks] }),
    domains: scores.domains,
    heldOut: {
      ...heldOutText(labelled, sample),
      h: sampled('h'),
      ...(bytes.c === null ? {} : { c: sampled('c') }),
      expected: ofSample === null ? null : sideFile('heldout/expected.bin', ofSample),
    },
    book: !hasBook
      ? null
      : {
          characters: texts.length,
          text: sideFile('book/text.txt', new TextEncoder().encode(texts.join(''))),
          expected: expected === null ? null : sideFile('book/expected.bin', expected),
          blocks: describeBlocks(labelled),
        },
    generated: network?.written ?? null,
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
    memory: galleryMemory(scores, controls),
    evidence: input.evidence.ofGallery,
    ...(input.pending.length === 0 ? {} : { pending: [...input.pending] }),
  };
  writeArtifact(join(folder, 'gallery.json'), gallerySchema, gallery);
  const drawn = written.map(({ summary: { id }, gates }, cell) => {
    return { id, gates, evidence: input.evidence.ofCells[cell]! };
  });
  writeFile(join(folder, 'figures.csv'), figureCsv(galleryFigures(gallery, drawn, input.study)));
  if (input.study !== null) writeStudy(folder, input.study);
  writeFile(join(folder, 'schema.json'), JSON.stringify(describeContract(), null, 2));
}
