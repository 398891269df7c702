// What the stages depend on, as hashes: a stage is run again when one of its own has changed.
import type { GalleryContent } from '../content/content.ts';
import type { Note } from '../content/notes.ts';
import type { LabelledDataset } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import type { Engine } from '../engines/engine.ts';
import { codeHashOf } from '../files/code.ts';
import { hashContent } from '../files/hash.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import type { LoggedEpoch } from '../models/formats/own/card.ts';

export const hashOf = (value: unknown) => hashContent(JSON.stringify(value));

function hashValues(values: ArrayLike<number>): string {
  return hashContent(new Uint8Array(Float32Array.from(values).buffer));
}

/** Of what is read and the labels. A hypothesis's prose is in neither of them: no number depends on it. */
export function datasetFingerprints(dataset: LabelledDataset) {
  return {
    text: hashContent(kindOf(dataset).identity(dataset)),
    labels: hashOf(dataset.labels.map(({ id, kind, values }) => [id, kind, hashValues(values)])),
  };
}

/** Of what chooses, what judges, what the intervals of an ablation take together, and what a baseline without memory can go by. */
export function divisionFingerprint({ blocks, paragraphs, symbols }: LabelledDataset): string {
  return hashOf([blocks, paragraphs, hashContent(symbols.join('\n'))]);
}

/** Of what the network reads, the labels and the network. */
export function fingerprints({ labelled, card }: NetworkGallery, engine: Engine) {
  const { text, labels } = datasetFingerprints(labelled);
  const { architecture, vocabulary, weights } = card;
  const { features, times } = labelled.rows;
  return {
    text,
    labels,
    division: divisionFingerprint(labelled),
    /** Of what is said of rows of numbers beside the numbers; a text speaks for itself. */
    described: hashOf([features, times]),
    weights: hashOf([weights.sha256, architecture, vocabulary]),
    architecture: hashOf([architecture, vocabulary]),
    engine: engineFingerprint(engine),
    /** What hands the stages their inputs and targets comes from here, whatever they import themselves. */
    sequence: codeHashOf(import.meta.url, '../trace/targets.ts'),
  };
}

/** Of what computes, which a stage is handed and does not import. */
export function engineFingerprint({ name, device }: Engine): string {
  return hashOf([name, device, codeHashOf(import.meta.url, `../engines/${name}.ts`)]);
}

/** Of the words that pages take from the content. */
export function wordFingerprints(
  { title, summary, author: by, year }: GalleryContent,
  { source: from, hypotheses, leftOut, remarks, blocks, leaps, sampledFrom, training }: LabelledDataset,
  notes: ReadonlyMap<string, Note>,
) {
  const { id, title: name, author, source, licence } = from;
  return {
    titles: hashOf([
      title,
      summary,
      by,
      year,
      [id, name, author, source, licence],
      blocks,
      leaps,
      sampledFrom?.steps,
      training,
    ]),
    hypotheses: hashOf([
      hypotheses.map(({ id, title, phrases, looksAhead }) => [id, title, phrases, looksAhead]),
      leftOut,
      remarks,
    ]),
    notes: hashOf([...notes].map(([cell, { body: _, ...said }]) => [cell, said])),
  };
}

/** Of the run that made a model. */
export function runFingerprint(id: string, { card }: NetworkGallery, log: readonly LoggedEpoch[]): string {
  return hashOf([id, card.run, card.loss, card.chosenEpoch, card.preparation ?? null, log]);
}
