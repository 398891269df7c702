import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile, hashTree } from '../../pipeline/files/hash.ts';
import { cellarium, type Ended } from '../fixtures/build/command.ts';
import { GALLERY, HYPOTHESES } from '../fixtures/build/content.ts';
import { GALLERY_STAGES, SITE_STAGES, stagesIn } from '../fixtures/build/stages.ts';
import { trainedGallery, type Workplace } from '../fixtures/build/trained.ts';

let workplace: Workplace;
let first: Ended;

const place = (...parts: string[]) => join(workplace.home, ...parts);

function build(): Promise<Ended> {
  const folders = ['--content', workplace.content, '--data', place('data'), '--out', place('dist')];
  const environment = { CELLARIUM_CACHE: place('cache') };
  return cellarium(['build', GALLERY, ...folders, '--threads', '1'], { environment });
}

const standing = () => [hashTree(place('data')), hashTree(place('dist'))];

beforeAll(async () => {
  workplace = await trainedGallery();
  first = await build();
});
afterAll(() => workplace.remove());

describe('cellarium build', () => {
  it('runs every stage and draws the site, in which no text of the corpus is markup', () => {
    expect(first).toMatchObject({ status: 0 });
    expect(stagesIn(first.stdout)).toEqual({ run: [...GALLERY_STAGES, ...SITE_STAGES], reused: [] });
    const pages = readdirSync(place('dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.html'),
    );
    expect(pages).toEqual(expect.arrayContaining(['index.html', `${GALLERY}/index.html`]));
    for (const page of pages) expect(readFileSync(place('dist', page), 'utf8')).not.toContain('<script>alert(1)');
    expect(hashTree(place('dist', 'data', GALLERY))).toBe(hashTree(place('data', GALLERY)));
  });

  it('reuses everything when nothing has changed, and draws the site alone when only prose has', async () => {
    const before = standing();
    expect(stagesIn((await build()).stdout)).toEqual({ run: [], reused: [...GALLERY_STAGES, ...SITE_STAGES] });
    expect(standing()).toEqual(before);
    const hypothesis = join(workplace.content, 'hypotheses', `${HYPOTHESES[0]}.md`);
    appendFileSync(hypothesis, '\nA sentence that was not there.\n');
    expect(stagesIn((await build()).stdout)).toEqual({ run: SITE_STAGES, reused: GALLERY_STAGES });
    const pages = readdirSync(place('dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.html'),
    );
    expect(
      pages.some((page) => readFileSync(place('dist', page), 'utf8').includes('A sentence that was not there.')),
    ).toBe(true);
  });
});

/** Changes the weights' bytes, and the card's hash of them with it, so that the bytes themselves must be looked at. */
function tamper(change: (bytes: Buffer) => Buffer): void {
  const weights = join(workplace.content, 'models', 'tiny', 'model.safetensors');
  const card = join(workplace.content, 'models', 'tiny', 'card.md');
  const before = hashFile(weights);
  writeFileSync(weights, change(readFileSync(weights)));
  writeFileSync(card, readFileSync(card, 'utf8').replace(before, hashFile(weights)));
}

function edit(path: string, from: string | RegExp, to: string): void {
  const file = join(workplace.content, path);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
}

const faults: [title: string, fault: () => void, says: (string | RegExp)[]][] = [
  [
    'weights that are not those of the card',
    () => edit('models/tiny/card.md', /sha256: \w{8}/, 'sha256: 00000000'),
    ['models/tiny/card.md: The card belongs to weights with SHA-256 00000000', 'models/tiny/model.safetensors has'],
  ],
  [
    'a card whose layers are not those of the weights',
    () => edit('models/tiny/card.md', /- 6\n {4}- 5/, '- 6\n    - 4'),
    [
      'models/tiny/model.safetensors, tensor "layer2.kernel": It has the shape [6, 20]',
      '[6, 16]',
      'models/tiny/card.md',
    ],
  ],
  [
    'a weight that is not a number',
    () =>
      tamper((bytes) => {
        bytes.writeFloatLE(Number.NaN, bytes.length - 4);
        return bytes;
      }),
    [/models\/tiny\/model\.safetensors, tensor "[\w.]+": .*(NaN|not finite)/],
  ],
  [
    'weights that are cut off',
    () => tamper((bytes) => bytes.subarray(0, bytes.length - 100)),
    [/models\/tiny\/model\.safetensors, tensor "dense\.bias": It ends at byte \d+ of \d+: the file is cut off/],
  ],
  [
    'a hypothesis that there is not',
    () => edit(`galleries/${GALLERY}.md`, 'upper-case', 'uper-case'),
    [`galleries/${GALLERY}.md:6:`, 'there is no hypothesis "uper-case"', 'upper-case'],
  ],
  [
    'a pattern that is broken',
    () => edit('hypotheses/space.md', "pattern: ' '", "pattern: '('"),
    ['hypotheses/space.md:4:'],
  ],
  [
    'a character in the text that the model does not know',
    () => edit('corpora/text.txt', 'said the clerk.', 'said Ω, the clerk.'),
    [/text\.txt:1:\d+: The model does not know the character "Ω" \(U\+03A9\)/],
  ],
  [
    'a text that is not UTF-8',
    () => writeFileSync(join(workplace.content, 'corpora', 'text.txt'), Buffer.from([0x61, 0x0a, 0xff, 0x62])),
    ['corpora/text.txt:2:1', '0xFF'],
  ],
];

describe('cellarium build ends with 1, says where the fault is, and leaves data and site as they were, given', () => {
  it.each(faults)('%s', async (_, fault, says) => {
    const before = standing();
    const backup = place('backup');
    cpSync(workplace.content, backup, { recursive: true });
    try {
      fault();
      const { status, stderr } = await build();
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: /m);
      for (const part of says) expect(stderr).toMatch(part);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(standing()).toEqual(before);
    } finally {
      rmSync(workplace.content, { recursive: true });
      cpSync(backup, workplace.content, { recursive: true });
      rmSync(backup, { recursive: true });
    }
  });
});
