import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../pipeline/base/errors.ts';
import { parseFrontMatter } from '../../pipeline/base/front-matter.ts';

const schema = z.strictObject({
  title: z.string(),
  count: z.int().optional(),
  generated: z.strictObject({ length: z.number() }).optional(),
});

const file = 'content/galleries/a.md';

function failure(source: string): InputError {
  try {
    parseFrontMatter(source, file, schema);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseFrontMatter', () => {
  it('gives the checked data and the body without the blank lines between', () => {
    expect(parseFrontMatter('---\ntitle: Alice\n---\n\nShe *fell*.\n', file, schema)).toEqual({
      data: { title: 'Alice' },
      body: 'She *fell*.\n',
    });
  });

  it('reads Windows line ends, a byte order mark and a file that ends with the front matter', () => {
    expect(parseFrontMatter('\uFEFF---\r\ntitle: Alice\r\n---\r\nBody', file, schema)).toEqual({
      data: { title: 'Alice' },
      body: 'Body',
    });
    expect(parseFrontMatter('---\ntitle: Alice\n---', file, schema).body).toBe('');
  });

  it('takes three hyphens inside a line or in the body for what they are', () => {
    const { data, body } = parseFrontMatter('---\ntitle: a --- b\n---\none\n---\ntwo\n', file, schema);
    expect(data.title).toBe('a --- b');
    expect(body).toBe('one\n---\ntwo\n');
  });

  it('returns whatever title was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (title, text) => {
        const body = `x${text}`;
        const parsed = parseFrontMatter(`---\n${stringify({ title })}---\n${body}`, file, schema);
        expect(parsed).toEqual({ data: { title }, body });
      }),
    );
  });

  it('says that front matter is absent, or not closed, or not at the start', () => {
    for (const source of ['', 'title: Alice', '---\ntitle: Alice\n', 'x\n---\ntitle: Alice\n---\n']) {
      expect(failure(source).message).toBe(
        `${file}:1:1: The file has no front matter.\n  Begin it with a line "---", then "key: value" lines, then another line "---".`,
      );
    }
  });

  it('places a missing key at the start of the front matter', () => {
    expect(failure('---\ncount: 1\n---\n').message).toBe(
      `${file}:2:1: The key "title" is missing.\n  Add "title:" with its value.`,
    );
    expect(failure('---\n---\n').place).toEqual({ file, line: 2, column: 1 });
  });

  it('places a nested missing key at the map that lacks it', () => {
    expect(failure('---\ntitle: a\ngenerated:\n  {}\n---\n').message).toContain(
      `${file}:4:3: The key "generated.length" is missing.`,
    );
  });

  it('places an unknown key where it is written, and guesses what was meant', () => {
    expect(failure('---\ntitle: a\ncoumt: 1\n---\n').message).toBe(
      `${file}:3:1: Unknown key "coumt".\n  Did you mean "count"? Known: title, count, generated.`,
    );
    expect(failure('---\ntitle: a\ngenerated: { length: 3, size: 2 }\n---\n').message).toBe(
      `${file}:3:25: Unknown key "size".\n  Known: length.`,
    );
  });

  it('places a wrong value where it is written, its column counted in code points', () => {
    expect(failure('---\ntitle: "🐇"\ncount: many\n---\n').place).toEqual({ file, line: 3, column: 8 });
    expect(failure('---\n{ title: "🐇🐇", count: many }\n---\n').place).toEqual({ file, line: 2, column: 23 });
    expect(failure('---\ntitle: a\ncount: many\n---\n').what).toBe(
      '"count": Invalid input: expected number, received string.',
    );
  });

  it('places broken YAML and a key given twice', () => {
    expect(failure('---\ntitle: [a\n---\n').place.line).toBeGreaterThanOrEqual(2);
    const twice = failure('---\ntitle: a\ntitle: b\n---\n');
    expect(twice.place).toEqual({ file, line: 3, column: 1 });
    expect(twice.what).toContain('unique');
  });

  it('places a key given twice in quotation marks or deeper down, and takes the same key in two maps', () => {
    expect(failure('---\ntitle: a\n"title": b\n---\n').place).toEqual({ file, line: 3, column: 1 });
    expect(failure('---\ntitle: { a: 1, b: 2, a: 3 }\n---\n').place).toEqual({ file, line: 2, column: 22 });
    expect(failure('---\ntitle: { a: { a: 1 } }\ncount: 1\n---\n').what).not.toContain('unique');
  });

  it('refuses more aliases than a person writes, at the first that is too many', () => {
    const text = `---\na: &a 1\n${Array.from({ length: 101 }, (_, k) => `k${k}: *a\n`).join('')}---\n`;
    const { what, place } = failure(text);
    expect(what).toBe('It has more than 100 aliases.');
    expect(place).toEqual({ file, line: 103, column: 7 });
  });

  it('takes work in proportion to the number of keys, with anchors or without', () => {
    const cost = (count: number) => {
      const text = `---\n${Array.from({ length: count }, (_, k) => `k${k}: &a${k} 1\n`).join('')}---\n`;
      const runs = Array.from({ length: 3 }, () => {
        const start = process.cpuUsage();
        failure(text);
        return process.cpuUsage(start).user;
      });
      return Math.min(...runs);
    };
    cost(500);
    // Sixteen times as many: a square would take 256 times as long.
    expect(cost(8000) / cost(500)).toBeLessThan(80);
  });

  it('says so when the front matter is not a map', () => {
    expect(failure('---\n- a\n---\n').place).toEqual({ file, line: 2, column: 1 });
  });

  it('reads or refuses whatever stands between the hyphens, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      'title',
      'count',
      'generated',
      ': ',
      '\n',
      '  ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      '&a ',
      '*a',
      '<<',
      '!!map ',
      '| ',
      '#',
      '1',
      '~',
      '🐇',
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 14 }), (pieces) => {
        const source = `---\n${pieces.join('')}\n---\n`;
        try {
          expect(typeof parseFrontMatter(source, file, schema).data.title).toBe('string');
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.place.line).toBeGreaterThanOrEqual(1);
          expect(error.place.line).toBeLessThanOrEqual(source.split('\n').length);
          expect(error.place.column).toBeGreaterThanOrEqual(1);
          refused += 1;
        }
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it('refuses aliases that multiply without end', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(12)}]\nc: &c [${'*b,'.repeat(12)}]\nd: [${'*c,'.repeat(12)}]\n`;
    expect(failure(`---\n${bomb}---\n`).what).toContain('alias');
  });
});
