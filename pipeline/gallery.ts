// A gallery's content brought together: its text, its labels and its model, as every verb that scores needs them.
import { join } from 'node:path';
import { type Corpus, type GalleryContent, loadCorpus, loadGallery, loadHeuristics } from './content.ts';
import { FOLDERS } from './content-files.ts';
import { type Card, readModel } from './formats/card.ts';
import type { Parameters } from './lstm/parameters.ts';
import type { Hypothesis } from './scoring/hypotheses.ts';
import { type Block, cutBlocks } from './text/blocks.ts';
import type { Heuristic } from './text/heuristics.ts';
import { labelText } from './text/label-text.ts';
import { paragraphs } from './text/paragraphs.ts';
import { type Characters, type Span, toCharacters } from './text/positions.ts';
import { encode } from './text/vocabulary.ts';

/** A gallery without its model, which may not be trained yet. */
export interface LabelledGallery {
  readonly gallery: GalleryContent;
  readonly corpus: Corpus;
  readonly characters: Characters;
  readonly blocks: readonly Block[];
  readonly paragraphs: readonly Span[];
  readonly heuristics: readonly Heuristic[];
  /** The heuristics' labels over the whole text, in their order. */
  readonly hypotheses: readonly Hypothesis[];
}

/** @throws InputError unknown ids, broken files, a text that is too short or not UTF-8 */
export function loadLabelledGallery(content: string, id: string): LabelledGallery {
  const gallery = loadGallery(content, id);
  const corpus = loadCorpus(content, gallery.corpus);
  const characters = toCharacters(corpus.text);
  const heuristics = loadHeuristics(content, gallery.heuristics);
  return {
    gallery,
    corpus,
    characters,
    blocks: cutBlocks(characters),
    paragraphs: paragraphs(characters),
    heuristics,
    hypotheses: heuristics.map((heuristic) => ({ id: heuristic.id, ...labelText(heuristic, characters) })),
  };
}

/** A trained model with the text in its numbers. */
export interface LoadedModel {
  readonly card: Card;
  readonly parameters: Parameters;
  /** The text as indices into the card's vocabulary. */
  readonly ids: Int32Array;
}

/** Where a model lies. */
export function modelFolder(content: string, id: string): string {
  return join(content, FOLDERS.model, id);
}

/** @throws InputError weights and card that are broken or do not fit each other, a character that the model lacks */
export function loadModel(content: string, id: string, characters: Characters, file: string): LoadedModel {
  const { card, parameters } = readModel(modelFolder(content, id));
  return { card, parameters, ids: encode(characters, card.vocabulary, file) };
}
