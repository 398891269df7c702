import { expect, it } from 'vitest';
import { describeBlocks } from '../../pipeline/build/gallery-description.ts';
import { loadCorpus } from '../../pipeline/content.ts';
import { labelCharacters } from '../../pipeline/gallery.ts';
import { cutBlocks } from '../../pipeline/text/blocks.ts';
import { toCharacters } from '../../pipeline/text/positions.ts';
import { sampleText } from '../../pipeline/text/sample.ts';
import { readSections, sectionsOfBook, writeSections } from '../../src/lib/pages.ts';

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
