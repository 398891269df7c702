// Passages in other languages, labelled by hand: {{ and }} stand around what is inside an outermost quotation.
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { runs } from '../../../pipeline/datasets/labels.ts';
import { describeConvention, parseConvention } from '../../../pipeline/datasets/text/conventions.ts';
import { LABEL_FUNCTIONS } from '../../../pipeline/datasets/text/labels/index.ts';
import { TextView } from '../../../pipeline/datasets/text/text-view.ts';

const PASSAGES: readonly (readonly [name: string, tag: string, marks: string, passage: string])[] = [
  [
    'German',
    'de',
    '„…“ and ‚…‘',
    `{{„Guten Tag, Rotkäppchen}}“, sprach er. {{„Schönen Dank, Wolf.}}“ Da rief Hans’ Mutter: {{„Wer hat ‚Halt!‘ gerufen?}}“

Niemand. {{„Ich war’s nicht}}“, sagte der Wolf.`,
  ],
  [
    'German of books',
    'de',
    '»…« and ›…‹',
    'Er sagte: {{»Sie schrie ›Hilfe!‹ und lief.}}« {{»So war’s}}«, meinte er. {{»Und dann?}}«',
  ],
  [
    'French',
    'fr',
    '«…» and “…”',
    'Elle répondit : {{« L’homme qui a crié “au loup” n’est pas là. }}» {{« Ah ! }}» fit-il. Aujourd’hui, {{« demain }}».',
  ],
  [
    'French with dashes',
    'fr',
    'dashes that begin what is said',
    `{{— Bonjour, dit-il.}}\n{{— Qui êtes-vous ?}}\n{{— Personne.}}\n{{— Ah !}}\n{{— Oui — enfin, peut-être.}}\nIl partit — pour toujours.`,
  ],
  ['Russian', 'ru', '«…» and „…“', 'Он сказал: {{«Я читал роман „Идиот“ вчера}}». {{«И я}}», — ответила она.'],
  [
    'Russian with dashes',
    'ru',
    '«…», and dashes that begin what is said',
    `{{— Привет, }}— сказал он. {{— Как дела?}}\n{{— Я — студент, }}— ответил Иван.\n{{— Да.}}\n{{— «Война и мир».}}\n{{— Нет.}}\nОн — ушёл.`,
  ],
  [
    'Spanish',
    'es',
    '«…», and dashes that begin what is said',
    `{{—Hola }}—dijo Juan{{—. ¿Qué tal?}}\n{{—Bien.}}\n{{—¿Y tú?}}\n{{—Muy bien }}—contestó ella.\n{{—Adiós.}}\nSe fue {{«sin decir nada}}».`,
  ],
  ['Polish', 'pl', '„…” and «…»', 'Powiedział: {{„On krzyknął «stój» i uciekł}}”. {{„Tak?}}” – {{„Tak.}}”'],
  [
    'Polish with dashes',
    'pl',
    'dashes that begin what is said',
    `{{– Cześć }}– powiedział Jan. {{– Idziemy?}}\n{{– Tak.}}\n{{– Nie.}}\n{{– Dobrze }}– odparła.\n{{– No to już.}}\nPoszli.`,
  ],
  ['Chinese', 'zh', '“…” and ‘…’', '他说:{{“你好,我读过‘红楼梦’。}}”她说:{{“是吗?}}”'],
  ['Chinese of Taiwan', 'zh-Hant', '「…」 and 『…』', '他說:{{「你好,我讀過『紅樓夢』。}}」她說:{{「是嗎?}}」'],
  ['Japanese', 'ja', '「…」 and 『…』', '彼は{{「はい}}」と言った。{{「『坊っちゃん』を読んだ}}」'],
  ['Swedish', 'sv', '”…” and ’…’', '{{”Hej}}”, sade hon. {{”Han ropade ’stopp’ och sprang.}}” Lars’ hus. {{”Nej!}}”'],
  [
    'Italian',
    'it',
    '«…» and “…”',
    '{{«Ciao}}», disse l’uomo. {{«Ha gridato “aiuto” due volte.}}» Un po’ dopo: {{«No}}».',
  ],
  ['Dutch', 'nl', '“…” and ‘…’', '{{‘Goedendag,}}’ zei hij. ’s Avonds riep ze: {{‘Ik heb “nee” gezegd.}}’ {{‘Zo?}}’'],
  ['English of typewriters', 'en', '"…" and \'…\'', `{{'I don't know,}}' said he, {{'it is "odd" to me.}}' {{'Oh!}}'`],
  ['Czech', 'cs', '„…“', 'Řekl: {{„Dobrý den.}}“ Ona: {{„Kdo jste?}}“'],
  ['Danish of books', 'da', '»…«', '{{»Godmorgen}}«, sagde han. {{»Hvem der?}}«'],
];

