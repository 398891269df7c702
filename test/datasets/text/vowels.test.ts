import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { applicable } from '../../../pipeline/datasets/text/applicable.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { labelText } from '../../../pipeline/datasets/text/text.ts';
import { aliceText } from './books.ts';

const vowel = parseHypothesis(readFileSync('content/hypotheses/vowel.md', 'utf8'), 'vowel.md');
const bracket = (kind: string) =>
  parseHypothesis(readFileSync(`content/hypotheses/inside-${kind}-brackets.md`, 'utf8'), `inside-${kind}-brackets.md`);

/** What is labelled, letter by letter, with a dot for all else. */
function labelled(text: string, hypothesis = vowel): string {
  const characters = toCharacters(text);
  const { values } = labelText(hypothesis, characters);
  return characters.map((character, k) => (values[k] === 1 ? character : '.')).join('');
}

describe('vowels', () => {
  test.each([
    ['Ärger, naïve, Øre, œuvre, lıman', 'Ä..e....aï.e..Ø.e..œu..e...ı.a.'],
    ['año yuyo', 'a.o..u.o'],
    ['Ελληνικά ωραία', 'Ε..η.ι.ά.ω.αία'],
    ['Ёлка, йод, её, Україна', 'Ё..а...о...её..У..аї.а'],
    ['w̃ x', '....'],
  ])('of %j are those of a reader', (text, expected) => {
    expect(labelled(text)).toBe(expected);
    // With marks apart each vowel keeps its own, and й stays what it is.
    expect(labelled(text.normalize('NFD')).replace(/\./g, '')).toBe(expected.replace(/\./g, '').normalize('NFD'));
  });

  it('of the book are the five letters', () => {
    expect(labelled(aliceText)).toBe(aliceText.replace(/[^aeiou]/giu, '.'));
  });

  test.each([
    ['שלום לכולם אמר האיש', true],
    ['日本語の文を読む', true],
    ['Он сказал это', false],
  ])('are asked of %j only where its script has letters for them', (text, leftOut) => {
    const wanted = { hypotheses: [vowel, bracket('square')], named: false };
    const found = applicable(wanted, toCharacters(text), { kind: 'natural', name: 'und' });
    const reasons = found.leftOut.map(({ reason }) => reason).join();
    expect(found.leftOut).toHaveLength(Number(leftOut));
    expect(reasons).toBe(
      leftOut ? 'the script of the text has no letters for vowels alone, or none that are known here' : '',
    );
  });
});

test.each([
  ['square', 'a [b [c] d] e [f\n\ng] h', '..[b [c] d............'],
  ['square', '[a] ［全角］', '[a..［全角.'],
  ['curly', 'x {a {b} [c}] } d', '..{a {b} [c......'],
])('what stands in %s brackets is labelled to the outermost one: %j', (kind, text, expected) => {
  expect(labelled(text, bracket(kind))).toBe(expected);
});
