// What the stages depend on, as hashes: a stage is run again when one of its own has changed.
import { codeHash } from '../artifacts/stages.ts';
import type { Note } from '../content.ts';
import type { Engine } from '../engines/engine.ts';
import { hashContent, hashFile } from '../formats/hash.ts';
import type { LoggedEpoch } from '../formats/log.ts';
import type { LabelledGallery, LoadedModel } from '../gallery.ts';

const hashOf = (value: unknown) => hashContent(JSON.stringify(value));

function hashValues(values: ArrayLike<number>): string {
  return hashContent(new Uint8Array(Float32Array.from(values).buffer));
}

/** Of the text, the labels and the model. A heuristic's prose is in none of them: no number depends on it. */
export function fingerprints({ gallery, corpus, hypotheses }: LabelledGallery, { card }: LoadedModel, engine: Engine) {
  return {
    text: hashContent(corpus.text),
    labels: hashOf(hypotheses.map(({ id, kind, values }) => [id, kind, hashValues(values)])),
    weights: hashOf([card.weights.sha256, card.architecture]),
    architecture: hashOf(card.architecture),
    writing: hashOf(gallery.generated ?? null),
    engine: `${engine.name} ${engine.device}`,
  };
}

/** Of the code that the stages run, in parts that change apart from each other. */
export function codeFingerprints() {
  const packages = hashFile('package-lock.json');
  return {
    mathematics: hashContent(codeHash('lstm', 'engines', 'trace', 'signals.ts', 'random.ts') + packages),
    scoring: codeHash('scoring', 'build/measure.ts', 'build/cache.ts', 'build/twin.ts'),
    writing: codeHash('build/written.ts'),
    context: codeHash('build/context.ts', 'build/neighbours.ts'),
    artifacts: codeHash('artifacts', 'build', 'gallery.ts'),
  };
}

/** Of the words that pages take from the content, and of the run that made the model. */
export function wordFingerprints(
  { gallery, corpus, heuristics, blocks }: LabelledGallery,
  { card }: LoadedModel,
  notes: ReadonlyMap<string, Note>,
  log: readonly LoggedEpoch[],
) {
  const { text: _, body: __, ...provenance } = corpus;
  return {
    titles: hashOf([gallery.title, gallery.summary, gallery.model, provenance, blocks]),
    hypotheses: hashOf(heuristics.map(({ id, title, phrases }) => [id, title, phrases])),
    notes: hashOf([...notes].map(([cell, { name, explanation }]) => [cell, name, explanation])),
    card: hashOf([card.run, card.loss, card.chosenEpoch, log]),
  };
}
