import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { integerBelow, seededRandom } from '../../pipeline/base/random.ts';
import { type Table, writeArrayFile } from '../../pipeline/files/array-file.ts';
import { openArrayFile } from '../../pipeline/files/array-file-reader.ts';
import { openTally } from '../../pipeline/gallery/tally-file.ts';

const KIND = { format: 'a-test', version: 2 };
const folder = mkdtempSync(join(tmpdir(), 'cellarium-tally-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'numbers.file');

const TABLES: Table[] = [
  { name: 'small', width: 2, pieces: [Uint32Array.of(1, 2, 3, 255), Uint32Array.of(0, 7)] },
  { name: 'large', width: 1, pieces: [Float64Array.of(2 ** 40, 2 ** 53 - 1, 0)] },
  { name: 'real', width: 3, pieces: [Float64Array.of(0.1, -0, Number.MIN_VALUE)] },
  { name: 'float', width: 1, pieces: [Float32Array.of(1.5, Number.POSITIVE_INFINITY)] },
  { name: 'none', width: 0, pieces: [new Uint8Array()] },
];

function written(): Buffer {
  writeArrayFile(path, KIND, { about: 'numbers' }, TABLES);
  return readFileSync(path);
}

describe('a file of tables', () => {
  it('gives back what was written, some rows at a time', () => {
    written();
    const file = openArrayFile(path, KIND);
    expect(file.description).toEqual({ about: 'numbers' });
    expect(file.shapeOf('small')).toMatchObject({ rows: 3, width: 2, type: 'u8' });
    expect([...file.read('small', 1, 3)]).toEqual([3, 255, 0, 7]);
    expect([...file.read('large', 0, 3)]).toEqual([2 ** 40, 2 ** 53 - 1, 0]);
    expect([...file.read('real', 0, 1)]).toEqual([0.1, -0, Number.MIN_VALUE]);
    expect([...file.read('float', 1, 2)]).toEqual([Number.POSITIVE_INFINITY]);
    expect(file.shapeOf('none')).toMatchObject({ rows: 0, width: 0 });
    expect(file.shapeOf('other')).toBeUndefined();
    file.close();
  });

  it('begins with a line of JSON, and its tables lie where that says', () => {
    const bytes = written();
    const line = bytes.indexOf('\n') + 1;
    expect(line % 8).toBe(0);
    const { tables } = JSON.parse(bytes.toString('utf8', 0, line));
    const large = tables.find(({ name }: { name: string }) => name === 'large');
    expect(large.type).toBe('f64');
    expect(bytes.readDoubleLE(line + large.begin)).toBe(2 ** 40);
  });

  it('keeps whole numbers of any size exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { minLength: 1 }), (numbers) => {
        const pieces = [Float64Array.from(numbers)];
        writeArrayFile(path, KIND, null, [{ name: 'n', width: 1, pieces }]);
        const file = openArrayFile(path, KIND);
        expect([...file.read('n', 0, numbers.length)]).toEqual(numbers);
        file.close();
      }),
      { numRuns: 30 },
    );
  });

  it('is refused with any byte changed, cut off or added, and never read', () => {
    const bytes = written();
    const random = seededRandom(3);
    const line = bytes.indexOf('\n');
    for (let run = 0; run < 300; run++) {
      const damaged = Buffer.from(bytes);
      // Spaces at the end of the line say nothing.
      const meant = bytes.toString('utf8', 0, line).trimEnd().length;
      const at = run % 2 === 0 ? integerBelow(meant, random) : line + 1 + integerBelow(bytes.length - line - 1, random);
      damaged[at]! ^= 1 << integerBelow(8, random);
      writeFileSync(path, damaged);
      expect(() => openArrayFile(path, KIND)).toThrow(InputError);
    }
    for (const other of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(8)]), Buffer.alloc(0)]) {
      writeFileSync(path, other);
      expect(() => openArrayFile(path, KIND)).toThrow(InputError);
    }
  });

  it('of a later version, or of another kind, is refused for what it is', () => {
    written();
    expect(() => openArrayFile(path, { ...KIND, version: 1 })).toThrow(/version 2 .* knows up to 1/);
    expect(() => openTally(path)).toThrow('It is no file of the format cellarium-tally');
    writeFileSync(path, 'a text\nof two lines\n');
    expect(() => openTally(path)).toThrow('does not begin with a line of JSON');
  });

  it('of the right kind, but that describes no tally, is refused with what is wrong', () => {
    writeArrayFile(path, { format: 'cellarium-tally', version: 1 }, { scored: 'alice' }, TABLES);
    expect(() => openTally(path)).toThrow('Its description is wrong at "hypotheses"');
  });
});
