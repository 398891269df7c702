// A gallery of a text: what `gallery new --text` finds out of it, and what it makes of texts that nobody expects.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { labelCorpus, loadCorpus, loadTextDataset } from '../../../pipeline/content/corpora.ts';
import { cutBlocks } from '../../../pipeline/datasets/text/blocks.ts';
import { readText } from '../../../pipeline/files/files.ts';
import { temporaryFolder } from '../../temporary.ts';
import { run } from '../in-process.ts';

/** @param text of the file; @param name of the file */
async function begin(text: string | Uint8Array, options: readonly string[] = [], name = 'mine.txt') {
  const folder = temporaryFolder();
  const content = join(folder, 'content');
  writeFileSync(join(folder, name), text);
  const finished = await run(
    ...['gallery', 'new', 'mine', '--text', join(folder, name), '--content', content],
    ...options,
  );
  const made = existsSync(join(content, 'corpora'));
  return { ...finished, made, content, corpus: () => loadCorpus(content, 'mine') };
}

const C =
  "static int depth(const char *text)\n{\n  int level = 0;\n\n  if (text[0] == '\"') { level++; }\n  return node->level;\n}\n";
const PYTHON =
  'def depth(text):\n    level = 0\n    for mark in text:\n        if mark == "(":\n            level += 1\n    return level\n\n';
const GERMAN = readText(fileURLToPath(new URL('../../../content/corpora/village.txt', import.meta.url))).slice(
  0,
  30_000,
);

describe('cellarium gallery new --text', () => {
  it('leaves source code as it is, and sees which language it is in', async () => {
    const c = await begin(C.repeat(200));
    expect(c.stdout).toContain('language: c, a programming language, for ');
    expect(c.stdout).toContain('50% of its lines are indented');
    expect(c.corpus()).toMatchObject({ text: C.repeat(200), language: { kind: 'programming', name: 'c' } });
    const python = await begin(PYTHON.repeat(200));
    expect(python.corpus()).toMatchObject({ text: PYTHON.repeat(200), language: { name: 'python' } });
    const named = await begin('x '.repeat(9000), [], 'program.rs');
    expect(named.stdout).toContain("language: rust, a programming language, for its file's name ends in .rs;");
  });

  it('tells the language of prose and its quotation marks, and changes nothing in it', async () => {
    const { stdout, corpus } = await begin(GERMAN);
    expect(stdout).toContain('language: de (German), by its letters; if that is wrong, give --language');
    expect(stdout).toMatch(/quotation marks: [\d,]+ „ [\d,]+ “/);
    expect(stdout).not.toContain('changed:');
    expect(corpus()).toMatchObject({
      text: GERMAN,
      preparation: ['line-breaks'],
      language: { kind: 'natural', name: 'de' },
    });
  });

  it('does as it is told, and says what was changed', async () => {
    const text = `"Oh!"  she said.\r\n`.repeat(1000);
    const told = ['--prepare', 'typographic-quotes,line-breaks', '--language', 'EN-gb'];
    const { stdout, corpus } = await begin(text, told);
    expect(stdout).toContain('language: en-GB (British English), as you say');
    expect(stdout).toContain('3,000 characters of 18,000 changed: 1,000 by line-breaks, 2,000 by typographic-quotes');
    expect(corpus()).toMatchObject({ text: '“Oh!”  she said.\n'.repeat(1000), language: { name: 'en-GB' } });
    const none = await begin(text, ['--prepare', 'none', '--programming-language', 'C']);
    expect(none.corpus()).toMatchObject({ text, preparation: [], language: { kind: 'programming', name: 'c' } });
  });

  it('keeps a file in its encoding, and declares which', async () => {
    const latin = Buffer.from('Stra\xdfe f\xfcr Stra\xdfe.\n\n'.repeat(1000), 'latin1');
    const refused = await begin(latin);
    expect(refused.stderr).toContain('--encoding windows-1252');
    expect(refused.made).toBe(false);
    const { corpus } = await begin(latin, ['--encoding', 'windows-1252']);
    expect(corpus().text).toBe('Straße für Straße.\n\n'.repeat(1000));
  });

  it.each<[title: string, text: string, options: string[], says: RegExp]>([
    [
      'a step that there is not',
      GERMAN,
      ['--prepare', 'tidy'],
      /There is no step "tidy" of preparation\.\n {2}Known: line-breaks/,
    ],
    ['what is no language tag', GERMAN, ['--language', 'german language'], /"german language" is no language tag\./],
    [
      'two kinds of language',
      GERMAN,
      ['--language', 'de', '--programming-language', 'c'],
      /cannot be used with option '--language/,
    ],
    ['a text of nothing', '', [], /mine\.txt: The text is empty/],
    ['a text of one character', 'x', [], /mine\.txt: The text is too short to train on/],
    ['a text of one word', 'word', [], /mine\.txt: The text is too short to train on/],
  ])('refuses %s in a sentence, and writes nothing', async (_, text, options, says) => {
    const { status, stderr, made } = await begin(text, options);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(says);
    expect(made).toBe(false);
  });

  it.each<[title: string, text: string, says: RegExp]>([
    ['one line of a megabyte', 'word and word '.repeat(75_000), /text: 1,050,000 characters of 7 kinds, 1 line;/],
    ['one word of 20,000 letters', 'x'.repeat(20_000), /of 1 kind, 1 line/],
    [
      '5,000 different characters',
      Array.from({ length: 20_000 }, (_, k) => String.fromCodePoint(0x4e00 + (k % 5000))).join(''),
      /of 5,000 kinds.*Han/,
    ],
    ['a text from right to left', 'אמר לה: ״בואי״, והיא באה.\n'.repeat(800), /100% of its letters are Hebrew/],
    ['combining marks and emoji', 'e\u0301te\u0301 👩‍👧 🐇\n'.repeat(1500), /text: 18,000 characters of 9 kinds/],
    ['no letters', '12 + 34 = 46\n'.repeat(1500), /language: not known, for it has too few letters to tell/],
  ])('takes %s as it is, cuts it into blocks and labels it', async (_, text, says) => {
    const { status, stderr, stdout, corpus, content } = await begin(text);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(says);
    const read = corpus().text;
    expect(read).toBe(text);
    const blocks = cutBlocks(toCharacters(read));
    expect(blocks.length).toBeGreaterThan(9);
    expect(blocks.at(-1)!.end).toBe(toCharacters(text).length);
    const { labels } = labelCorpus(content, loadTextDataset(content, 'mine'), 'all');
    expect(labels.length).toBeGreaterThan(0);
    expect(new Set(labels.map(({ values }) => values.length))).toEqual(new Set([toCharacters(text).length]));
  });

  it('takes a language of which nothing is known, and says so', async () => {
    const { stdout, corpus } = await begin(GERMAN, ['--language', 'xyz']);
    expect(stdout).toContain("language: xyz (of which Unicode's data know nothing), as you say");
    expect(corpus().language).toEqual({ kind: 'natural', name: 'xyz' });
  });
});
