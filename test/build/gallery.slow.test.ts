import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packOf } from '../../pipeline/base/packs.ts';
import { datasetFingerprints } from '../../pipeline/build/fingerprints.ts';
import { buildGallery } from '../../pipeline/build/gallery.ts';
import { loadGalleryStudy } from '../../pipeline/build/pages/study.ts';
import type { StageResult } from '../../pipeline/build/stage.ts';
import { loadGallery, loadLabelled, type ModelGallery } from '../../pipeline/content/content.ts';
import {
  cellsSchema,
  type Gallery,
  gallerySchema,
  hypothesesSchema,
  sizesSchema,
} from '../../pipeline/contract/index.ts';
import { galleryStudySchema } from '../../pipeline/contract/study.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { hashFile } from '../../pipeline/files/hash.ts';
import { readModel, writeCard } from '../../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../../pipeline/models/formats/own/parameters.ts';
import { asEnglish } from '../datasets/text/english.ts';
import { GALLERY, HYPOTHESES, TEXT, UNITS } from '../fixtures/build/content.ts';
import { ODDITIES } from '../fixtures/build/prose.ts';
import { GALLERY_STAGES, stagesIn } from '../fixtures/build/stages.ts';
import { trainedGallery, type Workplace } from '../fixtures/build/trained.ts';
import { bookOf, cellOf, sampleOf, valuesOf } from '../fixtures/site/read-gallery.ts';
import { studyOf } from '../fixtures/site/study.ts';
import { inputError } from '../temporary.ts';

const CELLS = UNITS.reduce((sum, units) => sum + units, 0);

let workplace: Workplace;
let first: Awaited<ReturnType<typeof build>>;

/** Brings the gallery up to date, and tells which stages said that they ran. */
async function build(): Promise<ReturnType<typeof stagesIn> & { result: StageResult }> {
  const engine = await chooseEngine({ threads: 1 });
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const folder = join(workplace.home, 'cache');
    const result = await buildGallery({ id: GALLERY, content: workplace.content, engine, threads: 1, folder });
    return { result, ...stagesIn(print.mock.calls.map(([line]) => line).join('\n')) };
  } finally {
    print.mockRestore();
  }
}

beforeAll(async () => {
  workplace = await trainedGallery();
  first = await build();
});
afterAll(() => workplace.remove());

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(first.result.output, path), 'utf8'));
const sizeOf = (path: string) => statSync(join(first.result.output, path)).size;

