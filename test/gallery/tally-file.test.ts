import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { integerBelow, seededRandom } from '../../pipeline/base/random.ts';
import { createArrays, writeSafetensors } from '../../pipeline/files/safetensors.ts';
import type { NumberArray } from '../../pipeline/files/safetensors-header.ts';
import { type NetworkTally, type TallyDescription, writeTally } from '../../pipeline/gallery/tally-file.ts';
import { openTally, type TallyShape } from '../../pipeline/gallery/tally-reader.ts';
import { BINS, createBinEdges } from '../../pipeline/scoring/tally/bin-edges.ts';
import { createTally } from '../../pipeline/scoring/tally/tally.ts';
import type { ShardTally } from '../../pipeline/scoring/threads/partition.ts';

const folder = mkdtempSync(join(tmpdir(), 'cellarium-tally-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'a.tally');
const random = seededRandom(3);

const hash = 'a'.repeat(64);
const DESCRIPTION: TallyDescription = {
  ...{ scored: 'alice “Ä”', hypotheses: ['vowel'], shard: 2, of: 3 },
  fingerprints: { text: hash, labels: hash, weights: hash, plan: hash, engine: 'reference', version: '1' },
};

const COLUMNS = 3;
const SHAPE: TallyShape = {
  ...{ columns: COLUMNS, binary: 2, real: 1 },
  judged: { rows: [5, 9] },
};

function filled<A extends NumberArray>(array: A, value: () => number): A {
  for (let index = 0; index < array.length; index++) array[index] = value();
  return array;
}

/** The tally of so many columns, with numbers of every size. */
function shardTally(columns: number): ShardTally {
  const tally = createTally(createBinEdges(columns), SHAPE.binary, SHAPE.real);
  filled(tally.edges.low, () => -random.uniform());
  filled(tally.edges.high, random.uniform);
  filled(tally.counts, () => integerBelow(256, random));
  filled(tally.positives, () => integerBelow(2 ** 20, random));
  filled(tally.rankSums, () => 2 ** 33 + integerBelow(2 ** 20, random));
  const values = filled(new Float32Array(columns * 4), random.uniform);
  return { tally, sample: { values } };
}

const state = (value: number) => [{ h: Float32Array.of(value, 2), c: Float32Array.of(3, -0) }];
const MODEL: NetworkTally = {
  name: 'model',
  tallies: [shardTally(1), shardTally(COLUMNS - 1)],
  ends: { start: state(0), end: state(1) },
};

function written(): Buffer {
  writeTally(path, DESCRIPTION, [MODEL]);
  return readFileSync(path);
}

const header = (bytes: Buffer) => JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE())));