const viewOf = (text: string, name: string, quotations?: readonly string[]) =>
  new TextView(toCharacters(text), { language: { kind: 'natural', name }, quotations });

function insideOf(view: TextView): string {
  const shown = [...view.characters];
  for (const { start, end } of runs(LABEL_FUNCTIONS.get('inside-quotes')!.label(view))) {
    shown[start] = `{{${shown[start]}`;
    shown[end - 1] += '}}';
  }
  return shown.join('');
}

describe('quotations', () => {
  it.each(PASSAGES)('in %s are those that a reader finds, and so are the marks', (_, tag, marks, passage) => {
    const view = viewOf(passage.replace(/\{\{|\}\}/g, ''), tag);
    expect(insideOf(view)).toBe(passage);
    expect(describeConvention(view.convention)).toBe(marks);
  });

  it.each(PASSAGES.filter(([name]) => !/dashes|Spanish/.test(name)))(
    'in %s are found without knowing the language',
    (_, __, ___, passage) => {
      const text = passage.replace(/\{\{|\}\}/g, '');
      expect(insideOf(new TextView(toCharacters(text)))).toBe(passage);
    },
  );

  it('are those that the corpus declares, whatever the text shows', () => {
    const text = 'Er las „Faust“ und sagte: »Gut.«';
    expect(insideOf(viewOf(text, 'de', ['»…«']))).toBe('Er las „Faust“ und sagte: {{»Gut.}}«');
    expect(insideOf(viewOf(text, 'de', ['none']))).toBe(text);
  });

  it('go on in the next paragraph where it repeats the opening mark, and end with theirs where the closing one is missing', () => {
    expect(insideOf(viewOf('Er: „Eins.\n\n„Zwei.“ Ende.', 'de'))).toBe('Er: {{„Eins.\n\n„Zwei.}}“ Ende.');
    expect(insideOf(viewOf('Er: „Eins.\n\nSie: „Zwei.“ Ende.', 'de'))).toBe('Er: {{„Eins.}}\n\nSie: {{„Zwei.}}“ Ende.');
  });
});

it.each([['„“'], ['quotes'], ['„…“', 'x']])('%s is refused as a declaration', (...declared) => {
  expect(parseConvention(declared)).toBeUndefined();
});

describe('words and sentences', () => {
  it('of a language without spaces are Unicode’s', () => {
    const view = viewOf('吾輩は猫である。名前はまだ無い。', 'ja');
    expect(view.words.map((word) => view.slice(word))).toContain('名前');
    expect(view.sentences.map((sentence) => view.slice(sentence))).toEqual(['吾輩は猫である。', '名前はまだ無い。']);
    expect(view.sentences.map(({ stop }) => view.slice(stop!))).toEqual(['。', '。']);
  });

  it('go over line breaks, and a sentence ends with the marks that close behind its stop', () => {
    const view = viewOf('Sie kam\nspät. „Wer ist\nda?“ Niemand 👒!\n\nEnde', 'de');
    expect(view.sentences.map((sentence) => view.slice(sentence))).toEqual([
      'Sie kam\nspät.',
      '„Wer ist\nda?“',
      'Niemand 👒!',
      'Ende',
    ]);
    expect(view.sentences.map(({ stop }) => stop && view.slice(stop))).toEqual(['.', '?', '!', undefined]);
  });

  it('of Hindi end at its own stop', () => {
    const view = viewOf('राम घर गया। सीता आई।', 'hi');
    expect(view.sentences.map(({ stop }) => view.slice(stop!))).toEqual(['।', '।']);
  });
});
