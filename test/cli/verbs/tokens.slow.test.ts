// Models that read tokens, from a file of another framework to scores.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildGallery } from '../../../pipeline/build/gallery.ts';
import { loadCorpus } from '../../../pipeline/content/corpora.ts';
import { gallerySchema, scoresSchema } from '../../../pipeline/contract/index.ts';
import { chooseEngine } from '../../../pipeline/engines/index.ts';
import { readSafetensors, writeSafetensors } from '../../../pipeline/files/safetensors.ts';
import { readCard } from '../../../pipeline/models/formats/own/card.ts';
import { TEXT, TRAINING, writeContent } from '../../fixtures/build/content.ts';
import { cellOf, sampleOf, valuesOf } from '../../fixtures/site/read-gallery.ts';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const MODEL = 'test/fixtures/keras/keras3-characters.h5';

/** What Keras gives for the numbers that it was given. */
interface Case {
  readonly file: string;
  readonly input: readonly number[];
  readonly output: readonly (readonly number[])[];
  readonly signals: readonly Readonly<Record<string, readonly (readonly number[])[]>>[];
}
const keras = (
  JSON.parse(readFileSync('test/fixtures/keras/keras3.json', 'utf8')) as { cases: readonly Case[] }
).cases.find(({ file }) => file === 'keras3-characters.h5')!;
const TOKENS = ['<unk>', 'one', 'two', 'three', 'four', 'five', 'six'];

/** A text whose tokens have the numbers that Keras was given, with a folder to work in. */
function example() {
  const folder = temporaryFolder();
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    folder,
    write,
    text: write('text.txt', keras.input.map((id) => TOKENS[id]).join(' ')),
    tokenizer: write('tokens.txt', `${TOKENS.join('\n')}\n`),
  };
}

