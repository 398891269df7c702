import { describe, expect, it } from 'vitest';
import { prepareTyped, readTyped, setQuotes, splitPieces } from '../../../../src/client/live/typed-text.ts';
import {
  type Choice,
  findCell,
  LONGEST_TEXT,
  readChoice,
  shortened,
  writeChoice,
} from '../../../../src/shared/live-choice.ts';

const BOOK = new Set('‘’“” abcdefghijklmnopqrstuvwxyzABCDI,.!-()\n');

describe('quotation marks', () => {
  it.each([
    [`"Off with her head!" the Queen said.`, '“Off with her head!” the Queen said.'],
    [`'It's a pun!'`, '‘It’s a pun!’'],
    [`said ('like "this"')`, 'said (‘like “this”’)'],
    [`so--"now"\n'then'`, 'so--“now”\n‘then’'],
    ['“set” already', '“set” already'],
  ])('of %j are set as the book has them', (straight, set) => {
    expect(setQuotes(straight, BOOK)).toBe(set);
  });

  it('stay as they are in the vocabulary, and where it has none at all', () => {
    expect(setQuotes(`'a'`, new Set(`'‘’a`))).toBe(`'a'`);
    expect(setQuotes(`"a"`, new Set('a'))).toBe(`"a"`);
  });
});

describe('a text that is typed', () => {
  it('is prepared as the text of the network was, and as it is where nothing was changed there', () => {
    const typed = `"e\u0301te\u0301"`;
    expect(prepareTyped(typed, ['line-breaks'], BOOK)).toBe(typed);
    expect(prepareTyped(typed, ['nfc'], BOOK)).toBe('"été"');
    expect(prepareTyped(typed, ['typographic-quotes'], BOOK)).toBe('“e\u0301te\u0301”');
  });

  it('is read with one of several spaces where the network knows no more', () => {
    const numbers = new Map([...'ab '].map((character, id) => [character, id]));
    expect(readTyped('a  b   ', numbers).spaces).toBe(0);
    const { ids, places, spaces, unknown } = readTyped('a  b   ', numbers, true);
    expect([...ids]).toEqual([0, 2, 1, 2]);
    expect([...places]).toEqual([0, 1, -1, 2, 3, -1, -1]);
    expect({ spaces, unknown: unknown.size }).toEqual({ spaces: 3, unknown: 0 });
  });
});

describe('a typed text', () => {
  const numbers = new Map([...'abc'].map((character, id) => [character, id]));

  it('is read without what the network does not know, and every character knows its place', () => {
    const { ids, places, sources, unknown } = readTyped('aé💡béc', numbers);
    expect([...ids]).toEqual([0, 1, 2]);
    expect([...places]).toEqual([0, -1, -1, 1, -1, 2]);
    expect([...sources]).toEqual([0, 3, 5]);
    expect([...unknown]).toEqual([
      ['é', 2],
      ['💡', 1],
    ]);
  });

  it('is cut between characters, never within one', () => {
    expect(shortened('a'.repeat(LONGEST_TEXT))).toHaveLength(LONGEST_TEXT);
    expect(shortened(`${'a'.repeat(LONGEST_TEXT - 1)}💡b`)).toBe('a'.repeat(LONGEST_TEXT - 1));
  });

  it.each(['', '\n', 'one', 'one\ntwo\n\nthree\n', 'x'.repeat(1000), `${'💡'.repeat(300)}\nend`])(
    'falls into pieces that spell it again',
    (text) => {
      const pieces = splitPieces(text);
      expect(pieces.join('')).toBe(text);
      expect(pieces.every((piece) => piece.length <= 256 && piece.isWellFormed())).toBe(true);
      expect(pieces.every((piece) => !piece.slice(0, -1).includes('\n'))).toBe(true);
    },
  );
});

describe('a choice', () => {
  const usual: Choice = {
    text: 'Hello',
    cell: '2-1',
    signal: 'c',
    holds: [],
    temperature: 0.7,
    seed: 1,
    length: 300,
    write: false,
  };
  const units = [6, 4];

  it('comes back from its address, whatever it is', () => {
    for (const choice of [
      usual,
      { ...usual, text: '' },
      { ...usual, text: '<script>&+%\n“”', cell: '1-5', signal: 'f' as const },
      { ...usual, holds: [{ cell: '2-1', value: 0 }] },
      {
        ...usual,
        holds: [
          { cell: '1-0', value: -0.35 },
          { cell: '2-3', value: 1 },
        ],
        temperature: 0,
        seed: 0,
        length: 1,
        write: true,
      },
    ]) {
      expect(readChoice(`?${writeChoice(choice, usual)}`, usual, units)).toEqual(choice);
    }
    expect(writeChoice(usual, usual)).toBe('');
  });

  it('leaves a long text out of the address', () => {
    expect(writeChoice({ ...usual, text: 'a'.repeat(2001), seed: 3 }, usual)).toBe('seed=3');
  });

  it('holds the chosen cell where an address names none, and each cell once', () => {
    expect(readChoice('?cell=1-2&hold=-0.5', usual, units).holds).toEqual([{ cell: '1-2', value: -0.5 }]);
    const twice = readChoice('?hold=1-2_1&hold=2-0_0.5&hold=1-2_0&hold=9-9_1', usual, units);
    expect(twice.holds).toEqual([
      { cell: '1-2', value: 0 },
      { cell: '2-0', value: 0.5 },
    ]);
  });

  it('is the usual one where an address makes no sense', () => {
    const senseless = '?cell=3-1&signal=z&hold=much&temperature=NaN&seed=&length=1e9';
    expect(readChoice(senseless, usual, units)).toEqual(usual);
    expect(readChoice('?hold=-7&temperature=99&seed=1.5&length=0', usual, units)).toEqual({
      ...usual,
      holds: [{ cell: '2-1', value: -1 }],
      temperature: 1.5,
      seed: 2,
      length: 1,
    });
  });

  it('finds a cell by its number, in any way that it is written', () => {
    expect(findCell('2-3', units)).toEqual({ layer: 1, unit: 3, index: 9 });
    expect(findCell(' 1–0 ', units)).toEqual({ layer: 0, unit: 0, index: 0 });
    for (const none of ['2-4', '0-1', '3-0', '2', '', '-1-2', 'x']) expect(findCell(none, units)).toBeNull();
  });
});
