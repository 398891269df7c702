import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Tensor, writeSafetensors } from '../../pipeline/files/safetensors.ts';
import { layersOfNames, openActivations } from '../../pipeline/gallery/activations-file.ts';
import { expectReadOrRefused } from '../models/mutations.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const TEXT = 'Über 🐇!\n';
const ROWS = 8;

const tensor = (rows: number, units: number, at = (index: number) => index / 10): Tensor => ({
  shape: [rows, units],
  data: Float32Array.from({ length: rows * units }, (_, index) => at(index)),
});

function fileOf(tensors: Record<string, Tensor>, metadata: Record<string, string> = { text: TEXT }): string {
  const path = join(temporaryFolder(), 'made.safetensors');
  writeSafetensors(path, { tensors: new Map(Object.entries(tensors)), metadata });
  return path;
}

/** A file written by the specification of the format, with the values in any of its types. */
function typedFile(dtype: string, values: ArrayBufferView): string {
  const entry = { dtype, shape: [ROWS, 2], data_offsets: [0, values.byteLength] };
  const header = Buffer.from(JSON.stringify({ __metadata__: { text: TEXT }, h: entry }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const path = join(temporaryFolder(), 'typed.safetensors');
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(path, Buffer.concat([length, header, bytes]));
  return path;
}

describe('openActivations', () => {
  it('reads rows of characters, which are code points, from anywhere in a signal', () => {
    const file = fileOf({ f: tensor(ROWS, 3, (index) => -index), h: tensor(ROWS, 3) });
    const activations = openActivations(file);
    expect(activations).toMatchObject({ signals: ['f', 'h'], layers: [3], names: null, textFile: null });
    expect(activations.characters).toEqual(['Ü', 'b', 'e', 'r', ' ', '🐇', '!', '\n']);
    expect(activations.read('f', 2, 2)).toEqual(Float32Array.from([-6, -7, -8, -9, -10, -11]));
    expect(activations.read('h', 7, 1)).toEqual(Float32Array.from([2.1, 2.2, 2.3]));
    activations.close();
  });

  it('takes the text from the file of the same name beside it where the metadata has none', () => {
    const file = fileOf({ h: tensor(ROWS, 2) }, {});
    const textFile = file.replace('.safetensors', '.txt');
    writeFileSync(textFile, TEXT);
    const activations = openActivations(file);
    expect(activations.characters.join('')).toBe(TEXT);
    expect(activations.textFile).toBe(textFile);
    activations.close();
  });

  it('converts 16 and 64 bits to 32', () => {
    // 1.5 and -2 in IEEE 754 binary16 are 0x3E00 and 0xC000.
    const half = Uint16Array.from({ length: 2 * ROWS }, (_, index) => (index % 2 === 0 ? 0x3e00 : 0xc000));
    const double = Float64Array.from({ length: 2 * ROWS }, (_, index) => (index % 2 === 0 ? 1.5 : -2));
    for (const file of [typedFile('F16', half), typedFile('F64', double)]) {
      const activations = openActivations(file);
      expect(activations.read('h', 3, 1)).toEqual(Float32Array.from([1.5, -2]));
      activations.close();
    }
  });

  it('finds the layers of a trace in the names of its units, and keeps any other names', () => {
    const named = (names: string[]) => {
      const metadata = { text: TEXT, units: JSON.stringify(names) };
      const activations = openActivations(fileOf({ h: tensor(ROWS, names.length) }, metadata));
      activations.close();
      return { layers: activations.layers, names: activations.names };
    };
    expect(named(['1-0', '1-1', '2-0'])).toEqual({ layers: [2, 1], names: null });
    expect(named(['1-0', '2-0', '1-1'])).toEqual({ layers: [3], names: ['1-0', '2-0', '1-1'] });
    expect(named(['a', 'b'])).toEqual({ layers: [2], names: ['a', 'b'] });
  });

  it('finds any layers again from the names that a trace gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), (layers) => {
        const names = layers.flatMap((units, layer) =>
          Array.from({ length: units }, (_, unit) => `${layer + 1}-${unit}`),
        );
        expect(layersOfNames(names)).toEqual(layers);
        if (names.length > 1) expect(layersOfNames(names.toReversed())).toBeNull();
      }),
    );
  });
});

