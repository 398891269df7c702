// What the stages depend on, as hashes: a stage is run again when one of its own has changed.
import { join } from 'node:path';
import { codeHash } from '../artifacts/stages.ts';
import type { GalleryContent, Note } from '../content.ts';
import type { Engine } from '../engines/engine.ts';
import { hashContent } from '../formats/hash.ts';
import type { LoggedEpoch } from '../formats/log.ts';
import type { LabelledText } from '../gallery.ts';
import type { NetworkGallery } from '../network-gallery.ts';
import { PACKAGE_ROOT } from '../package.ts';
import { readJson } from './cache.ts';

export const hashOf = (value: unknown) => hashContent(JSON.stringify(value));

function hashValues(values: ArrayLike<number>): string {
  return hashContent(new Uint8Array(Float32Array.from(values).buffer));
}

/** Of the text and the labels. A heuristic's prose is in neither of them: no number depends on it. */
export function textFingerprints({ characters, hypotheses }: LabelledText) {
  return {
    text: hashContent(characters.join('')),
    labels: hashOf(hypotheses.map(({ id, kind, values }) => [id, kind, hashValues(values)])),
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
    engine: `${engine.name} ${engine.device}`,
  };
}

/** Of the packages that numbers come from, with their versions; nothing else in package.json moves a number. */
function dependenciesHash(): string {
  const { dependencies, optionalDependencies } = readJson<Record<string, unknown>>(join(PACKAGE_ROOT, 'package.json'));
  return hashOf([dependencies, optionalDependencies]);
}

/** Of the code that the stages run, in parts that change apart from each other. */
export function codeFingerprints() {
  const packages = dependenciesHash();
  return {
    mathematics: hashContent(
      codeHash('lstm', 'engines', 'trace', 'training/scaling.ts', 'signals.ts', 'random.ts') + packages,
    ),
    scoring: codeHash(
      'scoring',
      ...['measure.ts', 'book.ts', 'cache.ts', 'foremost.ts', 'training-sample.ts', 'twin.ts'].map(
        (file) => `build/${file}`,
      ),
    ),
    reading: codeHash('activations.ts', 'formats/activations.ts', 'build/measure-activations.ts'),
    writing: codeHash('build/written.ts'),
    live: codeHash('build/live.ts'),
    context: codeHash('explain', 'build/context.ts', 'build/neighbours.ts'),
    artifacts: codeHash('artifacts', 'build', 'gallery.ts', 'network-gallery.ts'),
  };
}

/** Of the words that pages take from the content. */
export function wordFingerprints(
  { title, summary }: GalleryContent,
  { corpus, heuristics, blocks, leaps, sampledFrom, training }: LabelledText,
  notes: ReadonlyMap<string, Note>,
) {
  const { id, title: name, author, source, licence } = corpus;
  return {
    titles: hashOf([title, summary, [id, name, author, source, licence], blocks, leaps, sampledFrom, training]),
    hypotheses: hashOf(heuristics.map((heuristic) => [heuristic.id, heuristic.title, heuristic.phrases])),
    notes: hashOf([...notes].map(([cell, note]) => [cell, note.name, note.explanation])),
  };
}

/** Of the run that made a model. */
export function runFingerprint(id: string, { card }: NetworkGallery, log: readonly LoggedEpoch[]): string {
  return hashOf([id, card.run, card.loss, card.chosenEpoch, log]);
}
