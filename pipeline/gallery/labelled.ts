// A gallery's content brought together: its text, its labels and its model, as every verb that scores needs them.
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { type Characters, type Span, toCharacters } from '../base/positions.ts';
import { sharedLabels } from '../base/shared-memory.ts';
import { type Corpus, loadCorpus, loadGallery, loadHypotheses, type ModelGallery } from '../content/content.ts';
import { FOLDERS, listIds } from '../content/files.ts';
import { type Block, cutBlocks } from '../datasets/text/blocks.ts';
import type { Hypothesis } from '../datasets/text/hypotheses.ts';
import { labelText } from '../datasets/text/label-text.ts';
import { paragraphs } from '../datasets/text/paragraphs.ts';
import { sampleText } from '../datasets/text/sample.ts';
import { declareSample } from '../datasets/text/text-view.ts';
import { encode } from '../datasets/text/vocabulary.ts';
import type { Parameters } from '../lstm/parameters.ts';
import { type Card, readModel } from '../models/formats/own/card.ts';
import type { Label } from '../scoring/plan/labels.ts';

/** A text and where it comes from. */
export interface TextSource {
  readonly id: string;
  readonly title: string;
  readonly author?: string | undefined;
  readonly source: string;
  readonly licence?: string | undefined;
}

/** A hypothesis in words. */
export type NamedHypothesis = Pick<Hypothesis, 'id' | 'title' | 'kind' | 'phrases'>;

/** A text, cut and labelled, as every scoring needs it. */
export interface LabelledText<Source extends TextSource = TextSource> {
  readonly corpus: Source;
  readonly characters: Characters;
  /** Characters of the whole text, where this is a sample of it; see text/sample. */
  readonly sampledFrom: number | null;
  /** Where a sample leaps; see text/sample. */
  readonly leaps: readonly number[];
  /** Steps of the training blocks, of the whole text where this is a sample. */
  readonly training: number;
  readonly blocks: readonly Block[];
  /** What the intervals resample. */
  readonly paragraphs: readonly Span[];
  readonly hypotheses: readonly NamedHypothesis[];
  /** The hypotheses' labels over the whole text, in their order. */
  readonly labels: readonly Label[];
}

/** A gallery without its model, which may not be trained yet. */
export interface LabelledGallery extends LabelledText<Corpus> {
  readonly gallery: ModelGallery;
}

/** Labels each character of a text by each of the hypotheses. @param blocks where it is not cut like any other */
export function labelCharacters<Source extends TextSource>(
  corpus: Source,
  characters: Characters,
  hypotheses: readonly Hypothesis[],
  blocks: readonly Block[] = cutBlocks(characters),
): LabelledText<Source> {
  return {
    corpus,
    characters,
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(blocks),
    blocks,
    paragraphs: paragraphs(characters),
    hypotheses: hypotheses,
    labels: hypotheses.map((hypothesis) => {
      const { kind, values } = labelText(hypothesis, characters);
      return { id: hypothesis.id, kind, values: sharedLabels(kind, values) };
    }),
  };
}

/** Steps of the blocks that train. */
export function lengthOfTraining(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { start, end, split }) => sum + (split === 'train' ? end - start : 0), 0);
}

/**
 * @param id a gallery's, or that of a model which has one gallery
 * @returns the gallery's id
 * @throws InputError neither, or a model with several galleries
 */
export function findGallery(content: string, id: string): string {
  const galleries = listIds(content, 'gallery');
  if (galleries.includes(id)) return id;
  const ofModel = galleries.filter((name) => {
    const gallery = loadGallery(content, name);
    return 'model' in gallery && gallery.model === id;
  });
  if (ofModel.length > 1) {
    throw new InputError(`The model "${id}" has ${ofModel.length} galleries.`, {}, `Name one: ${ofModel.join(', ')}.`);
  }
  return ofModel[0] ?? id;
}

/**
 * @param hypotheses ids; the gallery's own where left out
 * @throws InputError unknown ids, broken files, a text that is too short or not UTF-8, a gallery without a model
 */
export function loadLabelledGallery(content: string, id: string, hypotheses?: readonly string[]): LabelledGallery {
  const gallery = loadGallery(content, id);
  if (!('corpus' in gallery)) {
    throw new InputError(`The gallery "${id}" has no model of a text.`, {}, 'Name one whose cells a model computes.');
  }
  const corpus = loadCorpus(content, gallery.corpus);
  const chosen = loadHypotheses(content, hypotheses ?? gallery.hypotheses);
  const whole = toCharacters(corpus.text);
  if (gallery.sample === undefined) return { gallery, ...labelCharacters(corpus, whole, chosen) };
  const wholeBlocks = cutBlocks(whole);
  const { characters, blocks, leaps } = sampleText(whole, wholeBlocks, gallery.sample);
  const sampledFrom = characters.length < whole.length ? whole.length : null;
  if (sampledFrom !== null) declareSample(characters, whole);
  const labelled = labelCharacters(corpus, characters, chosen, blocks);
  return { gallery, ...labelled, sampledFrom, leaps, training: lengthOfTraining(wholeBlocks) };
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
