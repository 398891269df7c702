import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readPickle } from '../../../../pipeline/models/formats/pytorch/pickle.ts';
import { Dict, Placeholder, Tuple, type Value } from '../../../../pipeline/models/formats/pytorch/pickle-values.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';
import { expectReadOrRefused } from '../../mutations.ts';
import { readPytorch } from './read-stack.ts';

const inert = { call: () => undefined, persistent: () => undefined };
/** Operations as they stand in a pickle, each character a byte. */
const read = (operations: string): Value => readPickle(Buffer.from(operations, 'latin1'), inert, 'x.pt').value;
const refusal = (operations: string) => inputError(() => read(operations)).what;

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
};
const text = (value: string) => `X${u32(value.length)}${value}`;

describe('readPickle', () => {
  it.each<[string, string, Value]>([
    [
      'numbers',
      '\x80\x02(K\x07M\x00\x01J\xff\xff\xff\xff\x8a\x01\xfeI12\nI01\nL-5L\nF0.5\nG\x3f\xe0\0\0\0\0\0\0t.',
      new Tuple([7, 256, -1, -2, 12, true, -5, 0.5, 0.5]),
    ],
    ['wide integers', '\x8a\x09\0\0\0\0\0\0\0\0\x01.', 2n ** 64n],
    [
      'texts',
      `(${text('a')}U\x01bT\x01\0\0\0cVd\nS'e'\n\x8c\x01f\x8d\x01\0\0\0\0\0\0\0gl.`,
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    ],
    ['lists', ']q\0(K\x01K\x02eK\x03a.', [1, 2, 3]],
    ['what it has kept', '(K\x05q\x01p2\nr\x03\0\0\0\x94h\x01g2\nj\x03\0\0\0l.', [5, 5, 5, 5]],
    [
      'tuples',
      ')\x85K\x01K\x02\x86K\x01K\x02K\x03\x87\x87.',
      new Tuple([new Tuple([new Tuple([])]), new Tuple([1, 2]), new Tuple([1, 2, 3])]),
    ],
    ['a stack that is tidied', '(K\x01K\x021K\x0320N.', null],
  ])('reads %s', (_, operations, expected) => {
    expect(read(operations)).toEqual(expected);
  });

  it('fills dicts in order, one by one or many at once', () => {
    const dict = read(`}(${text('a')}K\x01${text('b')}K\x02u${text('a')}K\x03s.`);
    expect(dict instanceof Dict && [...dict.named()]).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });

  it.each<[string, string]>([
    ['a function', `cos\nsystem\n(${text('touch hacked')}tR.`],
    ['a function on a stack', `\x8c\x02os\x8c\x06system\x93${text('touch hacked')}\x85R.`],
    ['an old instance', `(${text('touch hacked')}ios\nsystem\n.`],
    ['an old object', `(cos\nsystem\n${text('touch hacked')}o.`],
    ['a new object', `cos\nsystem\n${text('touch hacked')}\x85\x81.`],
    ['a new object with names', `cos\nsystem\n${text('touch hacked')}\x85}\x92.`],
    ['a state', `cos\nsystem\n)\x81${text('touch hacked')}b.`],
  ])('calls nothing: %s stays a name', (_, operations) => {
    const value = read(operations);
    expect(value instanceof Placeholder && value.of).toBe('os.system');
    expect(existsSync('hacked')).toBe(false);
  });

  it('lets a placeholder be called, filled and looked into, and stay one', () => {
    const value = read('cbuiltins\ngetattr\n(cos\nsystem\nK\x01tR)R(K\x01K\x02u(K\x03eK\x04b.');
    expect(value instanceof Placeholder && value.of).toBe('builtins.getattr');
  });

  it.each([
    ['the end missing', '(K\x01', 'is cut off'],
    ['an empty stack', '.', 'a value that is not there'],
    ['a mark taken for a value', '(.', 'a value that is not there'],
    ['no mark', 'K\x01t.', 'a mark that is not there'],
    ['nothing kept', 'h\x07.', 'that it has not kept'],
    ['an unknown operation', '\xff', 'unknown operation 255'],
    ['a huge integer', `\x8b${u32(2 ** 31)}`, 'an integer of 2147483648 bytes'],
    ['a huge decimal', `I${'9'.repeat(1000)}\n.`, 'an integer that is none'],
    ['a text beyond the end', `X${u32(2 ** 31)}a`, 'a text of 2147483648 bytes'],
    ['a text that is a little too long', `X${u32(100)}a`, 'is cut off'],
    ['bytes beyond the end', '\x8e\xff\xff\xff\xff\xff\xff\xff\xffa', 'is cut off'],
    ['a key without a value', '}(K\x01u.', 'a key without a value'],
    ['items for a number', 'K\x01(K\x02e.', 'no list'],
    ['entries for a list', '](K\x01K\x02u.', 'no dict'],
    ['a name that is none', 'K\x01K\x02\x93.', 'by what is no name'],
    ['a line without an end', 'cos', 'is cut off'],
  ])('refuses %s', (_, operations, message) => {
    expect(refusal(operations)).toContain(message);
  });

  it('refuses more objects, or more operations, than any checkpoint has, and soon', () => {
    expect(refusal(']'.repeat(5_000_000))).toContain('more than 4,000,000 objects');
    expect(refusal('N0'.repeat(17_000_000))).toContain('more than 33,554,432 operations');
  });

  it('is not deceived by values that hold each other, or themselves, many times', () => {
    // A list of lists of lists …, each twice in the next: 2⁵⁰⁰ items to whoever counts.
    const doubled = `]q\0${Array.from({ length: 500 }, (_, k) => `]r${u32(k + 1)}j${u32(k)}aj${u32(k)}a`).join('')}.`;
    expect(Array.isArray(read(doubled))).toBe(true);
    const deep = read(`${'('.repeat(100_000)}${'l'.repeat(100_000)}.`);
    expect(Array.isArray(deep)).toBe(true);
  });
});

