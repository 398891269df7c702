import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { newActivationsGallery, newTextGallery } from '../../../pipeline/cli/verbs/gallery-new.ts';
import { loadGallery } from '../../../pipeline/content/content.ts';
import { loadCorpus } from '../../../pipeline/content/corpora.ts';
import { loadYaml } from '../../../pipeline/content/files.ts';
import { scoresSchema } from '../../../pipeline/contract/index.ts';
import { requireBlocks } from '../../../pipeline/datasets/blocks.ts';
import { cutBlocks } from '../../../pipeline/datasets/text/blocks.ts';
import { text as textKind } from '../../../pipeline/datasets/text/kind.ts';
import { orientedValue } from '../../../pipeline/statistics/strength.ts';
import { configurationSchema, startingConfiguration } from '../../../pipeline/training/configuration.ts';
import { NAMES, tensorOf, writeMade } from '../../fixtures/activations/made.ts';
import { cellarium, cellariumOutput } from '../../fixtures/build/command.ts';
import { GALLERY, HYPOTHESES } from '../../fixtures/build/content.ts';
import { prose } from '../../fixtures/build/prose.ts';
import { trainedGallery, type Workplace } from '../../fixtures/build/trained.ts';
import { inputErrorOf, temporaryFolder } from '../../temporary.ts';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await trainedGallery();
});
afterAll(() => workplace.remove());

const withContent = (...args: string[]) => [...args, '--content', workplace.content];
const place = (name: string) => join(workplace.home, name);

async function scoresOf(...args: string[]) {
  return scoresSchema.parse(JSON.parse(await cellariumOutput(...withContent('score', ...args, '--json'))));
}

