import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { retext } from 'retext';
import retextSmartypants from 'retext-smartypants';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../pipeline/base/errors.ts';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { changedWords, DEFAULT_PREPARATION, parsePreparation } from '../../../pipeline/base/preparation.ts';
import { cutBlocks } from '../../../pipeline/datasets/text/blocks.ts';
import { prepare, prepareInPlace, prepareText } from '../../../pipeline/datasets/text/preparation.ts';
import { findQuotations } from '../../../pipeline/datasets/text/quotes.ts';
import { educateQuotes } from '../../../pipeline/datasets/text/typographic.ts';
import { buildVocabulary } from '../../../pipeline/datasets/text/vocabulary.ts';
import { decodeUtf8 } from '../../../pipeline/files/utf8.ts';
import { aliceText, bookBytes, rawAlice } from './books.ts';
import { asEnglish } from './english.ts';

const count = (text: string, character: string) => text.split(character).length - 1;

/** Undoes typographic marks, to compare with a text in straight ones. */
const straighten = (text: string) => text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');

describe('preparing a text as an English book', () => {
  it('starts from the marks that retext-smartypants is known to give this book', () => {
    const educated = educateQuotes(rawAlice);
    expect(count(educated, '‘')).toBe(1112);
    expect(count(educated, '’')).toBe(1755);
    expect(count(educated, '“')).toBe(57);
    expect(count(educated, '”')).toBe(56);
    expect(count(educated, "'") + count(educated, '"')).toBe(4);
  });

  it('sets marks piece by piece as in the whole, in work that grows as the text', () => {
    const whole = retext().use(retextSmartypants, { dashes: false, ellipses: false, backticks: false });
    const start = rawAlice.slice(0, 60_000);
    expect(educateQuotes(start)).toBe(String(whole.processSync(start)));
    const cost = (times: number) => {
      const before = process.cpuUsage();
      educateQuotes(start.repeat(times));
      return process.cpuUsage(before).user;
    };
    // Eight times as much: a square would take 64 times as long.
    expect(cost(8) / Math.min(cost(1), cost(1))).toBeLessThan(24);
  });

  it('corrects nine places of the book, and leaves no straight mark', () => {
    const educated = educateQuotes(rawAlice.replace(/ +/g, ' '));
    const changes = [...educated].flatMap((mark, index) => (mark === aliceText[index] ? [] : [index]));
    expect(changes.map((index) => aliceText.slice(index, index + 5))).toEqual([
      ...['‘“--f', '’em u', '’em\nt', '’em d', '‘’Tis', '’Tis ', '’tis ', '’tis ', '’TIS ', '‘’Tis', '’Tis '],
    ]);
    expect(aliceText).not.toMatch(/['"]/);
  });

  it('changes nothing but quotation marks, runs of spaces and line breaks', () => {
    expect(straighten(aliceText)).toBe(rawAlice.replace(/ +/g, ' '));
    expect(asEnglish('a  b\r\nc   d\re\t\tf -- g... h `i`')).toBe('a b\nc d\ne\t\tf -- g... h `i`');
  });

  it.each([
    ["'Well!' thought Alice, 'that's it.'", '‘Well!’ thought Alice, ‘that’s it.’'],
    ["'Put 'em up,' she said.", '‘Put ’em up,’ she said.'],
    ["''Tis so,' said the Duchess.", '‘’Tis so,’ said the Duchess.'],
    ['"\'Tis so," said the Duchess.', '“’Tis so,” said the Duchess.'],
    ['"I won\'t \'ave it," said Dr. Bull.', '“I won’t ’ave it,” said Dr. Bull.'],
    ['He went on, \'"--found it."\'', '‘“--found it.”’'],
    ["'I'll sail with ye,'--he says,--'the money?'", '‘I’ll sail with ye,’--he says,--‘the money?’'],
  ])('sets %s as %s', (straight, typographic) => {
    expect(asEnglish(straight)).toContain(typographic);
  });

  it('of a clean text gives the same text, if no straight mark was left', () => {
    expect(asEnglish(aliceText)).toBe(aliceText);
    const piece = fc.constantFrom(
      "'",
      '"',
      "''",
      'tis',
      ' em',
      'dogs',
      'a',
      ' ',
      ' ',
      '. ',
      ',',
      '--',
      '\n',
      '\n\n',
      '“',
      '’',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const once = asEnglish(pieces.join(''));
        fc.pre(!/['"]/.test(once));
        expect(asEnglish(once)).toBe(once);
      }),
    );
  });

  it('never adds or removes a character other than spaces and carriage returns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(straighten(asEnglish(text))).toBe(straighten(text.replace(/\r\n?/g, '\n').replace(/ +/g, ' ')));
      }),
    );
  });
});

