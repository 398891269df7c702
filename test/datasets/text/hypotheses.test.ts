import { describe, expect, it } from 'vitest';
import { InputError } from '../../../pipeline/base/errors.ts';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { labelText } from '../../../pipeline/datasets/text/text.ts';

const valid = {
  title: 'Digit',
  kind: 'binary',
  pattern: "'\\p{Nd}'",
  on: 'On at digits',
  off: 'Off at digits',
};

function fileOf(fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);
  return `---\n${lines.join('\n')}\n---\n\nWhat it is.\n\nWhy.\n`;
}

function faultOf(source: string, file = 'content/hypotheses/digit.md'): InputError {
  try {
    parseHypothesis(source, file);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a hypothesis', () => {
  it('is read with its pattern, phrases, example and prose', () => {
    const source = fileOf({ ...valid, flags: 'im', example: '|\n  at [[1]][[865]] 👒[[2]]\n' });
    const { labelling, ...rest } = parseHypothesis(source, 'content/hypotheses/digit.md');
    expect(rest).toEqual({
      id: 'digit',
      title: 'Digit',
      kind: 'binary',
      phrases: { on: 'On at digits', off: 'Off at digits' },
      example: {
        text: 'at 1865 👒2',
        spans: [
          { start: 3, end: 4 },
          { start: 4, end: 7 },
          { start: 9, end: 10 },
        ],
      },
      prose: 'What it is.\n\nWhy.',
      scopes: ['any'],
      needs: [],
      needsGrammar: false,
    });
    expect(labelling).toEqual({ pattern: /\p{Nd}/gimu });
  });

  it('may name a label function instead of a pattern', () => {
    const { pattern: _, ...rest } = valid;
    const source = fileOf({ ...rest, kind: 'real', label: 'position-in-word' });
    expect(parseHypothesis(source, 'digit.md').labelling).toEqual({ label: 'position-in-word' });
  });

  it('may count the characters since a pattern last matched', () => {
    const { pattern: _, ...rest } = valid;
    const since = fileOf({ ...rest, kind: 'real', since: "'[[(]|end'", flags: 'i' });
    const { labelling } = parseHypothesis(since, 'digit.md');
    expect(labelling).toEqual({ since: /[[(]|end/giu });
    const { values } = labelText({ kind: 'real', labelling }, toCharacters('ab(c\n\nEnd.'));
    // Before the first match the count stands at its end, and all of a match has 0.
    expect([...values]).toEqual([250, 250, 0, 1, 2, 3, 0, 0, 0, 1]);
    expect(faultOf(fileOf({ ...rest, since: 'x' })).message).toContain(
      '"kind": since: counts characters, which is real',
    );
    expect(faultOf(fileOf({ ...valid, kind: 'real', since: 'x' })).message).toContain(
      '"since": there is a pattern already',
    );
    expect(faultOf(fileOf({ ...rest, kind: 'real', since: "'('" })).message).toContain(
      '"since": Invalid regular expression',
    );
  });

  it.each([
    ['a key that nobody knows', fileOf({ ...valid, patern: 'x' }), 'digit.md:7:1: Unknown key "patern".'],
    ['no title', fileOf({ ...valid, title: "''" }), 'digit.md:2:8: "title": must not be empty'],
    ['an unknown kind', fileOf({ ...valid, kind: 'fuzzy' }), 'digit.md:3:7: "kind": '],
    [
      'a malformed pattern',
      fileOf({ ...valid, pattern: "'(?<on>x'" }),
      'digit.md:4:10: "pattern": Invalid regular expression',
    ],
    [
      'flags that are always on',
      fileOf({ ...valid, flags: 'g' }),
      'digit.md:7:8: "flags": The flags may be i, m and s, not "g"',
    ],
    ['a flag twice', fileOf({ ...valid, flags: 'ii' }), 'digit.md:7:8: "flags": Invalid '],
    [
      'a pattern and a function',
      fileOf({ ...valid, label: 'rare-word' }),
      'digit.md:7:8: "label": there is a pattern already',
    ],
    ['a real-valued pattern', fileOf({ ...valid, kind: 'real' }), 'digit.md:3:7: "kind": a pattern labels 0 or 1'],
    [
      'an example with a lost bracket',
      fileOf({ ...valid, example: "'a [[b'" }),
      'digit.md:7:10: "example": the last [[ has no partner',
    ],
    [
      'an example with brackets in brackets',
      fileOf({ ...valid, example: "'[[a [[b]]'" }),
      '"example": [[ has no partner',
    ],
    ['YAML that is broken', '---\ntitle: "Digit\n---\n', 'digit.md:3:1: Broken YAML: Missing closing'],
    ['no front matter', 'Digits.\n', 'digit.md:1:1: The file has no front matter'],
  ])('is refused for %s, with the place', (_, source, message) => {
    expect(faultOf(source).message).toContain(message);
  });

  it('is refused without pattern and label, and for a function that nobody knows or of the other kind', () => {
    const { pattern: _, ...rest } = valid;
    expect(faultOf(fileOf(rest)).message).toContain('Nothing says how to label: add pattern:, since: or label:');
    expect(faultOf(fileOf({ ...rest, flags: 'i', label: 'rare-word' })).message).toContain(
      '"flags": flags belong to a pattern',
    );
    const unknown = faultOf(fileOf({ ...rest, label: 'inside-qotes' })).message;
    expect(unknown).toContain(
      'digit.md:6:8: "label": there is no label function "inside-qotes"; there are inside-quotes,',
    );
    const mismatch = faultOf(fileOf({ ...rest, label: 'position-in-word' })).message;
    expect(mismatch).toContain('digit.md:3:7: "kind": the label function "position-in-word" is real');
  });

  it.each(['Digit.md', 'digit_1.md', '-digit.md', 'digit.txt', '.md'])(
    'is refused by the name of its file: %s',
    (name) => {
      expect(faultOf(fileOf(valid), `content/hypotheses/${name}`).message).toContain(
        `content/hypotheses/${name}: The file's name is no id for a hypothesis.`,
      );
    },
  );
});