describe('cellarium score of a file', () => {
  it('ranks the unit that is the label first, and never calls noise anything, on a text of 1,000 characters', async () => {
    const text = Array.from(prose(1200)).slice(0, 1000).join('');
    writeMade(place('short.safetensors'), text);
    const { format, evaluatedOn, scores } = await scoresOf(place('short.safetensors'));
    expect({ format, evaluatedOn }).toEqual({ format: 2, evaluatedOn: 'all' });
    expect(scores[0]).toMatchObject({
      cell: '1-1',
      name: 'the space',
      hypothesis: 'space',
      signal: 'h',
      alignment: 'reading',
      direction: 1,
      auroc: 1,
      averagePrecision: 1,
      f1: 1,
      untrained: null,
    });
    expect(scores[0]!.baseRate).toBeCloseTo(
      Array.from(text).filter((character) => character === ' ').length / 1000,
      10,
    );
    const opposite = scores.find(({ name, hypothesis }) => name === NAMES[2] && hypothesis === 'space')!;
    expect(opposite).toMatchObject({ cell: '1-2', auroc: 0, direction: -1, alignment: 'reading' });
    const noise = scores.filter(({ name, baseRate }) => name!.includes('noise') && (baseRate ?? 0) > 0.1);
    expect(noise.length).toBeGreaterThan(2);
    for (const score of noise) expect(orientedValue(score)).toBeLessThan(0.65);
  });

  it('gives what the gallery of the same network over the same text gives, but for its twin', async () => {
    const gallery = await scoresOf(GALLERY, '--threads', '1');
    const text = join(workplace.content, 'corpora', 'text.txt');
    await cellariumOutput(...withContent('trace', 'tiny', text, '--out', place('trace.safetensors'), '--threads', '1'));
    const file = await scoresOf(place('trace.safetensors'), '--hypotheses', HYPOTHESES.join(','));
    expect(gallery.scores.length).toBeGreaterThan(20);
    expect(file.scores).toEqual(gallery.scores.map((score) => ({ ...score, untrained: null })));
    expect(file.evaluatedOn).toBe('held-out');
    expect(await scoresOf('tiny', '--threads', '1', '--hypotheses', 'space')).toMatchObject({
      scores: gallery.scores.filter(({ hypothesis }) => hypothesis === 'space').map(({ cell }) => ({ cell })),
    });
  });

  it('reads straight quotation marks as typographic ones', async () => {
    const text = '"Where are you?" said the cat, and "Here," said the clerk, as it was getting late. '.repeat(12);
    const spoken = Array.from(text, () => 0);
    for (const { index, 0: match } of text.matchAll(/"[^"]*"/g)) spoken.fill(1, index, index + match.length);
    const unit = (_: string, position: number) => spoken[position]!;
    const options = { signals: { h: tensorOf(text, [unit]) }, metadata: { units: '["speech"]' } };
    writeMade(place('quotes.safetensors'), text, options);
    const { scores } = await scoresOf(place('quotes.safetensors'), '--hypotheses', 'inside-quotes');
    expect(scores[0]).toMatchObject({ name: 'speech', hypothesis: 'inside-quotes', spans: 24 });
    expect(scores[0]!.auroc).toBeGreaterThan(0.95);
  });

  it('ends with 1 and says which value is none, and which hypothesis there is not', async () => {
    writeMade(place('broken.safetensors'), 'Some text of no account.');
    const bytes = readFileSync(place('broken.safetensors'));
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    writeFileSync(place('broken.safetensors'), bytes);
    const { status, stderr } = await cellarium(withContent('score', place('broken.safetensors'), '--json'));
    expect(status).toBe(1);
    expect(stderr).toContain('tensor "h": The value of unit more noise at character 23 is NaN');
    const unknown = await cellarium(withContent('score', place('broken.safetensors'), '--hypotheses', 'spice'));
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain('There is no hypothesis "spice".\n  Did you mean "space"?');
    expect((await cellarium(withContent('score', 'nothing.safetensors'))).stderr).toContain('There is no gallery');
  });
});

describe('cellarium gallery new', () => {
  it('copies a file of activations, with the text beside it, and writes a gallery that refers to it', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'made.safetensors');
    writeMade(file, 'Not used.', {
      signals: { h: tensorOf('A short text.', [() => 1]) },
      metadata: { units: '["one"]' },
    });
    // The same file without its text: a header of the same length in which the key is another one.
    writeFileSync(file, readFileSync(file, 'latin1').replace('"text":', '"note":'), 'latin1');
    writeFileSync(join(folder, 'made.txt'), 'A short text.');
    await cellariumOutput(...withContent('gallery', 'new', 'made', '--activations', file, '--title', 'One: "unit"'));
    const gallery = loadGallery(workplace.content, 'made');
    expect(gallery).toMatchObject({ title: 'One: "unit"', summary: '1 unit over 13 characters, computed elsewhere.' });
    const copy = join(workplace.content, 'activations', 'made.safetensors');
    expect(gallery).toMatchObject({ activations: copy, hypotheses: 'all' });
    expect(readFileSync(copy)).toEqual(readFileSync(file));
    expect(readFileSync(copy.replace('.safetensors', '.txt'), 'utf8')).toBe('A short text.');
  });

  it('refers to the file where it lies when it is asked to', async () => {
    writeMade(place('linked.safetensors'), 'Some text of no account.');
    const file = place('linked.safetensors');
    await cellariumOutput(...withContent('gallery', 'new', 'linked', '--activations', file, '--link'));
    expect(loadGallery(workplace.content, 'linked')).toMatchObject({ activations: file });
    expect(existsSync(join(workplace.content, 'activations', 'linked.safetensors'))).toBe(false);
  });

  it('begins a text with what it takes to train on it', async () => {
    const content = join(temporaryFolder(), 'content');
    mkdirSync(join(content, 'hypotheses'), { recursive: true });
    const text = join(content, '..', 'mine.txt');
    writeFileSync(text, prose(16_000));
    const printed = await cellariumOutput('gallery', 'new', 'my-text', '--text', text, '--content', content);
    expect(printed).toContain('npx cellarium train my-text');
    expect(loadGallery(content, 'my-text')).toMatchObject({
      ...{ title: 'My text', model: 'my-text', dataset: { kind: 'text', id: 'my-text' } },
    });
    const configuration = loadYaml(join(content, 'models', 'my-text', 'training.yaml'), configurationSchema);
    expect(configuration).toMatchObject({ corpus: 'my-text', units: [64, 64] });
    const corpus = loadCorpus(content, configuration.corpus!);
    expect(corpus.text).toBe(prose(16_000));
    expect(() => requireBlocks(cutBlocks(toCharacters(corpus.text)), text, textKind)).not.toThrow();
  });

  it('has numbers for a text of any length', () => {
    for (const length of [15_000, 50_000, 143_506, 1_000_000, 20_000_000]) {
      const path = join(temporaryFolder(), 'training.yaml');
      writeFileSync(path, startingConfiguration('mine', length));
      const { streams, steps, epochs } = loadYaml(path, configurationSchema);
      const stepsPerEpoch = (0.8 * length) / (streams * steps);
      expect(stepsPerEpoch).toBeGreaterThanOrEqual(30);
      expect(stepsPerEpoch * epochs).toBeGreaterThan(1000);
    }
  });

  const activations = (id: string, file: string) =>
    newActivationsGallery({ content: workplace.content, id, activations: place(file), link: false });
  const text = async (id: string, file: string) =>
    newTextGallery({ content: workplace.content, id, text: place(file) });
  const refusals: [title: string, begin: () => Promise<void>, says: RegExp][] = [
    ['an id that is taken', () => activations('linked', 'linked.safetensors'), /linked\.md: It is there already/],
    ['an id that is no part of an address', () => text('My_text', 'x'), /"My_text" cannot be part of a page's address/],
    ['a text too short to train on', () => text('tale', 'tale.txt'), /tale\.txt: The text is too short to train on/],
    [
      'a file that is none',
      () => activations('tale', 'tale.txt'),
      /tale\.txt: It holds no activations in a format that is known/,
    ],
    [
      'more than fits into memory',
      () => activations('wide', 'wide.safetensors'),
      /It has 9000 units with 1 signal each/,
    ],
    ['a value that is none', () => activations('tale', 'broken.safetensors'), /The value of unit more noise .* is NaN/],
  ];
  it.each(refusals)('refuses %s, and writes nothing', async (_, begin, says) => {
    writeFileSync(place('tale.txt'), 'Once upon a time. ');
    const wide = {
      signals: { h: { shape: [4, 9000], data: new Float32Array(36_000) } },
      metadata: { units: JSON.stringify([...Array(9000).keys()].map(String)) },
    };
    writeMade(place('wide.safetensors'), 'Wide', wide);
    const before = readdirSync(workplace.content, { recursive: true }).sort();
    expect((await inputErrorOf(begin())).message).toMatch(says);
    expect(readdirSync(workplace.content, { recursive: true }).sort()).toEqual(before);
  });

  it('wants to know what it shows, one of the two', async () => {
    const neither = await cellarium(withContent('gallery', 'new', 'tale'));
    expect(neither).toMatchObject({ status: 2 });
    expect(neither.stderr).toContain('--activations <file> or --text <file>');
    const both = await cellarium(withContent('gallery', 'new', 'tale', '--text', 'a', '--link'));
    expect(both).toMatchObject({ status: 2 });
  });

  it('leaves no new file behind where one of them cannot be written', async () => {
    const content = join(temporaryFolder(), 'content');
    mkdirSync(content);
    writeFileSync(join(content, 'galleries'), 'a file in the place of the folder');
    const begin = () =>
      newActivationsGallery({ content, id: 'mine', activations: place('linked.safetensors'), link: false });
    expect((await inputErrorOf(begin())).message).toContain('galleries');
    expect(readdirSync(content, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('mine'))).toEqual(
      [],
    );
  });
});