/** A file of torch.save with this pickle, and storages. */
function torchFile(operations: string, storages: Record<string, Uint8Array> = {}): string {
  const path = join(temporaryFolder(), 'x.pt');
  const files = Object.entries(storages).map(([key, bytes]) => [`x/data/${key}`, bytes]);
  writeFileSync(
    path,
    zipSync({ 'x/data.pkl': Buffer.from(operations, 'latin1'), ...Object.fromEntries(files) }, { level: 0 }),
  );
  return path;
}

const persistent = (key: string, count: string, type = 'ctorch\nFloatStorage\n') =>
  `(${text('storage')}${type}${text(key)}${text('cpu')}${count}tQ`;
const tensor = (storage: string, shape: string, strides: string, offset = 'K\0') =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}(${shape}t(${strides}t\x89}tR`;
const named = (name: string, value: string) => `${text(name)}${value}`;
const lstm = (hh: string) => {
  const ih = tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01');
  return `}(${named('weight_ih_l0', ih)}${named('weight_hh_l0', hh)}u.`;
};
const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
const BIG = 'J\xff\xff\xff\x7f';

describe('a file whose pickle lies', () => {
  it('is read where it does not', async () => {
    const { layers } = await readPytorch(
      torchFile(lstm(tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01')), { 0: four }),
    );
    expect(layers).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    [
      'a shape beyond its storage',
      tensor(persistent('0', 'K\x04'), 'K\x08K\x02', 'K\x02K\x01'),
      'It reaches to number 15 of a storage of 4.',
    ],
    [
      'an offset beyond it',
      tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01', 'K\x01'),
      'It reaches to number 4 of a storage of 4.',
    ],
    [
      'a shape without end of one number',
      tensor(persistent('0', 'K\x04'), `${BIG}${BIG}`, 'K\0K\0'),
      'more numbers than the file can hold',
    ],
    [
      'a storage that is not there',
      tensor(persistent('7', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01'),
      'which the archive does not hold',
    ],
    [
      'a storage outside of the archive',
      tensor(persistent('../../../etc/passwd', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01'),
      'which the archive does not hold',
    ],
    [
      'a size below zero',
      tensor(persistent('0', 'K\x04'), 'J\xff\xff\xff\xffK\x01', 'K\x01K\x01'),
      '_rebuild_tensor_v2, which is not read',
    ],
    [
      'a stride below zero',
      tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'J\xff\xff\xff\xffK\x01'),
      '_rebuild_tensor_v2, which is not read',
    ],
    [
      'a storage of no kind',
      tensor(persistent('0', 'K\x04', 'cos\nsystem\n'), 'K\x04K\x01', 'K\x01K\x01'),
      '_rebuild_tensor_v2, which is not read',
    ],
    [
      'a persistent id that is none',
      tensor('K\x07Q', 'K\x04K\x01', 'K\x01K\x01'),
      '_rebuild_tensor_v2, which is not read',
    ],
    ['a class of its own', `cmine\nWeights\n(${text('a')}tR`, 'It is an object of mine.Weights, which is not read'],
    [
      'a function of the system',
      `cos\nsystem\n(${text('touch hacked')}tR`,
      'It is an object of os.system, which is not read',
    ],
    ['a dict that holds itself', `}q\x01(${text('weight_hh_l0')}h\x01u`, 'It is missing'],
  ])('is refused, by name: %s', async (_, value, message) => {
    const reading = readPytorch(torchFile(lstm(value), { 0: four }));
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toHaveProperty('name', 'InputError');
  });

  it('is refused where its storage ends within the last number', async () => {
    const whole = lstm(tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01'));
    const reading = readPytorch(torchFile(whole, { 0: four.subarray(0, 14) }));
    await expect(reading).rejects.toThrow('It reaches to number 3 of a storage of 3.');
    await expect(reading).rejects.toHaveProperty('name', 'InputError');
  });

  it('is read where a dict of a class of its own holds the tensors', async () => {
    const own = `cmine\nState\n)\x81${lstm(tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01')).slice(1)}`;
    expect((await readPytorch(torchFile(own, { 0: four }))).layers).toHaveLength(1);
  });

  it('is no file of PyTorch where it begins as none, whatever its name', async () => {
    const path = join(temporaryFolder(), 'model.ckpt');
    writeFileSync(path, 'TensorFlow');
    await expect(readPytorch(path)).rejects.toThrow('It begins neither as a zip archive nor as a pickle');
  });

  it('is refused where a storage is packed far smaller than numbers are', async () => {
    const path = join(temporaryFolder(), 'x.pt');
    const pickle = Buffer.from(lstm(tensor(persistent('0', 'K\x04'), 'K\x04K\x01', 'K\x01K\x01')), 'latin1');
    writeFileSync(
      path,
      zipSync({ 'x/data.pkl': [pickle, { level: 0 }], 'x/data/0': [new Uint8Array(10 ** 6), { level: 9 }] }),
    );
    expect(deflateRawSync(new Uint8Array(10 ** 6)).length).toBeLessThan(2000);
    await expect(readPytorch(path)).rejects.toThrow('more than any weights do');
  });

  it('does not end in dicts that are nested without end', async () => {
    const depth = 50_000;
    const nested = `${`}(${text('a')}`.repeat(depth)}}${'u'.repeat(depth)}.`;
    await expect(readPytorch(torchFile(nested))).rejects.toThrow('It has no tensor of an LSTM');
  });
});