describe('a model of tokens that Keras saved', () => {
  it('reads tokens as Keras reads their numbers, and has the loss that its output gives them', async () => {
    const { text, tokenizer } = example();
    const inspected = JSON.parse(
      await output('inspect', MODEL, '--tokenizer', tokenizer, '--text-file', text, '--json'),
    );
    expect(JSON.stringify(inspected)).toContain('"four"');
    const { nats, natsPerCharacter, tokens, unknown, assumed } = JSON.parse(
      await output('evaluate', MODEL, '--tokenizer', tokenizer, '--text', text, '--json'),
    );
    const losses = keras.input.slice(1).map((id, t) => -Math.log(keras.output[t]![id]!));
    const sum = losses.reduce((total, loss) => total + loss, 0);
    expect(nats).toBeCloseTo(sum / losses.length, 4);
    // From the second token on.
    const characters = keras.input.map((id) => TOKENS[id]).join(' ').length - TOKENS[keras.input[0]!]!.length - 1;
    expect(natsPerCharacter).toBeCloseTo(sum / characters, 4);
    expect({ tokens, unknown }).toEqual({ tokens: keras.input.length, unknown: 0 });
    expect(assumed.join(' ')).toMatch(/A list says nothing of how a text is cut/);
  });

  it('is read as PyTorch reads it, where that saved it', async () => {
    const { write } = example();
    const cases = JSON.parse(readFileSync('test/fixtures/pytorch/cases.json', 'utf8')) as (Case & { name: string })[];
    const { input, output: predicted } = cases.find(({ name }) => name === 'characters')!;
    const names = ['zero', 'one', 'two', 'three', 'four'];
    const { nats } = JSON.parse(
      await output(
        ...['evaluate', 'test/fixtures/pytorch/characters.safetensors', '--json', '--output-activation', 'softmax'],
        ...['--tokenizer', write('five.txt', names.join('\n'))],
        ...['--text', write('numbers.txt', input.map((id) => names[id]).join(' '))],
      ),
    );
    const losses = input.slice(1).map((id, t) => -Math.log(predicted[t]![id]!));
    expect(nats).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 5);
  });

  it('says which words it does not know, and writes whole words', async () => {
    const { write, tokenizer } = example();
    const strange = write('strange.txt', 'one zebra two');
    const said = await output('evaluate', MODEL, '--tokenizer', tokenizer, '--text', strange);
    expect(said).toContain('Of 3 tokens 1 is unknown to the tokeniser and read as <unk>.');
    expect(said).toContain('nats a character');
    const skipped = await run('evaluate', MODEL, '--tokenizer', tokenizer, '--text', strange, '--skip-unknown');
    expect(skipped.stderr).toContain('what is unknown is counted');
    const written = await run(
      ...['generate', MODEL, '--tokenizer', tokenizer, '--seed-text', 'one zebra', '--length', '20', '--seed', '7'],
    );
    expect(written.status).toBe(0);
    expect(written.stdout).toMatch(/^one zebra( (<unk>|one|two|three|four|five|six)){20}\n$/);
    expect(written.stderr).toContain('Of 2 tokens 1 is unknown to the tokeniser and read as <unk>.');
    expect(written.stderr.replace(/\s+/g, ' ')).toContain('spaces are put where English prints them');
    // What it writes first is what Keras finds likeliest after the same token.
    const [first] = keras.input;
    const likeliest = TOKENS[keras.output[0]!.indexOf(Math.max(...keras.output[0]!))];
    const greedy = await output(
      ...['generate', MODEL, '--tokenizer', tokenizer, '--seed-text', TOKENS[first!]!, '--length', '1', '--greedy'],
    );
    expect(greedy).toBe(`${TOKENS[first!]} ${likeliest}\n`);
  });

  it('is imported with its tokeniser, which is proved by its hash', async () => {
    const { folder, text, tokenizer } = example();
    const content = join(folder, 'content');
    const printed = await output('import', MODEL, '--as', 'numbers', '--tokenizer', tokenizer, '--content', content);
    expect(printed).toContain('tokens, 7 different ones: words and marks, in lower case');
    const home = join(content, 'models', 'numbers');
    expect(readCard(home)).toMatchObject({ vocabulary: [], tokeniser: { file: 'tokenizer.txt' } });
    const memory = JSON.parse(
      await output('memory', 'numbers', '--text-file', text, '--lags', '1', '--json', '--content', content),
    );
    expect(memory.assumed.join(' ')).toMatch(/A list says nothing/);
    const trace = join(folder, 'trace.safetensors');
    await output('trace', 'numbers', text, '--out', trace, '--content', content);
    const { tensors, metadata } = readSafetensors(trace);
    expect(JSON.parse(metadata.spans!).slice(0, 2)).toEqual([
      [0, 3],
      [4, 8],
    ]);
    const { shape, data } = tensors.get('h')!;
    expect(shape).toEqual([keras.input.length, keras.signals.flatMap(({ h }) => h![0]!).length]);
    keras.input.forEach((_, t) => {
      keras.signals
        .flatMap(({ h }) => h![t]!)
        .forEach((value, unit) => {
          expect(data[t * shape[1]! + unit]).toBeCloseTo(value, 5);
        });
    });
    const exported = join(folder, 'exported.safetensors');
    const told = await output('export', 'numbers', '--to', 'safetensors', '-o', exported, '--content', content);
    expect(told).toContain('The tokeniser is no part of the file');
    const again = ['evaluate', exported, '--tokenizer', tokenizer, '--text', text, '--json'];
    const own = ['evaluate', 'numbers', '--text', text, '--json', '--content', content];
    expect(JSON.parse(await output(...again)).nats).toBe(JSON.parse(await output(...own)).nats);
    writeFileSync(join(home, 'tokenizer.txt'), 'other\n');
    const { status, stderr } = await run('memory', 'numbers', '--text-file', text, '--content', content);
    expect(status).toBe(1);
    expect(stderr).toContain('The card belongs to a tokeniser with SHA-256');
  });

  it('counts the tokens that it writes and that spell nothing', async () => {
    const { write } = example();
    // The embedding has seven rows; the number 0 is Keras's for padding.
    const settings = { num_words: null, filters: '', lower: true, split: ' ', char_level: false, oov_token: null };
    const word_index = JSON.stringify(Object.fromEntries(TOKENS.slice(1).map((word, k) => [word, k + 1])));
    const file = write('keras.json', JSON.stringify({ class_name: 'Tokenizer', config: { ...settings, word_index } }));
    const { stdout, stderr } = await run(
      ...['generate', MODEL, '--tokenizer', file, '--seed-text', 'one', '--length', '60', '--temperature', '5'],
    );
    const words = stdout.trim().split(' ').length - 1;
    expect(words).toBeLessThan(60);
    expect(stderr.replace(/\s+/g, ' ')).toContain(`Of the 60 tokens that it wrote ${60 - words} spell nothing`);
  });

  it.each([
    ['too many', `${[...TOKENS, 'seven'].join('\n')}\n`, 'gives 8 different numbers, but the model reads 7'],
    ['twice the same', 'one\none\n', 'one of them twice'],
  ])('is refused with %s tokens, and nothing is written', async (_, list, message) => {
    const { folder, write } = example();
    const content = join(folder, 'content');
    const wrong = write('wrong.txt', list);
    const { status, stderr } = await run('import', MODEL, '--as', 'wrong', '--tokenizer', wrong, '--content', content);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(content) ? readdirSync(join(content, 'models')) : []).toEqual([]);
  });
});

