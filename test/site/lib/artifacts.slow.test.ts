import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../../pipeline/base/errors.ts';
import {
  copyPublicFiles,
  drawnGalleries,
  drawnOfCells,
  listGalleries,
  openData,
  readBook,
  readCell,
  readGallery,
  readSample,
  valuesOf,
} from '../../../src/lib/artifacts.ts';
import { readWords } from '../../../src/lib/series.ts';
import { writeSyntheticGallery } from '../../fixtures/site/synthetic.ts';

let data: string;

const CELL = () => join(data, 'alice/cells/0.jsonl.gz');

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'cellarium-data-'));
  vi.stubEnv('CELLARIUM_DATA', data);
  writeSyntheticGallery(join(data, 'alice'), { cells: 2 });
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

describe('the reader of artifacts', () => {
  it('reads what was written', () => {
    expect(listGalleries()).toEqual(['alice']);
    const cell = readCell('alice', '1-0');
    expect(valuesOf(cell)).toHaveLength(6 * cell.characters);
    expect(readGallery('alice').id).toBe('alice');
  });

  it.each([
    ['a file that is missing', () => unlinkSync(CELL()), /cells\/0\.jsonl\.gz.*cannot be read/s],
    ['a file that breaks off', () => truncateSync(CELL(), 100), /cells\/0\.jsonl\.gz.*incomplete/s],
    [
      'a file that is something else',
      () => writeFileSync(CELL(), gzipSync('{"form')),
      /cells\/0\.jsonl\.gz.*not JSON/s,
    ],
    [
      'a file of another format',
      () => writeFileSync(CELL(), gzipSync('{"format":99}')),
      /cells\/0\.jsonl\.gz.*format breaks the format/s,
    ],
    [
      'a side file that is too short',
      () => truncateSync(join(data, 'alice/heldout/h.bin.gz'), 10),
      /h\.bin\.gz.*10 bytes instead of \d+/s,
    ],
    [
      'a book that breaks off',
      () => truncateSync(join(data, 'alice/book/0.bin.gz'), 90),
      /book\/0\.bin\.gz.*incomplete/s,
    ],
    [
      'a book that is too short',
      () => writeFileSync(join(data, 'alice/book/0.bin.gz'), gzipSync('short')),
      /book\/0\.bin\.gz.*5 values of a cell instead of \d+/s,
    ],
  ])('names %s and says how to get it back', (_, harm, message) => {
    const { heldOut, book } = readGallery('alice');
    harm();
    const read = (): unknown => [
      readCell('alice', '1-0'),
      readSample({ id: 'alice', heldOut }, 0),
      readBook('alice', 0, book!),
    ];
    expect(read).toThrow(InputError);
    expect(read).toThrow(message);
    expect(read).toThrow('npm run build');
  });

  it('has positions counted in the text, or in its sample where it was too long to be read as a whole', () => {
    const gallery = readGallery('alice');
    expect(readWords(gallery).counted).toBe('text');
    expect(readWords({ ...gallery, corpus: { ...gallery.corpus, sampledFrom: 5e6 } }).counted).toBe('sample');
  });

  it('says so when there is no gallery at all', () => {
    vi.stubEnv('CELLARIUM_DATA', join(data, 'nothing'));
    expect(listGalleries).toThrow(/There is no gallery.*npm run build/s);
  });

  it('gives each of the processes that share a gallery other pages of its cells, and the rest to one of them', () => {
    const pages = () => drawnOfCells((gallery) => [1, 2, 3, 4, 5].map((page) => `${gallery} ${page}`));
    const all = pages();
    expect(all).toHaveLength(5);
    const shares = ['1/2', '2/2'].map((share) => {
      vi.stubEnv('CELLARIUM_SHARE', share);
      return { pages: pages(), others: drawnGalleries() };
    });
    expect(shares.flatMap((share) => share.pages).sort()).toEqual(all);
    expect(shares.map((share) => share.pages.length)).toEqual([3, 2]);
    expect(shares.map(({ others }) => others)).toEqual([['alice'], []]);
    vi.stubEnv('CELLARIUM_GALLERY', '');
    expect(pages()).toEqual([]);
  });

  it('copies public files without the galleries among them', async () => {
    const [from, to] = [join(data, 'public'), join(data, 'finished')];
    mkdirSync(join(from, 'data'), { recursive: true });
    writeFileSync(join(from, 'data', 'gallery.json'), '{}');
    writeFileSync(join(from, 'robots.txt'), 'Allow: /');
    await copyPublicFiles(from, to);
    expect(readdirSync(to)).toEqual(['robots.txt']);
  });

  it('opens no file outside the data', async () => {
    expect(openData('../secret')).toBeNull();
    expect(openData('alice')).toBeNull();
    expect(await text(openData('alice/gallery.json')!)).toContain('"id":"alice"');
  });
});