describe('any mutation of what torch.save wrote', () => {
  const fixture = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../../../fixtures/pytorch/saved/${name}`, import.meta.url)));

  it.each([
    ['checkpoint.pth', 700],
    ['one_storage_before_1_6.pth', 500],
    ['python_pickle.pkl', 400],
    ['scripted.pt', 400],
  ] as const)('is read or refused, and never fails otherwise: %s', async (name, count) => {
    await expectReadOrRefused(fixture(name), count, async (path) => {
      canonical(await readPytorch(path, { hiddenActivation: 'tanh' }), 'numbers', path);
    });
    expect(process.memoryUsage().rss).toBeLessThan(10 ** 9);
  });

  it('of its pickle alone, in a zip that is whole, as well', async () => {
    const { unzipSync } = await import('fflate');
    const files = unzipSync(fixture('checkpoint.pth'));
    const pickle = Buffer.from(files['checkpoint/data.pkl']!);
    await expectReadOrRefused(pickle, 1000, async (mutated) => {
      const path = `${mutated}.pt`;
      writeFileSync(path, zipSync({ ...files, 'checkpoint/data.pkl': readFileSync(mutated) }, { level: 0 }));
      canonical(await readPytorch(path, { hiddenActivation: 'tanh' }), 'numbers', path);
    });
  });
});