describe('activations of tokens', () => {
  // Of one UTF-16 unit each, so that an index is a code point.
  const text = TEXT.replace(/[\u{10000}-\u{10ffff}]/gu, 'x').slice(0, 6000);
  const words = Array.from(text.matchAll(/\S+/gu));
  const spans = words.map(({ 0: word, index }) => [index, index + word.length]);

  function file(folder: string, given: readonly (readonly number[])[]): string {
    const path = join(folder, 'states.safetensors');
    const h = Float32Array.from(
      words.flatMap(({ 0: word }) => [/^\p{Lu}/u.test(word) ? 0.9 : -0.9, 0.1 * word.length]),
    );
    const tensors = new Map([['h', { shape: [words.length, 2], data: h }]]);
    writeSafetensors(path, { tensors, metadata: { text, spans: JSON.stringify(given) } });
    return path;
  }

  it('are scored by their spans: a unit that is the label of the token comes first', async () => {
    const path = file(temporaryFolder(), spans);
    const printed = await output('score', path, '--hypotheses', 'upper-case,space', '--json');
    const { scores } = scoresSchema.parse(JSON.parse(printed));
    expect(scores[0]).toMatchObject({ cell: '1-0', hypothesis: 'upper-case', auroc: 1, alignment: 'reading' });
    // Spaces stand between tokens.
    expect(scores.some(({ hypothesis }) => hypothesis === 'space')).toBe(false);
  });

  it.each([
    ['overlap', [[0, 3], [2, 5], ...spans.slice(2)], /overlaps the one before it/],
    ['outside the text', [...spans.slice(0, -1), [5990, 6002]], /lies outside the text of 6000 characters/],
    ['one too few', spans.slice(1), /There are \d+ spans of tokens, but \d+ rows/],
  ])('are refused where spans are wrong (%s), and nothing is written', async (_, wrong, message) => {
    const folder = temporaryFolder();
    const content = join(folder, 'content');
    const { status, stderr } = await run(
      ...['gallery', 'new', 'mine', '--activations', file(folder, wrong as number[][]), '--content', content],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(existsSync(content)).toBe(false);
  });
});

describe('the text of activations', () => {
  /** Rows of a text in a file of its own, with a unit that is on where something stands. */
  function states(folder: string, text: string, bytes: Uint8Array, isOn: RegExp) {
    const path = join(folder, 'states.safetensors');
    const characters = [...text];
    const data = Float32Array.from(characters.flatMap((one) => [isOn.test(one) ? 1 : -1, 0.1]));
    writeSafetensors(path, { tensors: new Map([['h', { shape: [characters.length, 2], data }]]), metadata: {} });
    writeFileSync(path.replace('.safetensors', '.txt'), bytes);
    return path;
  }

  it('is read in the encoding and prepared in the way that score is told, and what was changed is said', async () => {
    const line = 'Une fois, dit-elle, "la fête" était finie; "ça" durait.\r\n';
    const text = line.repeat(30);
    const path = states(temporaryFolder(), text, Buffer.from(text, 'latin1'), /é/);
    const wrong = await run('score', path);
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/--encoding windows-1252/);
    const told = ['--encoding', 'windows-1252', '--prepare', 'line-breaks,typographic-quotes', '--json'];
    const { remarks, scores } = scoresSchema.parse(JSON.parse(await output('score', path, ...told)));
    // Four marks and a carriage return in each line.
    expect(remarks!.join(' ')).toContain(
      'Of the text, 150 characters of 1,710 changed: line-breaks, typographic-quotes.',
    );
    expect(scores.length).toBeGreaterThan(0);
    const raw = scoresSchema.parse(
      JSON.parse(await output('score', path, '--encoding', 'windows-1252', '--raw', '--json')),
    );
    expect((raw.remarks ?? []).join(' ')).not.toContain('changed');
    const moving = await run('score', path, '--encoding', 'windows-1252', '--prepare', 'collapse-spaces');
    expect(moving.stderr).toContain('The step collapse-spaces leaves characters out');
    const unknown = await run('score', path, '--prepare', 'spaces');
    expect(unknown.stderr).toContain('There is no step "spaces" of preparation');
    const ofGallery = await run('score', 'alice', '--raw');
    expect(ofGallery.stderr).toContain('Leave out --text, --dataset, --prepare, --raw and --encoding');
  });
});

