import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { loadGallery } from '../../../pipeline/content/content.ts';
import { wantedHypotheses } from '../../../pipeline/content/corpora.ts';
import type { Language } from '../../../pipeline/datasets/dataset.ts';
import { applicable } from '../../../pipeline/datasets/text/applicable.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { aliceText } from './books.ts';

const all = wantedHypotheses('content', 'all');
const natural = (name: string): Language => ({ kind: 'natural', name });
const choose = (text: string, language?: Language) => applicable(all, toCharacters(text), language);
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);

const GERMAN = `Es war einmal eine kleine süße Dirne, die hatte jedermann lieb, der sie nur ansah, am allerliebsten aber
ihre Großmutter, die wusste gar nicht, was sie alles dem Kinde geben sollte. Einmal schenkte sie ihm ein Käppchen.`;
const JAPANESE =
  '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた。';

describe('hypotheses that nobody named', () => {
  it('that are written for English are taken for English of any kind, and for no other language', () => {
    for (const english of ['en', 'en-GB']) {
      expect(idsOf(choose(aliceText.slice(0, 5000), natural(english)).hypotheses)).toContain('function-word');
    }
    const { hypotheses, leftOut } = choose(GERMAN, natural('de'));
    expect(idsOf(hypotheses)).toEqual(expect.arrayContaining(['inside-quotes', 'upper-case', 'word-initial']));
    expect(leftOut).toContainEqual({
      id: 'function-word',
      title: 'Function word',
      reason: 'it is written for English, and the text is German',
    });
    expect(idsOf(leftOut)).toEqual(expect.arrayContaining(['dialogue-tag', 'name-alice', 'chapter-heading']));
  });

  it('are guessed by the words where nobody said the language, and the guess is told', () => {
    const english = choose(aliceText.slice(0, 20_000));
    expect(idsOf(english.hypotheses)).toContain('dialogue-tag');
    expect(english.remarks.join()).toMatch(
      /5\d% of its words are function words of English, so it is taken for English/,
    );
    const german = choose(GERMAN);
    expect(idsOf(german.leftOut)).toContain('dialogue-tag');
    expect(german.remarks.join()).toContain('so it is not taken for English');
    expect(choose(aliceText.slice(0, 5000), natural('en')).remarks.join()).not.toContain('Nobody said');
  });

  it('that ask for capitals or spaces are left out of a script that has none', () => {
    const reasons = new Map(choose(JAPANESE, natural('ja')).leftOut.map(({ id, reason }) => [id, reason]));
    expect(reasons.get('upper-case')).toBe('the script of the text has no capitals');
    expect(reasons.get('word-initial')).toBe('the script of the text has no spaces between words');
    const russian = choose('Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.', natural('ru'));
    expect(idsOf(russian.hypotheses)).toEqual(expect.arrayContaining(['upper-case', 'word-initial']));
  });

  it('are for prose or for programs where they say so', () => {
    const { hypotheses, leftOut } = choose('int main(void) { return 0; }', { kind: 'programming', name: 'c' });
    expect(idsOf(hypotheses)).toEqual(expect.arrayContaining(['line-break', 'digit']));
    expect(leftOut.find(({ id }) => id === 'inside-quotes')!.reason).toBe(
      'it is written for texts in a natural language, and the text is a program in c',
    );
  });
});

it('hypotheses that somebody named are taken, whatever they are written for', () => {
  const wanted = wantedHypotheses('content', ['function-word']);
  expect(applicable(wanted, toCharacters(GERMAN), natural('de')).hypotheses).toHaveLength(1);
});

it('where none applies, that is an error which names one and says why', () => {
  const wanted = { hypotheses: wantedHypotheses('content', ['function-word']).hypotheses, named: false };
  expect(() => applicable(wanted, toCharacters(GERMAN), natural('de'))).toThrow(
    'function-word, for one, is left out because it is written for English, and the text is German',
  );
});

it('Alice and the novels are asked what they have always been asked', () => {
  for (const id of ['alice', 'novels']) {
    const { hypotheses } = loadGallery('content', id);
    expect(hypotheses).toHaveLength(28);
    const { leftOut } = applicable(wantedHypotheses('content', 'all'), toCharacters(aliceText), natural('en'));
    for (const one of hypotheses) expect(idsOf(leftOut)).not.toContain(one);
  }
});

describe('the key for:', () => {
  const parse = (value: string) =>
    parseHypothesis(`---\ntitle: T\nkind: binary\npattern: a\nfor: ${value}\non: a\noff: b\n---\n`, 'digit.md').scopes;

  it('takes kinds of text, tags of languages and programming languages, one or several', () => {
    expect(parse('any')).toEqual(['any']);
    expect(parse('[text, pt-BR, js, c]')).toEqual([
      'text',
      natural('pt-BR'),
      { kind: 'programming', name: 'javascript' },
      { kind: 'programming', name: 'c' },
    ]);
  });

  it.each(['english', 'qq', '[]', 'prose', 'cobol'])('refuses %s', (value) => {
    expect(() => parse(value)).toThrow(/digit\.md:5:/);
  });
});
