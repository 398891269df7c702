import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZip } from '../../../../pipeline/files/zip.ts';
import { readKerasArchive } from '../../../../pipeline/models/formats/keras/read.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';
import { asStack } from '../../compare.ts';

const keras = fileURLToPath(new URL('../../../fixtures/keras/keras3-forecast.keras', import.meta.url));
const good = { 'a.txt': strToU8('abc'.repeat(1000)), 'b.txt': strToU8('not wanted') };
const deflated = () => Buffer.from(zipSync(good, { level: 9 }));
const stored = () => Buffer.from(zipSync(good, { level: 0 }));
const refusal = (bytes: Uint8Array) => inputError(() => readZip(bytes, ['a.txt'], 'x.zip')).what;

const DIRECTORY = Buffer.from('PK\x01\x02');
/** Overwrites a field of the first entry of the directory. */
function lie(bytes: Buffer, offset: number, value: number, width: 2 | 4): Buffer {
  bytes.writeUIntLE(value, bytes.indexOf(DIRECTORY) + offset, width);
  return bytes;
}

describe('readZip', () => {
  it('takes the files that are wanted out of what another library wrote, stored or deflated', () => {
    for (const bytes of [deflated(), stored()]) {
      const files = readZip(bytes, ['a.txt', 'c.txt'], 'x.zip');
      expect([...files.keys()]).toEqual(['a.txt']);
      expect(Buffer.from(files.get('a.txt')!)).toEqual(Buffer.from(good['a.txt']));
    }
  });

  it('finds the directory in front of a comment', () => {
    const bytes = deflated();
    bytes.writeUInt16LE(5, bytes.length - 2);
    expect(readZip(Buffer.concat([bytes, Buffer.from('hello')]), ['a.txt'], 'x.zip').size).toBe(1);
  });

  it('refuses what would become far larger than it is, before it inflates anything', () => {
    expect(refusal(lie(deflated(), 24, 2 ** 31 - 100, 4))).toContain('out of');
    expect(refusal(lie(deflated(), 24, 2 ** 32 - 1, 4))).toContain('above the 2147483648 allowed');
    const zeros = Buffer.from(zipSync({ 'a.txt': new Uint8Array(10 ** 7) }, { level: 9 }));
    expect(refusal(zeros)).toContain('"a.txt" would become 10000000 bytes out of');
  });

  it('refuses sooner what is large and becomes many times as large, since more is made of it', () => {
    const random = new Uint8Array(2 ** 20).map((_, at) => (at * 2654435761) >>> 13);
    const repeated = (times: number) => Buffer.concat(Array.from({ length: times }, () => random));
    const large = Buffer.from(zipSync({ 'a.txt': [repeated(36), { level: 1 }] }));
    lie(large, 20, 2 ** 20, 4);
    expect(refusal(large)).toMatch(/would become 37748736 bytes out of 1048576, more than any weights do/);
  });

  it('refuses an archive that counts fewer files than its directory has, or has lost a name', () => {
    const fewer = stored();
    const end = fewer.length - 22;
    fewer.writeUInt16LE(1, end + 10);
    expect(refusal(fewer)).toContain('Its directory is longer than the files that it counts');
    const nameless = stored();
    nameless.fill(0, nameless.lastIndexOf('b.txt'), nameless.lastIndexOf('b.txt') + 5);
    expect(refusal(nameless)).toContain('Its directory is broken');
  });

  it('refuses a size that is not the true one, whether larger or smaller', () => {
    expect(refusal(lie(deflated(), 24, 2999, 4))).toContain('cannot be inflated');
    expect(refusal(lie(deflated(), 24, 3001, 4))).toContain('differs from its checksum');
    expect(refusal(lie(stored(), 20, 2999, 4))).toContain('more than any weights do');
    expect(refusal(lie(stored(), 20, 2 ** 31, 4))).toContain('cut off');
  });

  it('refuses bytes that do not have their checksum', () => {
    const bytes = stored();
    bytes[bytes.indexOf('abc')] = 0x41;
    expect(refusal(bytes)).toBe('"a.txt" differs from its checksum.');
  });

  it('refuses an encrypted file, another packing, a place that is none, a name that stands twice', () => {
    expect(refusal(lie(deflated(), 8, 1, 2))).toContain('is encrypted');
    expect(refusal(lie(deflated(), 10, 12, 2))).toContain('method 12');
    expect(refusal(lie(deflated(), 42, 7, 4))).toContain('is not where the directory says');
    const twice = Buffer.from(zipSync({ 'a.txt': good['a.txt'], 'A.txt': good['b.txt'] }));
    expect(refusal(Buffer.from(twice.toString('latin1').replaceAll('A.txt', 'a.txt'), 'latin1'))).toContain('twice');
  });

  it('refuses an archive that is cut off anywhere', () => {
    const bytes = deflated();
    for (let length = 0; length < bytes.length; length++) refusal(bytes.subarray(0, length));
  });
});

describe('readKerasArchive', () => {
  const pack = (files: Record<string, Uint8Array>) => {
    const path = join(temporaryFolder(), 'x.keras');
    writeFileSync(path, zipSync(files, { level: 9 }));
    return path;
  };
  const files = () => unzipSync(readFileSync(keras));

  it('reads a deflated archive as it reads a stored one', async () => {
    expect(await readKerasArchive(pack(files()))).toEqual(await readKerasArchive(keras));
  });

  it('names the file that is missing, or the one that is damaged', async () => {
    for (const name of ['config.json', 'metadata.json', 'model.weights.h5']) {
      const { [name]: _, ...others } = files();
      await expect(readKerasArchive(pack(others))).rejects.toThrow(`It holds no "${name}"`);
    }
    await expect(readKerasArchive(pack({ ...files(), 'model.weights.h5': strToU8('no') }))).rejects.toThrow(
      '(model.weights.h5): It does not begin as an HDF5 file does.',
    );
    await expect(readKerasArchive(pack({ ...files(), 'config.json': strToU8('{') }))).rejects.toThrow('is not JSON');
  });

  it('reads the other paths that early versions had, with the slashes of Windows', async () => {
    const { decodeHdf5, encodeHdf5 } = await import('../../../../pipeline/models/formats/keras/hdf5.ts');
    const { attributes, arrays } = await decodeHdf5(files()['model.weights.h5']!, 'x');
    const moved = [...arrays].map(
      ([path, array]) =>
        [path.replace('layers/', '_layer_checkpoint_dependencies\\').replaceAll('/', '\\'), array] as const,
    );
    const weights = await encodeHdf5({ attributes: new Map([['', attributes.get('')!]]), arrays: new Map(moved) });
    const path = pack({ ...files(), 'model.weights.h5': weights });
    expect(asStack(await readKerasArchive(path)).layers).toEqual(asStack(await readKerasArchive(keras)).layers);
  });
});