describe('the artifacts of a gallery', () => {
  it('keep the contract, file by file, with side files of the sizes that they state', () => {
    const gallery = gallerySchema.parse(readJson('gallery.json'));
    const { cells, hypotheses } = cellsSchema.parse(readJson('cells.json'));
    expect(hypotheses).toEqual(HYPOTHESES);
    expect(hypothesesSchema.parse(readJson('hypotheses.json')).hypotheses.map(({ id }) => id)).toEqual(HYPOTHESES);
    const sizes = sizesSchema.parse(readJson('sizes.json'));
    for (const [kind, of] of [['cells', sizes.cells] as const, ['book', sizes.book!] as const]) {
      const files = [...new Set(cells.map((_, row) => packOf(kind, row)))];
      expect(readdirSync(join(first.result.output, kind)).filter((name) => name.endsWith('.gz'))).toHaveLength(
        files.length,
      );
      expect(of.reduce((sum, size) => sum + size, 0)).toBe(files.reduce((sum, file) => sum + sizeOf(file), 0));
    }
    expect(cells).toHaveLength(CELLS);
    const samplePlaces = gallery.heldOut.pieces.flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, t) => start + t),
    );
    for (const { id } of cells) {
      const sampled = sampleOf(first.result.output, id, 'h');
      const cell = cellOf(first.result.output, id);
      expect(valuesOf(cell)).toHaveLength(6 * cell.characters);
      for (const { text, offset } of cell.excerpts) {
        expect(offset + Array.from(text).length).toBeLessThanOrEqual(cell.characters);
      }
      const steps = bookOf(first.result.output, id);
      expect(steps).toHaveLength(gallery.book!.characters);
      samplePlaces.forEach((position, t) => {
        const value = (14 * sampled[t]!) / 255;
        expect(Math.abs(steps[position]! - value)).toBeLessThanOrEqual(0.501);
      });
    }
    expect(sizes.h.reduce((sum, size) => sum + size, 0)).toBe(gallery.heldOut.h.bytes);
    expect(sizeOf(gallery.heldOut.h.path)).toBe(gallery.heldOut.h.bytes);
  });

  it('hold the text as it is, with all that is odd in it', () => {
    const text = readFileSync(join(first.result.output, 'book', 'text.txt'), 'utf8');
    expect(text).toBe(asEnglish(TEXT));
    for (const oddity of ODDITIES) expect(text).toContain(oddity);
    const gallery = gallerySchema.parse(readJson('gallery.json'));
    const characters = Array.from(text);
    expect(gallery.corpus.characters).toBe(characters.length);
    const pieces = gallery.heldOut.pieces.map(({ start, end }) => characters.slice(start, end).join(''));
    expect(pieces.join('')).toBe(gallery.heldOut.text);
  });

  it('count false alarms and misses by the very threshold that was scored', () => {
    const { cells } = cellsSchema.parse(readJson('cells.json'));
    let counted = 0;
    for (const { id } of cells) {
      const { calls, scores } = cellOf(first.result.output, id);
      if (calls === null) continue;
      const hits = calls.called - calls.falseAlarms;
      expect(calls.labelled - calls.missed).toBe(hits);
      expect((2 * hits) / (2 * hits + calls.falseAlarms + calls.missed)).toBeCloseTo(scores[0]!.f1!, 5);
      counted += 1;
    }
    expect(counted).toBeGreaterThan(3);
  });

  it('show each excerpt where it says that it stands in the text', () => {
    const characters = Array.from(asEnglish(TEXT));
    const cell = cellOf(first.result.output, '2-3');
    const placed = cell.excerpts.filter(({ start }) => start !== null);
    expect(placed.length).toBeGreaterThan(2);
    for (const { start, text } of placed) {
      expect(characters.slice(start!, start! + Array.from(text).length).join('')).toBe(text);
    }
  });

  it('give the losses that the card of the model gives', () => {
    const gallery: Gallery = gallerySchema.parse(readJson('gallery.json'));
    const model = gallery.model!;
    const { card } = readModel(join(workplace.content, 'models', 'tiny'));
    for (const split of ['train', 'validation', 'held-out'] as const) {
      expect(model.loss![split]).toBeCloseTo(card.loss![split], 4);
      expect(model.untrainedLoss![split]).toBeGreaterThan(model.loss![split]!);
    }
    // With everything known the model does no worse than with a single character.
    const [one, all] = [model.context[0]!, model.context.at(-1)!];
    expect([one.characters, all.characters]).toEqual([1, null]);
    expect(all.loss).toBeLessThan(one.loss);
  });
});

