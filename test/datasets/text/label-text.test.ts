import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { rises, runs } from '../../../pipeline/datasets/labels.ts';
import { parseExample } from '../../../pipeline/datasets/text/hypotheses.ts';
import { LABEL_FUNCTIONS } from '../../../pipeline/datasets/text/labels/index.ts';
import { compilePattern, labelText } from '../../../pipeline/datasets/text/text.ts';

const byFunction = (name: string, text: string) =>
  Array.from(
    labelText({ kind: LABEL_FUNCTIONS.get(name)!.kind, labelling: { label: name } }, toCharacters(text)).values,
  );

const byPattern = (pattern: string, text: string, flags = '') =>
  runs(
    labelText({ kind: 'binary', labelling: { pattern: compilePattern(pattern, flags) } }, toCharacters(text)).values,
  );

/** Labels a passage whose expected segments are marked, and compares. */
function expectMarked(name: string, marked: string): void {
  const { text, spans } = parseExample(marked);
  expect(runs(byFunction(name, text))).toEqual(spans);
}

describe('a pattern', () => {
  it('labels its matches at code points, among emoji, right-to-left words and combining marks', () => {
    expect(byPattern('\\d+', '👒12 שלום 3 e\u03014')).toEqual([
      { start: 1, end: 3 },
      { start: 9, end: 10 },
      { start: 13, end: 14 },
    ]);
  });

  it('labels its group named "on", where it has one', () => {
    expect(byPattern('👒(?<on>b+)|c', '👒bb👒 👒b c')).toEqual([
      { start: 1, end: 3 },
      { start: 6, end: 7 },
    ]);
    expect(byPattern('(?<=(?<on>a)x)y', 'axy')).toEqual([{ start: 0, end: 1 }]);
  });

  it('may match nothing, or nothing at all many times', () => {
    expect(byPattern('x*', 'abc')).toEqual([]);
    expect(byPattern('b*', 'abbc👒')).toEqual([{ start: 1, end: 3 }]);
    expect(byPattern('', 'abc👒')).toEqual([]);
    expect(byPattern('a', '')).toEqual([]);
  });

  it('heeds its flags', () => {
    expect(byPattern('^a.b', 'x\nA\nb', 'ims')).toEqual([{ start: 2, end: 5 }]);
    expect(byPattern('^a.b', 'x\nA\nb', 'im')).toEqual([]);
  });

  it('finds what a search by hand finds, in any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '👒', 'e\u0301', 'ש', '\n')), (pieces) => {
        const characters = toCharacters(pieces.join(''));
        const expected = characters.flatMap((character, position) =>
          character === '👒' && characters[position + 1] === 'b' ? [position + 1] : [],
        );
        const found = byPattern('👒(?<on>b)', pieces.join(''));
        expect(found.map(({ start }) => start)).toEqual(expected);
      }),
    );
  });
});

describe('every label function', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc
      .array(fc.constantFrom('‘', '’', '“', '”', 'said', ' ', 'Alice', '👒', '.', '--', '\n', '\n\n'), {
        maxLength: 60,
      })
      .map((pieces) => pieces.join('')),
  );

  // Those of programs ask a parser in a process of its own; see test/content/syntax.slow.test.ts.
  const ofAnyText = [...LABEL_FUNCTIONS].filter(([, { needsGrammar }]) => needsGrammar !== true);

  it.each(ofAnyText)('gives one value a code point, 0 or 1 where binary: %s', (name, { kind }) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const characters = toCharacters(text);
        const { values } = labelText({ kind, labelling: { label: name } }, characters);
        expect(values).toHaveLength(characters.length);
        expect(characters.join('')).toBe(text);
        const isAllowed = (value: number) =>
          kind === 'binary' ? value === 0 || value === 1 : value >= 0 && value <= 250;
        expect(values.every(isAllowed)).toBe(true);
      }),
    );
  });
});

describe('inside quotation marks', () => {
  it('is from the opening mark to before the closing one, over inner quotations and paragraphs', () => {
    expectMarked('inside-quotes', 'He: [[‘I said “no.”]]’ She: [[‘One.\n\n‘Two,]]’ and left.');
    expectMarked('inside-quotes', '[[‘I never said so, she answered.]]\n\nIt rained.');
  });
});

