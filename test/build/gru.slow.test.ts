import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildGallery } from '../../pipeline/build/gallery.ts';
import { type Gallery, gallerySchema } from '../../pipeline/contract/index.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { cellariumOutput } from '../fixtures/build/command.ts';
import { GALLERY, writeContent } from '../fixtures/build/content.ts';
import { prose } from '../fixtures/build/prose.ts';
import { writeTextGru } from '../fixtures/gru/text-model.ts';

const home = mkdtempSync(join(tmpdir(), 'cellarium-gru-gallery-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const UNITS = 3;
/** An imported model says nothing of how its text was prepared; the corpus does. */
const PREPARED = ['--prepare', 'line-breaks,collapse-spaces,typographic-quotes'];

describe('a gallery of an imported network of GRU cells', () => {
  let gallery: Gallery;
  let folder: string;
  let content: string;

  beforeAll(async () => {
    content = writeContent(home);
    rmSync(join(content, 'models', 'tiny'), { recursive: true });
    // Too short to hold any of it out, which spares what windows of it tell.
    const text = prose(3000);
    writeFileSync(join(content, 'corpora', 'text.txt'), text);
    const { model, vocabulary } = writeTextGru(home, text, UNITS);
    const options = ['--as', 'tiny', '--vocabulary', vocabulary, '--content', content];
    const printed = await cellariumOutput('import', model, ...options);
    expect(printed).toContain('GRU, which resets after the product with the recurrent kernel');
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const engine = await chooseEngine({ threads: 1 });
    const build = { id: GALLERY, content, engine, threads: 1, folder: join(home, 'cache') };
    folder = (await buildGallery(build)).output;
    print.mockRestore();
    gallery = gallerySchema.parse(JSON.parse(readFileSync(join(folder, 'gallery.json'), 'utf8')));
  }, 240_000);

  it('has the signals, the cells and the weights of its network', () => {
    const { signals, layers, model, live } = gallery;
    expect(signals).toEqual(['r', 'z', 'n', 'h']);
    expect(layers).toEqual([UNITS]);
    expect(model!.cell).toEqual({ kind: 'gru', resetsAfter: true });
    const kernel = model!.tensors.find(({ name }) => name === 'layer1.recurrent_bias')!;
    expect(kernel.gates.map(({ gate, from, to }) => [gate, from, to])).toEqual([
      ['r', 0, 3],
      ['z', 3, 6],
      ['n', 6, 9],
    ]);
    expect(live).toBeNull();
    expect(gallery.generated!.text.length).toBeGreaterThan(100);
  });

  it('has the loss that evaluate prints, on the same text', async () => {
    const text = join(content, 'corpora', 'text.txt');
    const printed = await cellariumOutput(
      'evaluate',
      'tiny',
      '--content',
      content,
      ...PREPARED,
      '--text',
      text,
      '--json',
    );
    const { nats } = JSON.parse(printed);
    expect(gallery.model!.loss!.train).toBeCloseTo(nats, 4);
  });

  it('measures what its cells do, and nothing that rests on the memory of an LSTM', () => {
    const cell = readFileSync(join(folder, 'cells.json'), 'utf8');
    expect(JSON.parse(cell).cells).toHaveLength(UNITS);
    expect(Object.keys(gallery.evidence)).toContain('reach');
    for (const part of ['ablation', 'interchange']) expect(Object.keys(gallery.evidence)).not.toContain(part);
  });
});