describe('a step of preparation', () => {
  it('counts what it changes', () => {
    const { text, report } = prepare('e\u0301te\u0301  \r\n\u1112\u1161\u11ab "a"', [
      'line-breaks',
      'nfc',
      'collapse-spaces',
      'typographic-quotes',
    ]);
    expect(text).toBe('été \n한 “a”');
    expect(report.characters).toBe(16);
    expect(report.changed).toEqual({ 'line-breaks': 1, nfc: 7, 'collapse-spaces': 1, 'typographic-quotes': 2 });
    expect(changedWords(report)).toBe(
      '11 characters of 16 changed: 1 by line-breaks, 7 by nfc, 1 by collapse-spaces, 2 by typographic-quotes',
    );
  });

  it('is in words what it is in numbers', () => {
    const report = { steps: [], characters: 10_000, changed: {} };
    expect(changedWords(report)).toBeUndefined();
    expect(changedWords({ ...report, changed: { 'collapse-spaces': 39 } })).toBe(
      '39 characters of 10,000 changed: collapse-spaces',
    );
  });

  it('that nobody names changes nothing, and the default changes nothing but line breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(prepareText(text, [])).toBe(text);
        expect(prepareText(text, DEFAULT_PREPARATION)).toBe(text.replace(/\r\n?/g, '\n'));
      }),
    );
  });

  it('is named by a list, or by none, and an unknown one with those there are', () => {
    expect(parsePreparation('typographic-quotes, line-breaks')).toEqual(['line-breaks', 'typographic-quotes']);
    expect(parsePreparation('none')).toEqual([]);
    expect(() => parsePreparation('collapse-space')).toThrow('Did you mean "collapse-spaces"?');
    expect(() => parsePreparation('none,nfc')).toThrow('A text is prepared by steps or by none.');
    expect(() => parsePreparation('')).toThrow('There is no step ""');
  });
});

describe('the page of the book', () => {
  const page = readFileSync(new URL('../../../content/corpora/alice.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
  const characters = toCharacters(aliceText);

  it('says how many characters, kinds, quotations and blocks there are', () => {
    const number = (value: number) => value.toLocaleString('en');
    const quotations = findQuotations(characters);
    expect(page).toContain(`${number(characters.length)} characters, of ${buildVocabulary(aliceText).length} kinds`);
    expect(page).toContain(
      `${number(quotations.length)} quotations, of which ${quotations.filter(({ depth }) => depth > 0).length} lie`,
    );
    expect(page).toContain(`${cutBlocks(characters).length} blocks`);
  });
});

describe('a file that is read as text', () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const messageOf = (bytes: Uint8Array) => {
    try {
      decodeUtf8(bytes, 'my-text.txt');
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return undefined;
  };

  it('loses its byte order mark and nothing else', () => {
    expect(decodeUtf8(utf8('\uFEFFAlice 👒 שלום e\u0301'), 'my-text.txt')).toBe('Alice 👒 שלום e\u0301');
  });

  it('is refused at the first byte that is not UTF-8, with its line and column', () => {
    const bytes = Uint8Array.from([...utf8('Ça va\n👒 na'), 0xef, ...utf8('ve')]);
    expect(messageOf(bytes)).toBe(
      'my-text.txt:2:5: The file is not UTF-8: byte 14 (0xEF) belongs to no character\n' +
        '  Most of it is UTF-8: mend these bytes, or leave out all such with iconv -c -f UTF-8 -t UTF-8.',
    );
  });

  it('is refused where the book itself is in Latin-1, at its one é', () => {
    const bytes = bookBytes('shakespeare-caesar');
    const offset = bytes.findIndex((byte) => byte > 127);
    expect(messageOf(bytes)).toContain(`byte ${offset} (0x`);
  });

  it('is refused where it is cut off within a character', () => {
    expect(messageOf(utf8('na 👒').subarray(0, 5))).toContain('my-text.txt:1:4: The file is not UTF-8: byte 3 (0xF0)');
  });

  it('is refused exactly where a strict decoder refuses it', () => {
    const bytes = fc.uint8Array({ maxLength: 12 });
    const likely = fc.array(fc.constantFrom(0x41, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x90, 0xa0, 0xbf), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.oneof(bytes, likely.map(Uint8Array.from.bind(Uint8Array))), (input) => {
        let valid = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(input);
        } catch {
          valid = false;
        }
        expect(messageOf(input)?.includes('not UTF-8') ?? false).toBe(!valid);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'no bytes'],
    ['\uFEFF', 'a byte order mark'],
    [' \n\n ', 'white space'],
  ])('is refused if it is %j, %s', (text) => {
    expect(messageOf(utf8(text))).toBe('my-text.txt: The text is empty\n  Give a file with text in it.');
  });
});

describe('prepareInPlace', () => {
  const clean = (text: string) => prepareInPlace(toCharacters(text), ['line-breaks', 'typographic-quotes']).join('');

  it('sets the marks and the line breaks, and keeps every character where it is', () => {
    expect(clean('"Oh!"  she  said,\r\n\'tis "so"\rlate 🐇')).toBe('“Oh!”  she  said, \n’tis “so”\nlate 🐇');
  });

  it('leaves a text alone that is clean', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z'" .,\n]{0,60}$/), (raw) => {
        const text = asEnglish(raw);
        fc.pre(text === asEnglish(text));
        expect(clean(text)).toBe(text);
        expect(toCharacters(clean(raw))).toHaveLength(toCharacters(raw).length);
      }),
    );
  });
});