describe('a tally in a file', () => {
  it('is read back as it was written, some columns at a time', () => {
    written();
    const file = openTally(path);
    file.check('model', SHAPE);
    expect(file.description).toEqual(DESCRIPTION);
    const [first, others] = MODEL.tallies;
    expect(file.tally('model', SHAPE, 0, 1)).toEqual(first);
    expect(file.tally('model', SHAPE, 1, COLUMNS)).toEqual(others);
    expect(file.edges('model', 1, COLUMNS)).toEqual(others!.tally.edges);
    expect(file.end('model', 'end')).toEqual(Float32Array.of(1, 2, 3, -0));
    expect(file.end('twin', 'end')).toBeNull();
    file.close();
  });

  it('is a safetensors file of packed arrays, with whole numbers as narrow as they fit', () => {
    const bytes = written();
    const { __metadata__, ...tensors } = header(bytes);
    expect(__metadata__).toMatchObject({ format: 'cellarium-tally', version: '5' });
    const arrays = JSON.parse(__metadata__.arrays);
    expect(arrays['model.counts']).toMatchObject({ dtype: 'U8', shape: [COLUMNS, BINS] });
    expect(arrays['model.positives']).toMatchObject({ dtype: 'U32', shape: [COLUMNS, 4 * BINS] });
    expect(arrays['model.rankSums'].dtype).toBe('F64');
    // Unpacked by hand: zstd, and then the k-th byte of every number after the (k-1)-th of all.
    const dataStart = 8 + Number(bytes.readBigUInt64LE());
    const [[rows, length]] = arrays['model.rankSums'].pieces;
    const begin = dataStart + tensors['model.rankSums'].data_offsets[0];
    const planes = zstdDecompressSync(bytes.subarray(begin, begin + length));
    const count = planes.length / 8;
    expect(count).toBe(rows * 2 * BINS);
    const second = Buffer.from(Array.from({ length: 8 }, (_, plane) => planes[plane * count + 1]!));
    expect(second.readDoubleLE()).toBe(MODEL.tallies[0]!.tally.rankSums[1]);
  });

  it('keeps whole numbers of any size exactly', () => {
    const whole = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 50 });
    const shape = { ...SHAPE, columns: 1 };
    fc.assert(
      fc.property(whole, fc.nat(53), (numbers, bits) => {
        const one = shardTally(1);
        const small = numbers.map((number) => Math.floor(number / 2 ** bits));
        one.tally.rankSums.set(small);
        one.tally.rankSums.fill(0, small.length);
        writeTally(path, DESCRIPTION, [{ name: 'model', tallies: [one], ends: null }]);
        const file = openTally(path);
        expect([...file.tally('model', shape, 0, 1).tally.rankSums.subarray(0, small.length)]).toEqual(small);
        file.close();
      }),
      { numRuns: 30 },
    );
  });

  it('is refused with any byte changed, cut off or added, and never read', () => {
    const bytes = written();
    const dataStart = 8 + Number(bytes.readBigUInt64LE());
    // Spaces at the end of the header say nothing.
    const meant = bytes.toString('latin1', 0, dataStart).trimEnd().length;
    for (let run = 0; run < 300; run++) {
      const damaged = Buffer.from(bytes);
      const at =
        run % 2 === 0 ? integerBelow(meant, random) : dataStart + integerBelow(bytes.length - dataStart, random);
      damaged[at]! ^= 1 << integerBelow(8, random);
      writeFileSync(path, damaged);
      expect(() => openTally(path), `byte ${at}`).toThrow(InputError);
    }
    for (const other of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(8)]), Buffer.alloc(0)]) {
      writeFileSync(path, other);
      expect(() => openTally(path)).toThrow(InputError);
    }
  });

  it('is refused where a tensor is missing or has another shape', () => {
    written();
    const file = openTally(path);
    expect(() => file.check('twin', SHAPE)).toThrow('tensor "twin.low": It is missing');
    const wider = { ...SHAPE, real: 2 };
    expect(() => file.check('model', wider)).toThrow(
      `tensor "model.rankSums": It has the shape [3,512], and should have [3,1024]`,
    );
    file.close();
  });

  it('of another version, or of another kind, is refused for what it is', () => {
    const metadata = { format: 'cellarium-tally', version: '6', description: '', sha256: hash };
    createArrays(path, new Map(), metadata).finish();
    expect(() => openTally(path)).toThrow(/version 6 .* knows up to 5/);
    createArrays(path, new Map(), { ...metadata, version: '3' }).finish();
    expect(() => openTally(path)).toThrow('version 3 of its format, which is not read any more');
    writeSafetensors(path, { tensors: new Map(), metadata: {} });
    expect(() => openTally(path)).toThrow('It is no file of the format cellarium-tally');
    writeFileSync(path, 'a text\nof two lines\n');
    expect(() => openTally(path)).toThrow('no safetensors file');
  });

  it('of the right kind, but that describes no tally, is refused with what is wrong', () => {
    writeTally(path, { scored: 'alice' } as TallyDescription, [MODEL]);
    expect(() => openTally(path)).toThrow('Its description is wrong at "hypotheses"');
  });
});
