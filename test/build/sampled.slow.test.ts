import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toCharacters } from '../../pipeline/base/positions.ts';
import { describeBlocks } from '../../pipeline/build/pages/description.ts';
import { loadGallery, loadLabelled, type ModelGallery } from '../../pipeline/content/content.ts';
import { loadCorpus, loadHypotheses } from '../../pipeline/content/corpora.ts';
import { cutBlocks, sampleText } from '../../pipeline/datasets/text/blocks.ts';
import { labelCharacters } from '../../pipeline/datasets/text/text.ts';
import { readSections, sectionsOfBook, writeSections } from '../../src/shared/book-pages.ts';
import { temporaryFolder } from '../temporary.ts';

const labelledGallery = (content: string, id: string) =>
  loadLabelled(content, loadGallery(content, id) as ModelGallery, HYPOTHESES);

const HYPOTHESES = ['rare-word', 'inside-quotes', 'position-in-line'];

it('a sample’s labels are those of the whole text, by which a word is rare or not', () => {
  const whole = labelledGallery('content', 'alice');
  const folder = temporaryFolder();
  for (const part of ['corpora', 'hypotheses', 'galleries']) {
    cpSync(join('content', part), join(folder, part), { recursive: true });
  }
  const gallery = join(folder, 'galleries', 'alice.md');
  writeFileSync(gallery, readFileSync(gallery, 'utf8').replace('\ncorpus:', '\nsample: 40000\ncorpus:'));
  const sample = labelledGallery(folder, 'alice');
  expect(sample.sampledFrom?.steps).toBe(whole.texts.length);

  const text = whole.texts.join('');
  const taken = sample.blocks.map(({ start, end }) => {
    const at = text.indexOf(sample.texts.slice(start, end).join(''));
    return { start: at, end: at + end - start };
  });
  const alone = labelCharacters(sample.source, [...sample.texts], loadHypotheses('content', HYPOTHESES));
  HYPOTHESES.forEach((_, k) => {
    const expected = taken.flatMap(({ start, end }) => Array.from(whole.labels[k]!.values).slice(start, end));
    expect(Array.from(sample.labels[k]!.values)).toEqual(expected);
  });
  expect(Array.from(alone.labels[0]!.values)).not.toEqual(Array.from(sample.labels[0]!.values));
});

it('a sample’s segments that the site marks as held out are, to the character, those that the network never learned from', () => {
  const corpus = loadCorpus('content', 'alice');
  const whole = toCharacters(corpus.text);
  const blocks = cutBlocks(whole);
  const heldOut = blocks.filter(({ split }) => split === 'held-out').map(({ start, end }) => whole.slice(start, end));
  const { characters, blocks: taken, leaps } = sampleText(whole, blocks, 60_000);
  const labelled = { ...labelCharacters(corpus, characters, [], taken), leaps };

  const sections = readSections(writeSections(sectionsOfBook(describeBlocks(labelled), true)));
  const marked = sections.filter(({ held }) => held).map(({ start, end }) => characters.slice(start, end).join(''));
  expect(marked.length).toBeGreaterThan(3);
  const known = new Set(heldOut.map((segment) => segment.join('')));
  for (const segment of marked) expect(known).toContain(segment);
  expect(sections.filter((section) => section.leaps).map(({ start }) => start)).toEqual(leaps);
  // Cut anew, the sample would fall into other blocks: the paragraph after a leap is another one.
  expect(cutBlocks(characters).map(({ end }) => end)).not.toEqual(taken.map(({ end }) => end));
});
