// What the stages depend on, as hashes: a stage is run again when one of its own has changed.
import type { GalleryContent, Note } from '../content/content.ts';
import type { Engine } from '../engines/engine.ts';
import { codeHashOf } from '../files/code.ts';
import { hashContent } from '../files/hash.ts';
import type { LabelledText } from '../gallery/labelled.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import type { LoggedEpoch } from '../models/formats/own/card.ts';

export const hashOf = (value: unknown) => hashContent(JSON.stringify(value));

function hashValues(values: ArrayLike<number>): string {
  return hashContent(new Uint8Array(Float32Array.from(values).buffer));
}

/** Of the text and the labels. A hypothesis's prose is in neither of them: no number depends on it. */
export function textFingerprints({ characters, labels }: LabelledText) {
  return {
    text: hashContent(characters.join('')),
    labels: hashOf(labels.map(({ id, kind, values }) => [id, kind, hashValues(values)])),
  };
}

/** Of what each part of the text is for: who chooses, who judges, and what the intervals resample. */
export function divisionFingerprint({ blocks, paragraphs }: LabelledText): string {
  return hashOf([blocks, paragraphs]);
}

/** Of what the network reads, the labels and the network. */
export function fingerprints({ labelled, scored, card, series }: NetworkGallery, engine: Engine) {
  const { text, labels } = textFingerprints(labelled);
  const { architecture, vocabulary, weights } = card;
  const division = divisionFingerprint(labelled);
  return {
    text: series === null ? text : hashOf([text, series.period, series.block, hashValues(series.values)]),
    labels,
    // What stands for a step of a series, for a baseline without memory to go by, is no text of its own.
    division: series === null ? division : hashOf([division, scored.characters.join('\n')]),
    /** Of what is said of a series beside its numbers; a text speaks for itself. */
    described: series === null ? '' : hashOf([series.features, series.times]),
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
  { title, summary }: GalleryContent,
  { corpus, hypotheses, blocks, leaps, sampledFrom, training }: LabelledText,
  notes: ReadonlyMap<string, Note>,
) {
  const { id, title: name, author, source, licence } = corpus;
  return {
    titles: hashOf([title, summary, [id, name, author, source, licence], blocks, leaps, sampledFrom, training]),
    hypotheses: hashOf(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis.title, hypothesis.phrases])),
    notes: hashOf([...notes].map(([cell, note]) => [cell, note.name, note.explanation])),
  };
}

/** Of the run that made a model. */
export function runFingerprint(id: string, { card }: NetworkGallery, log: readonly LoggedEpoch[]): string {
  return hashOf([id, card.run, card.loss, card.chosenEpoch, log]);
}
