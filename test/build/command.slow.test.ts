import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceTask } from '../../pipeline/build/evidence-process.ts';
import type { GalleryTask } from '../../pipeline/build/gallery-process.ts';
import { type Manifest, readManifest } from '../../pipeline/build/manifest.ts';
import { startProcess } from '../../pipeline/build/processes.ts';
import type { StageResult } from '../../pipeline/build/stage.ts';
import type { ControlsTask } from '../../pipeline/build/stages/twin.ts';
import { type Gallery, gallerySchema } from '../../pipeline/contract/index.ts';
import { MEASURES } from '../../pipeline/evidence/measures.ts';
import { hashFile, hashTree } from '../../pipeline/files/hash.ts';
import { cellarium, type Ended, type Watching } from '../fixtures/build/command.ts';
import { GALLERY, HYPOTHESES } from '../fixtures/build/content.ts';
import { GALLERY_STAGES, SITE_STAGES, stagesIn } from '../fixtures/build/stages.ts';
import { trainedGallery, type Workplace } from '../fixtures/build/trained.ts';
import { temporaryFolder } from '../temporary.ts';

/** Milliseconds of training and building from nothing while all processors are busy. */
const LONGEST_BUILD = 400_000;

let workplace: Workplace;
let first: Ended;
/** What there was to be seen of the gallery before its evidence was there. */
let early: Gallery | undefined;

const place = (...parts: string[]) => join(workplace.home, ...parts);

function build(galleries: readonly string[] = [GALLERY], onOutput?: Watching['onOutput']): Promise<Ended> {
  const folders = ['--content', workplace.content, '--data', place('data'), '--out', place('dist')];
  const environment = { CELLARIUM_CACHE: place('cache') };
  const watching = { environment, ...(onOutput === undefined ? {} : { onOutput }) };
  return cellarium(['build', ...galleries, ...folders, '--threads', '1'], watching);
}

const shown = () => gallerySchema.parse(JSON.parse(readFileSync(place('data', GALLERY, 'gallery.json'), 'utf8')));

const standing = () => [hashTree(place('data')), hashTree(place('dist'))];

beforeAll(async () => {
  workplace = await trainedGallery();
  first = await build([GALLERY], (_, stdout) => {
    if (early === undefined && /^early /m.test(stdout)) early = shown();
  });
}, LONGEST_BUILD);
afterAll(() => workplace.remove());

