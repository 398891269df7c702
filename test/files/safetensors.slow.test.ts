import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import {
  createArrays,
  createSafetensors,
  openArrays,
  openSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../pipeline/files/safetensors.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/formats/${name}`, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const hasLibrary = spawnSync(python, ['-c', 'import safetensors, numpy']).status === 0;

const good = {
  tensors: new Map([
    ['b', { shape: [2, 3], data: Float32Array.of(1, -2, 3, 4.5, 0, 6) }],
    ['a', { shape: [2], data: Float32Array.of(0.1, 1e-40) }],
    ['7', { shape: [], data: Float32Array.of(7) }],
  ]),
  metadata: { text: '“Oh dear!” 🐇', __proto__x: '' },
};

/** A file of one tensor of two values, its header as given. */
function fileWith(header: string, data: Uint8Array = new Uint8Array(8)): string {
  const path = join(temporaryFolder(), 'x.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), data]));
  return path;
}
const refusal = (header: string, data?: Uint8Array) => inputError(() => readSafetensors(fileWith(header, data)));
const entry = (fields: object) => JSON.stringify({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields });

describe('readSafetensors', () => {
  it("reads what the format's own Python library wrote, in every number format", () => {
    const { tensors, metadata } = readSafetensors(fixture('golden.safetensors'));
    const values = (name: string) => [...tensors.get(name)!.data];
    expect(metadata).toEqual({ format: 'np', text: '“Oh dear!” 🐇' });
    expect(tensors.get('layer1.kernel')).toEqual({ shape: [2, 3], data: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25) });
    expect(tensors.get('half')!.shape).toEqual([2, 2, 2]);
    expect(values('half')).toEqual([0, -0, 1, -2.5, 65504, 2 ** -14, 2 ** -24, 0.333251953125]);
    expect(values('brain')).toEqual([0, 1, -3.140625, 2 ** 100, 2 ** -133]);
    expect(values('double')).toEqual([Math.fround(0.1), Math.fround(-1e30)]);
    expect(tensors.get('scalar')).toEqual({ shape: [], data: Float32Array.of(7) });
    expect(tensors.get('empty')).toEqual({ shape: [0, 4], data: new Float32Array(0) });
    expect(values('42')).toEqual([1.5]);
    expect(tensors.size).toBe(7);
  });

  it('refuses a file that is cut off anywhere, or has bytes to spare', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    writeSafetensors(path, good);
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(inputError(() => readSafetensors(path)).place.file).toBe(path);
    }
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(3)]));
    expect(inputError(() => readSafetensors(path)).what).toBe('The last 3 bytes belong to no tensor.');
  });

  it('refuses a header that claims more than there is', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    writeFileSync(path, Buffer.from('ffffffffffffffff7b7d', 'hex'));
    expect(inputError(() => readSafetensors(path)).what).toMatch(
      /^Its header should have \d+ bytes, but only 2 follow\.$/,
    );
  });

  it('refuses a header that is no JSON, no UTF-8, no map, or repeats a key', () => {
    const none = new Uint8Array();
    expect(refusal('{"a":', none).what).toContain('no JSON');
    expect(refusal('[]', none).what).toBe('The header is no map.');
    expect(refusal(`{"a":${entry({})},"\\u0061":${entry({})}}`).what).toBe('The header holds the key "a" twice.');
    expect(refusal('{"a":{"dtype":"F32","dtype":"F32"}}').what).toBe('The header holds the key "dtype" twice.');
    expect(refusal('{"__metadata__":{"a":1}}', none).what).toContain('__metadata__');
    const path = fileWith('{"a": 1}', none);
    const bytes = readFileSync(path);
    bytes[10] = 0xff;
    writeFileSync(path, bytes);
    expect(inputError(() => readSafetensors(path)).what).toContain('UTF-8');
  });

  it('refuses a header of more tensors than any network has before it takes it apart, and counts none in texts', () => {
    const empty = JSON.stringify({ dtype: 'F32', shape: [0], data_offsets: [0, 0] });
    const header = (count: number) => `{${Array.from({ length: count }, (_, k) => `"t${k}":${empty}`).join()}}`;
    expect(refusal(header(100_003), new Uint8Array()).what).toBe('Its header names more than 100,000 tensors.');
    const metadata = JSON.stringify({ text: '\\"{'.repeat(100_003) });
    const path = fileWith(`{"__metadata__":${metadata},"a":${entry({})}}`);
    expect(readSafetensors(path).tensors.size).toBe(1);
  });

  it('refuses shapes and offsets that are not plain numbers, naming the tensor', () => {
    for (const fields of [{ shape: [-2] }, { shape: [0.5] }, { shape: '2' }, { data_offsets: [0] }, { extra: 1 }]) {
      expect(refusal(`{"a":${entry(fields)}}`).place.tensor).toBe('a');
    }
    expect(refusal(`{"a":${entry({ shape: [2 ** 40, 2 ** 40] })}}`).what).toContain('takes');
  });

  it('refuses a shape that does not fit its bytes', () => {
    expect(refusal(`{"a":${entry({ shape: [3] })}}`).message).toContain(
      'tensor "a": Shape [3] of F32 takes 12 bytes, but it has 8.',
    );
  });

  it('refuses byte ranges that overlap, leave a hole or leave the file', () => {
    const one = (begin: number) => entry({ shape: [1], data_offsets: [begin, begin + 4] });
    expect(refusal(`{"a":${one(0)},"b":${one(2)}}`).what).toContain('overlap');
    expect(refusal(`{"a":${one(0)},"b":${one(6)}}`).what).toContain('belong to no tensor');
    expect(refusal(`{"a":${one(0)},"b":${one(4)},"c":${one(8)}}`).what).toContain('cut off');
  });

  it('names the number formats it knows when it meets another', () => {
    for (const dtype of ['I64', 'constructor']) {
      const { message } = refusal(`{"a":${entry({ dtype })}}`);
      expect(message).toContain(`It is stored as ${dtype}.\n  Save it as one of F32, F16, BF16, F64.`);
    }
  });

  it.each([
    ['F32', [0, Number.NaN], 'NaN'],
    ['F32', [0, Number.NEGATIVE_INFINITY], '-Infinity'],
    ['F64', [0, 1e300], 'Infinity'],
  ] as const)('names the tensor and the index of a %s value that is not finite: %j', (dtype, values, shown) => {
    const bytes = new Uint8Array((dtype === 'F32' ? Float32Array : Float64Array).from(values).buffer);
    const error = refusal(`{"a":${entry({ dtype, data_offsets: [0, bytes.length] })}}`, bytes);
    expect(error.place.tensor).toBe('a');
    expect(error.what).toBe(`The value at index 1 is ${shown}.`);
  });

  it('reads or refuses any mutation of a good file, and never fails otherwise', () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    writeSafetensors(path, good);
    const bytes = readFileSync(path);
    let refused = 0;
    const mutation = fc.record({
      at: fc.nat(bytes.length - 1),
      remove: fc.nat(6),
      insert: fc.uint8Array({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const mutated = mutations.reduce(
          (all, { at, remove, insert }) => Buffer.concat([all.subarray(0, at), insert, all.subarray(at + remove)]),
          bytes,
        );
        writeFileSync(path, mutated);
        try {
          for (const { shape, data } of readSafetensors(path).tensors.values()) {
            expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
          }
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('says that a file is not there', () => {
    expect(inputError(() => readSafetensors('/nowhere/x.safetensors')).message).toBe(
      '/nowhere/x.safetensors: Cannot read it: there is no such file or folder.\n  Check the path.',
    );
  });
});

describe('writeSafetensors', () => {
  it('writes what it reads back, in the order given, byte for byte the same each time', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'below', 'x.safetensors');
    writeSafetensors(path, good);
    expect(readSafetensors(path)).toEqual(good);
    expect([...readSafetensors(path).tensors.keys()]).toEqual(['b', 'a', '7']);
    const bytes = readFileSync(path);
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
    writeSafetensors(path, good);
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(join(folder, 'below'))).toEqual(['x.safetensors']);
  });

  it('refuses a value that is not finite and data that does not fit its shape, and leaves nothing', () => {
    const folder = temporaryFolder();
    const write = (shape: number[], ...values: number[]) =>
      writeSafetensors(join(folder, 'x'), {
        tensors: new Map([['a', { shape, data: Float32Array.from(values) }]]),
        metadata: {},
      });
    expect(inputError(() => write([2], 1, Number.NaN)).what).toBe('The value at index 1 is NaN.');
    expect(() => write([3], 1, 2)).toThrow(RangeError);
    expect(() => write([1], 1, 2)).toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!hasLibrary)("writes what the format's own Python library reads (needs numpy and safetensors)", () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    writeSafetensors(path, good);
    const read = JSON.parse(execFileSync(python, [fixture('check_safetensors.py'), path], { encoding: 'utf8' }));
    expect(read.metadata).toEqual(good.metadata);
    for (const [name, { shape, data }] of good.tensors) {
      expect(read.tensors[name]).toEqual({ dtype: 'float32', shape, data: [...data] });
    }
  });
});

describe('createSafetensors', () => {
  it('takes pieces in any order and lets the file appear when it is finished', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'x');
    const shapes = new Map([
      ['h', [2, 2]],
      ['c', [2]],
    ]);
    const writer = createSafetensors(path, shapes, {});
    writer.write('c', 0, Float32Array.of(5, 6));
    writer.write('h', 2, Float32Array.of(3, 4));
    expect(() => writer.finish()).toThrow('2 values were not written');
    expect(readdirSync(folder)).not.toContain('x');
    writer.write('h', 0, Float32Array.of(1, 2));
    writer.finish();
    const { tensors } = readSafetensors(path);
    expect([...tensors.get('h')!.data, ...tensors.get('c')!.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('createArrays', () => {
  it('writes numbers of any width, which openArrays gives back as they are, some of a tensor at a time', () => {
    const path = join(temporaryFolder(), 'x');
    const arrays = {
      real: Float64Array.of(0.1, -0, Number.MIN_VALUE, 2 ** 53 - 1),
      float: Float32Array.of(1.5, Number.POSITIVE_INFINITY),
      long: Uint32Array.of(2 ** 32 - 1, 7),
      short: Uint16Array.of(65_535, 1, 2),
      byte: Uint8Array.of(255, 0, 3),
      none: new Uint8Array(),
    };
    const dtypes = { real: 'F64', float: 'F32', long: 'U32', short: 'U16', byte: 'U8', none: 'U8' } as const;
    const layout = new Map(
      Object.entries(arrays).map(([name, { length }]) => [
        name,
        { dtype: dtypes[name as keyof typeof dtypes], shape: [length] },
      ]),
    );
    const writer = createArrays(path, layout, { about: 'numbers' });
    expect(() => writer.write('byte', 0, Float64Array.of(1))).toThrow('Tensor "byte" holds U8');
    for (const [name, values] of Object.entries(arrays)) writer.write(name, 0, values);
    writer.finish();
    const reader = openArrays(path);
    expect(reader.metadata).toEqual({ about: 'numbers' });
    const read = reader.entries.map((entry) => [entry.name, reader.read(entry, 0, entry.shape[0]!)]);
    expect(Object.fromEntries(read)).toEqual(arrays);
    const short = reader.entries.find(({ name }) => name === 'short')!;
    expect(reader.read(short, 1, 2)).toEqual(Uint16Array.of(1, 2));
    reader.close();
    expect(inputError(() => openSafetensors(path)).message).toContain('Save it as one of F32, F16, BF16, F64.');
  });
});
