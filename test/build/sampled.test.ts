import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeBlocks } from '../../pipeline/build/gallery-description.ts';
import { loadCorpus, loadHeuristics } from '../../pipeline/content.ts';
import { labelCharacters, loadLabelledGallery } from '../../pipeline/gallery.ts';
import { cutBlocks } from '../../pipeline/text/blocks.ts';
import { toCharacters } from '../../pipeline/text/positions.ts';
import { sampleText } from '../../pipeline/text/sample.ts';
import { readSections, sectionsOfBook, writeSections } from '../../src/lib/pages.ts';
import { temporaryFolder } from '../temporary.ts';

const HEURISTICS = ['rare-word', 'inside-quotes', 'position-in-line'];

it('a sample’s labels are those of the whole text, by which a word is rare or not', () => {
  const whole = loadLabelledGallery('content', 'alice', HEURISTICS);
  const folder = temporaryFolder();
  for (const part of ['corpora', 'heuristics', 'galleries']) {
    cpSync(join('content', part), join(folder, part), { recursive: true });
  }
  const gallery = join(folder, 'galleries', 'alice.md');
  writeFileSync(gallery, readFileSync(gallery, 'utf8').replace('\ncorpus:', '\nsample: 40000\ncorpus:'));
  const sample = loadLabelledGallery(folder, 'alice', HEURISTICS);
  expect(sample.sampledFrom).toBe(whole.characters.length);

  const text = whole.characters.join('');
  const taken = sample.blocks.map(({ start, end }) => {
    const at = text.indexOf(sample.characters.slice(start, end).join(''));
    return { start: at, end: at + end - start };
  });
  const alone = labelCharacters(sample.corpus, [...sample.characters], loadHeuristics('content', HEURISTICS));
  HEURISTICS.forEach((_, k) => {
    const expected = taken.flatMap(({ start, end }) => Array.from(whole.hypotheses[k]!.values).slice(start, end));
    expect(Array.from(sample.hypotheses[k]!.values)).toEqual(expected);
  });
  expect(Array.from(alone.hypotheses[0]!.values)).not.toEqual(Array.from(sample.hypotheses[0]!.values));
});

it('a sample’s stretches that the site marks as held out are, to the character, those that the network never learned from', () => {
  const corpus = loadCorpus('content', 'alice');
  const whole = toCharacters(corpus.text);
  const blocks = cutBlocks(whole);
  const heldOut = blocks.filter(({ split }) => split === 'held-out').map(({ start, end }) => whole.slice(start, end));
  const { characters, blocks: taken, leaps } = sampleText(whole, blocks, 60_000);
  const labelled = { ...labelCharacters(corpus, characters, [], taken), leaps };

  const sections = readSections(writeSections(sectionsOfBook(describeBlocks(labelled), true)));
  const marked = sections.filter(({ held }) => held).map(({ start, end }) => characters.slice(start, end).join(''));
  expect(marked.length).toBeGreaterThan(3);
  const known = new Set(heldOut.map((stretch) => stretch.join('')));
  for (const stretch of marked) expect(known).toContain(stretch);
  expect(sections.filter((section) => section.leaps).map(({ start }) => start)).toEqual(leaps);
  // Cut anew, the sample would fall into other blocks: the paragraph after a leap is another one.
  expect(cutBlocks(characters).map(({ end }) => end)).not.toEqual(taken.map(({ end }) => end));
});