describe('the stages of a gallery', () => {
  it('are all run the first time, and all reused the second', async () => {
    expect(first).toMatchObject({ run: GALLERY_STAGES, reused: [] });
    const second = await build();
    expect(second).toMatchObject({ run: [], reused: GALLERY_STAGES });
    expect(second.result.hash).toBe(first.result.hash);
  });

  it("are all reused when the prose of a hypothesis's page, of the gallery or of the corpus changes", async () => {
    for (const path of [`hypotheses/${HYPOTHESES[0]}.md`, `galleries/${GALLERY}.md`, 'corpora/lexicon.md']) {
      appendFileSync(join(workplace.content, path), '\nAnd one more thing.\n');
    }
    expect(await build()).toMatchObject({ run: [], reused: GALLERY_STAGES });
  });

  it('write the artifacts alone anew when a person names a cell', async () => {
    const folder = join(workplace.content, 'notes', GALLERY);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '2-3.md'), '---\nname: The gap\n---\n\nLikes spaces.\n');
    const { run, result } = await build();
    expect(run).toEqual(['artifacts']);
    expect(cellOf(result.output, '2-3').name).toBe('The gap');
  });

  it('write the artifacts alone anew when the network was studied, and no twin where that is of something else', async () => {
    const { labels, text } = datasetFingerprints(
      loadLabelled(workplace.content, loadGallery(workplace.content, GALLERY) as ModelGallery),
    );
    const { weights } = readModel(join(workplace.content, 'models', 'tiny')).card;
    const study = studyOf({ hypotheses: HYPOTHESES, text, labels, weights: weights.sha256 });
    const write = (changed: typeof study) => {
      mkdirSync(join(workplace.content, 'studies'), { recursive: true });
      writeFileSync(join(workplace.content, 'studies', `${GALLERY}.json`), JSON.stringify(changed));
    };
    const read = (path: string): unknown => JSON.parse(readFileSync(join(first.result.output, path), 'utf8'));
    const twin = study.networks.find(({ kind }) => kind === 'shuffled')!;

    write(study);
    expect((await build()).run).toEqual(['artifacts']);
    expect(galleryStudySchema.parse(read('study.json'))).toEqual({ ...study, changed: [] });
    expect(gallerySchema.parse(read('gallery.json')).interpretable.byMemory.spread.shuffled).toEqual(twin.strongest);
    for (const { id, spread } of hypothesesSchema.parse(read('hypotheses.json')).hypotheses) {
      expect(spread.shuffled).toEqual(twin.spread.find(({ hypothesis }) => hypothesis === id)?.counts ?? null);
    }
    const [header, ...rows] = readFileSync(join(first.result.output, 'study-best.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('network,kind,seed,step,loss,hypothesis,cell,signal,alignment,value,low,high,interpretable');
    expect(rows).toHaveLength(study.networks.reduce((sum, { best }) => sum + best.length, 0));
    const table = (name: string) =>
      readFileSync(join(first.result.output, `study-${name}.csv`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split(','));
    const [columns, ...counts] = table('networks');
    for (const [k, { id, interpretable, memory }] of study.networks.entries()) {
      const row = Object.fromEntries(columns!.map((column, place) => [column, counts[k]![place]]));
      expect(row).toMatchObject({ network: id, interpretable: `${interpretable.count}`, adding: `${memory!.adding}` });
      expect(row['adding to 50']).toBe(String(memory!.curve.find(({ steps }) => steps === 50)?.cells ?? ''));
    }
    const remembered = study.networks.flatMap(({ id, memory }) =>
      memory!.best.map(({ cell, adds, remembering }) => [id, cell, `${adds}`, `${remembering}`]),
    );
    expect(
      table('memory')
        .slice(1)
        .map((row) => [0, 6, 9, 12].map((column) => row[column])),
    ).toEqual(remembered);
    // Beside the gallery's own network the figure has the other seeds and the shuffled twin, but no step.
    const figures = readFileSync(join(first.result.output, 'figures.csv'), 'utf8');
    const drawn = figures.matchAll(/^cells that add to the last steps,([^,]*),20,/gm);
    expect([...drawn].map(([, series]) => series)).toEqual(expect.arrayContaining(['seed-2', 'seed-3', 'shuffled']));
    expect(figures).not.toContain('seed-2-step');

    write({ ...study, made: { ...study.made, labels: study.made.text } });
    await build();
    expect(galleryStudySchema.parse(read('study.json')).changed).toEqual(['labels']);
    expect(gallerySchema.parse(read('gallery.json')).interpretable.byMemory.spread.shuffled).toBeNull();
    for (const { spread } of hypothesesSchema.parse(read('hypotheses.json')).hypotheses) {
      expect(spread.shuffled).toBeNull();
    }
  });

  it('refuse a study that is broken, and name the place', () => {
    const path = join(workplace.content, 'studies', `${GALLERY}.json`);
    const before = readFileSync(path, 'utf8');
    const now = { text: '', labels: '', weights: '' };
    for (const [broken, message] of [
      [before.slice(0, -10), 'it is not JSON'],
      [before.replace('"kind":"seed"', '"kind":"sown"'), '"networks.0.kind"'],
      [before.replace('"version":2,', ''), 'another version of Cellarium'],
      [before.replace('"version":2,', '"version":1,'), 'another version of Cellarium'],
    ] as const) {
      writeFileSync(path, broken);
      const error = inputError(() => loadGalleryStudy(workplace.content, GALLERY, now));
      expect(error.message).toContain(message);
      expect(error.place.file).toBe(path);
    }
    writeFileSync(path, before);
    expect(loadGalleryStudy(workplace.content, 'another', now)).toBeNull();
  });

  it('score again when the weights change, but not the untrained twin', async () => {
    const folder = join(workplace.content, 'models', 'tiny');
    const { card, parameters } = readModel(folder);
    parameters.layers[1]!.bias.data[0]! += 0.5;
    const weights = join(folder, card.weights.file);
    writeParameters(weights, card.architecture, parameters);
    writeCard(folder, { ...card, weights: { ...card.weights, sha256: hashFile(weights) } });
    const spared = ['windows', 'twin'];
    expect(await build()).toMatchObject({
      run: GALLERY_STAGES.filter((name) => !spared.includes(name)),
      reused: spared,
    });
  });

  it('score both again when a label changes', async () => {
    const path = join(workplace.content, 'hypotheses', 'space.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace("pattern: ' '", "pattern: ' (?!the)'"));
    expect((await build()).run).toEqual(expect.arrayContaining(['windows', 'twin', 'scores', 'artifacts']));
  });
});