describe('a model of words that is trained here', () => {
  let home: string;
  let content: string;
  beforeAll(async () => {
    home = join('.cellarium', `test-words-${process.pid}`);
    mkdirSync(home, { recursive: true });
    const training = TRAINING.replace('units: [6, 5]', 'tokens: words\nvocabulary: 40\nembedding: 5\nunits: [6]')
      .replace('dropout: [0, 0]', 'dropout: [0]')
      .replace('recurrentDropout: [0, 0.1]', 'recurrentDropout: [0.1]');
    content = writeContent(home, training);
    await output('train', 'tiny', '--content', content, '--threads', '1');
  }, 120_000);

  it('has a card that names its tokeniser and its loss a token and a character', async () => {
    const card = readCard(join(content, 'models', 'tiny'));
    expect(card).toMatchObject({ vocabulary: [], tokeniser: { file: 'tokenizer.json' } });
    expect(card.architecture).toMatchObject({ inputs: 40, embedding: 5, units: [6], outputs: 40 });
    expect(card.body).toContain('| split | nats a token | perplexity | nats a character |');
    const text = join(home, 'held.txt');
    writeFileSync(text, TEXT.slice(0, 3000));
    const { nats } = JSON.parse(await output('evaluate', 'tiny', '--text', text, '--json', '--content', content));
    // It has learned which words are frequent: less than not knowing which of 40 comes.
    expect(nats).toBeLessThan(Math.log(40));
  });

  it('is scored on tokens', async () => {
    const gallery = join(content, 'galleries', 'small-fixture.md');
    const written = readFileSync(gallery, 'utf8').replace(/^generated:.*\n/m, '');
    writeFileSync(gallery, written.replace(/^hypotheses:.*$/m, 'hypotheses: [inside-quotes, space]'));
    const printed = await output('score', 'small-fixture', '--json', '--content', content);
    const { scores } = scoresSchema.parse(JSON.parse(printed));
    const scored = new Set(scores.map(({ hypothesis }) => hypothesis));
    expect(scored.has('inside-quotes')).toBe(true);
    expect(scored.has('space')).toBe(false);
    expect(new Set(scores.map(({ cell }) => cell)).size).toBe(6);
  });

  it('has pages that draw each token whole, and a network for the browser', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const engine = await chooseEngine({ threads: 1 });
    const folder = join(home, 'cache');
    const built = await buildGallery({ id: 'small-fixture', content, engine, threads: 1, folder });
    print.mockRestore();
    const gallery = gallerySchema.parse(JSON.parse(readFileSync(join(built.output, 'gallery.json'), 'utf8')));
    expect(gallery.dataset).toMatchObject({ kind: 'tokens', ofCharacters: false, words: { loss: 'nats a token' } });
    expect(gallery.model!.tokens).toMatchObject({ unknown: 0, cutting: { kind: 'words', lower: false } });
    expect(gallery.live).not.toBeNull();
    expect(gallery.book).toBeNull();
    const length = [...gallery.heldOut.text].length;
    for (const signal of ['h', 'c'] as const) expect(sampleOf(built.output, '1-0', signal)).toHaveLength(length);
    expect(gallery.heldOut.pieces.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(length);

    const cell = cellOf(built.output, '1-0');
    expect(cell.alignment).toBe('reading');
    const values = valuesOf(cell);
    expect(values).toHaveLength(6 * cell.characters);
    const whole = [...loadCorpus(content, 'lexicon').text];
    for (const { text, offset, start, tokens } of cell.excerpts) {
      expect(tokens!.lengths.reduce((sum, one) => sum + one, 0)).toBe([...text].length);
      expect(whole.slice(start!, start! + [...text].length).join('')).toBe(text);
      let at = offset;
      for (const width of tokens!.lengths) {
        expect(new Set(values.subarray(at, at + width)).size).toBeLessThanOrEqual(1);
        at += width;
      }
    }
  }, 240_000);
});