describe('after a quotation', () => {
  it('are two words with the spaces before them, without the punctuation between', () => {
    expectMarked('after-quotes', '‘Oh!’[[ said the]] Hatter.');
    expectMarked('after-quotes', '‘Oh’,[[ don’t]]--[[you]] know.');
    expectMarked('after-quotes', '(‘Oh,’[[ said\nAlice]])');
  });

  it('end at the next opening mark and with the paragraph', () => {
    expectMarked('after-quotes', '‘Oh!’[[ cried]] ‘oh!’\n\nAlice sat.');
    expectMarked('after-quotes', '‘Oh!’[[ cried]].');
    expectMarked('after-quotes', '‘Oh!’\n\nAlice sat.');
  });

  it('also follow a quotation within another', () => {
    expectMarked('after-quotes', '‘What “it”[[ means well]] enough’[[ he knew]].');
  });
});

describe('the clause that names the speaker', () => {
  it('stands behind a quotation, before one, or between two', () => {
    expectMarked('dialogue-tag', '‘No,’ [[said the March Hare]], yawning, ‘never.’');
    expectMarked('dialogue-tag', 'He sat down, [[and the Dormouse replied very slowly]]: ‘Never.’');
    expectMarked('dialogue-tag', '‘No!’ [[cried Alice]]--‘never!’');
  });

  it('is not what else stands beside a quotation', () => {
    expectMarked('dialogue-tag', 'The words ‘DRINK ME’ were printed on it.');
    expectMarked('dialogue-tag', '‘No!’ As she said this, she fell.\n\nNobody said it.');
  });
});

describe('apostrophes', () => {
  it('are told from closing marks', () => {
    expectMarked('apostrophe', "‘[[’]]Tis the dogs[[’]] bone, isn[[’]]t it?’ said Al[[']]s friend.");
  });
});

describe('sentences', () => {
  it('begin with a letter behind a stop, unless a small one follows or a title was abbreviated', () => {
    expectMarked('sentence-initial', '‘[[W]]ell!’ thought Mr. B. Alice. (‘[[S]]o I.’) [[N]]ow.\n\n--[[a]]nd I');
  });

  it('end with their stops', () => {
    expectMarked('sentence-final', '‘Well!’ thought Mr. B. Alice[[.]] (‘So I[[.]]’) Now[[?!]]\n\nAnd then--');
  });
});

describe('rare words', () => {
  it('are those that the text has at most twice, in whatever case', () => {
    expectMarked('rare-word', 'The the THE [[hat]] the [[Hat]], [[hatter]].');
  });
});

describe('function words', () => {
  it('include contractions and exclude names', () => {
    expectMarked('function-word', '[[I]] [[don’t]] know [[what]] Alice [[won’t]] say, [[it’s]] Bill’s');
  });
});

describe('positions', () => {
  it('in a word are k of n, and none between words', () => {
    expect(byFunction('position-in-word', 'cats, I')).toEqual([0.25, 0.5, 0.75, 1, 0, 0, 1]);
  });

  it('in a line count the line break as its end', () => {
    expect(byFunction('position-in-line', 'abc\n\nx')).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  });

  it('in a sentence reach 1 at its last mark', () => {
    expect(byFunction('position-in-sentence', '‘Oh.’ No')).toEqual([0.2, 0.4, 0.6, 0.8, 1, 0, 0.5, 1].map(Math.fround));
  });

  it('in a quotation reach 1 before its closing mark', () => {
    expect(byFunction('position-in-quote', 'a ‘Oh.’ b')).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 0, 0, 0]);
  });
});

describe('counts', () => {
  it('start again at each line break', () => {
    expect(byFunction('since-line-break', 'ab\n\ncd')).toEqual([1, 2, 0, 0, 1, 2]);
  });

  it('start again at each opening mark and stop at 250', () => {
    expect(byFunction('since-opening-quote', 'a ‘b’ “c')).toEqual([250, 250, 0, 1, 2, 3, 0, 1]);
    expect(byFunction('since-opening-quote', `‘a’${'b'.repeat(300)}`).slice(248, 254)).toEqual([
      248, 249, 250, 250, 250, 250,
    ]);
  });
});

describe('segments', () => {
  it('of a binary label are its runs of ones', () => {
    expect(runs([0, 1, 1, 0, 1])).toEqual([
      { start: 1, end: 3 },
      { start: 4, end: 5 },
    ]);
    expect(runs([])).toEqual([]);
  });

  it('of a real label are where it rises, not where it stays', () => {
    expect(rises([0, 1, 2, 2, 2, 1, 3, 0, 4])).toEqual([
      { start: 1, end: 3 },
      { start: 5, end: 7 },
      { start: 8, end: 9 },
    ]);
  });
});