const h = tensor(ROWS, 2);
const faults: [title: string, file: () => string, says: RegExp][] = [
  ['no h', () => fileOf({ c: h }), /made\.safetensors, tensor "h": It is missing/],
  [
    'a tensor that is no signal',
    () => fileOf({ h, hidden: h }),
    /tensor "hidden": It is none of the signals\.\n .*\[characters, units\]/,
  ],
  ['a single dimension', () => fileOf({ h: { ...h, shape: [2 * ROWS] } }), /tensor "h": Its shape is \[16\]/],
  ['no unit', () => fileOf({ h: tensor(ROWS, 0) }), /Its shape is \[8, 0\]/],
  [
    'signals of different shapes',
    () => fileOf({ h, c: tensor(ROWS, 3) }),
    /tensor "c": Its shape is \[8, 3\], but h has \[8, 2\]/,
  ],
  ['no text', () => fileOf({ h }, {}), /The text is missing.*\n .*made\.txt/],
  ['an empty text', () => fileOf({ h }, { text: ' \n' }), /The text is empty/],
  ['a single character', () => fileOf({ h: tensor(1, 2) }, { text: 'a' }), /The text has a single character/],
  ['half a surrogate pair', () => fileOf({ h }, { text: 'abcdefg\ud83d' }), /half of a surrogate pair/],
  [
    'a row for each byte',
    () => fileOf({ h: tensor(Buffer.byteLength(TEXT), 2) }),
    /It has 12 rows, which is its number of bytes in UTF-8; the text has 8 characters\.\n .*code point/,
  ],
  [
    'a row for each UTF-16 unit',
    () => fileOf({ h: tensor(TEXT.length, 2) }),
    /It has 9 rows, which is its number of UTF-16 units/,
  ],
  ['rows for another text', () => fileOf({ h: tensor(5, 2) }), /It has 5 rows; the text has 8 characters/],
  [
    'names that are no list',
    () => fileOf({ h }, { text: TEXT, units: '{"a": 1}' }),
    /"units" is no JSON list of names/,
  ],
  ['names that are no JSON', () => fileOf({ h }, { text: TEXT, units: 'a, b' }), /"units" is no JSON list of names/],
  ['too few names', () => fileOf({ h }, { text: TEXT, units: '["a"]' }), /has 1 names, but there are 2 units/],
  ['a name twice', () => fileOf({ h }, { text: TEXT, units: '["a", "a"]' }), /holds the name "a" twice/],
  ['integers', () => typedFile('I32', new Int32Array(2 * ROWS)), /It is stored as I32\.\n .*F32, F16, BF16, F64/],
  [
    'values that are cut off',
    () => typedFile('F32', new Float32Array(2 * ROWS - 1)),
    /Shape \[8,2\] of F32 takes 64 bytes/,
  ],
];

describe('openActivations names the fault and its place, given', () => {
  it.each(faults)('%s', (_, file, says) => {
    expect(inputError(() => openActivations(file()).close()).message).toMatch(says);
  });

  it('a value that is not finite, when it comes to it', () => {
    const values = new Float32Array(2 * ROWS);
    values[9] = Number.NaN;
    const activations = openActivations(typedFile('F32', values));
    expect(activations.read('h', 0, 4)).toHaveLength(8);
    expect(inputError(() => activations.read('h', 3, 2)).message).toMatch(
      /typed\.safetensors, tensor "h": The value of unit 1 at character 4 is NaN/,
    );
    activations.close();
  });
});

it('of a good file with some bytes changed it reads every value, or refuses it', async () => {
  const metadata = { text: TEXT, units: '["one", "two"]' };
  const good = readFileSync(fileOf({ c: h, h }, metadata));
  await expectReadOrRefused(good, 2000, async (path) => {
    const activations = openActivations(path);
    try {
      for (const signal of activations.signals) {
        const values = activations.read(signal, 0, activations.characters.length);
        expect(values.every((value) => Number.isFinite(value))).toBe(true);
      }
    } finally {
      activations.close();
    }
  });
});