describe('cellarium build', () => {
  it('has its evidence measured by a process as by the build itself', async () => {
    const measured = temporaryFolder();
    const scores = place('cache', GALLERY, 'scores', 'files');
    const measuring = startProcess<EvidenceTask, unknown>('evidence-process', `build of ${GALLERY}`, scores);
    for (const part of ['events', 'halfLife'] as const) {
      const to = join(measured, part);
      mkdirSync(to);
      await measuring.ask({ content: workplace.content, id: GALLERY, scores, threads: 1, part, to });
      expect(hashTree(to), part).toBe(hashTree(place('cache', GALLERY, part, 'files')));
    }
    measuring.end();
  });

  it('has untrained networks measured by a process as by the build itself', async () => {
    const to = temporaryFolder();
    const stageOf = (name: string) => place('cache', GALLERY, name, 'files');
    const measuring = startProcess<ControlsTask, unknown>('controls-process', `build of ${GALLERY}`, place('cache'));
    await measuring.ask({ content: workplace.content, id: GALLERY, windows: stageOf('windows'), to, threads: 1 });
    measuring.end();
    expect(hashTree(to)).toBe(hashTree(stageOf('twin')));
  });

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

  it('shows the gallery before its evidence is there, and says what is still to come', () => {
    const [present, ...pending] = Object.keys(MEASURES);
    expect(present).toBe('description');
    expect(early).toMatchObject({ id: GALLERY, pending, evidence: {} });
    expect(first.stdout).toMatch(/^early +shown +without halfLife, /m);
    expect(shown()).not.toHaveProperty('pending');
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

const PROJECT = ['bin', 'pipeline', 'src', 'public', 'astro.config.mjs', 'package.json', 'package-lock.json'];

/** The project in a folder of another name and length, as a fresh clone has it, with the same content. */
function clone(): string {
  const copy = join(temporaryFolder(), 'another', 'fresh-clone');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const filter = (path: string) => path !== join(root, 'public', 'data');
  for (const part of PROJECT) cpSync(join(root, part), join(copy, part), { recursive: true, filter });
  cpSync(workplace.content, join(copy, 'content'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

describe('cellarium cache', () => {
  it('hands all that takes time to a fresh clone, which computes and draws nothing and has the same site', async () => {
    const file = place('cache.tar.gz');
    const environment = { CELLARIUM_CACHE: place('cache') };
    const exported = await cellarium(['cache', 'export', file, '--json'], { environment });
    expect(exported).toMatchObject({ status: 0, stderr: '' });
    const { sha256 } = JSON.parse(exported.stdout) as { sha256: string };
    const copy = clone();
    const there = (...args: string[]) => {
      const program = join(copy, 'bin', 'cellarium.mjs');
      return spawnSync(process.execPath, [program, ...args], { cwd: copy, encoding: 'utf8' });
    };
    const imported = there('cache', 'import', file, '--sha256', sha256);
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    expect(imported.stdout).toContain(`SHA-256 ${sha256}`);
    const built = there('build', GALLERY, '--threads', '2');
    expect(built).toMatchObject({ status: 0, stderr: '' });
    // Putting the site together out of the drawn pages is a matter of a second.
    const reused = [...GALLERY_STAGES, ...SITE_STAGES].filter((stage) => stage !== 'site');
    expect(stagesIn(built.stdout)).toEqual({ run: ['site'], reused });
    expect(hashTree(join(copy, 'dist'))).toBe(hashTree(place('dist')));
  });

  it('ends with 1 on a file that is damaged, and says what of it was taken', async () => {
    const file = place('cut.tar.gz');
    const whole = readFileSync(place('cache.tar.gz'));
    writeFileSync(file, whole.subarray(0, whole.length - 1_000));
    const environment = { CELLARIUM_CACHE: place('taken') };
    const { status, stdout, stderr } = await cellarium(['cache', 'import', file], { environment });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^front +imported/m);
    expect(stderr).toMatch(/cut\.tar\.gz: It is damaged: it is cut off\. \d+ stages are whole and were taken\./);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(place('taken', 'front', 'manifest.json'))).toBe(true);
  });
});

describe('cellarium build of several galleries, each in a process of its own,', () => {
  const SECOND = 'second-fixture';
  const second = () => join(workplace.content, 'galleries', `${SECOND}.md`);
  afterEach(() => rmSync(second()));

  it('hands back what was made', async () => {
    cpSync(join(workplace.content, 'galleries', `${GALLERY}.md`), second());
    const folder = place('cache', SECOND);
    cpSync(place('cache', GALLERY), folder, { recursive: true });
    const made = readManifest(join(folder, 'artifacts'));
    const builder = startProcess<GalleryTask, StageResult>('gallery-process', `build of ${SECOND}`, folder);
    const result = await builder.ask({ id: SECOND, content: workplace.content, folder, threads: 1 });
    builder.end();
    expect(result).toEqual({ output: join(folder, 'artifacts', 'files'), ran: false, hash: (made as Manifest).hash });
  });

  it('ends as the one that fails, which says why itself', async () => {
    const gallery = readFileSync(join(workplace.content, 'galleries', `${GALLERY}.md`), 'utf8');
    writeFileSync(second(), gallery.replace('upper-case', 'uper-case'));
    const { status, stdout, stderr } = await build([GALLERY, SECOND]);
    expect(status).toBe(1);
    expect(stagesIn(stdout)).toEqual({ run: [], reused: GALLERY_STAGES });
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).toContain('there is no hypothesis "uper-case"');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops the one under way on %s', async (signal) => {
    cpSync(join(workplace.content, 'galleries', `${GALLERY}.md`), second());
    rmSync(place('cache', SECOND), { recursive: true, force: true });
    let stopped = false;
    const ended = await build([GALLERY, SECOND], (child, stdout) => {
      if (!stopped && stdout.includes('first run')) stopped = child.kill(signal);
    });
    // Nothing listens while the one that computes is another process.
    expect(ended.signal).toBe(signal);
    const running = () =>
      spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout.includes(place('cache', SECOND));
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
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
    ['hypotheses/space.md:6:'],
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
