import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { File, FS, type Group, ready } from 'h5wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeHdf5 } from '../../../../pipeline/models/formats/keras/hdf5.ts';
import { inputErrorOf } from '../../../temporary.ts';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/keras/${name}`, import.meta.url)));

/** Where pieces of a file begin that have a name of four letters. */
function placesOf(bytes: Buffer, signature: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) places.push(at);
  return places;
}

describe('an HDF5 file without checksums', () => {
  const good = fixture('keras3-characters.weights.h5');

  it.each([
    ['the list of a group', 'SNOD', 0, 328],
    ['the count of such a list', 'SNOD', 6, 2],
    ['one entry of such a list', 'SNOD', 8, 40],
    ['a node of the tree of a group', 'TREE', 0, 24],
    ['the count of such a node', 'TREE', 6, 2],
    ['what such a node leads to', 'TREE', 32, 8],
    ['where the names of a group are', 'HEAP', 0, 32],
    ['how many bytes its names take', 'HEAP', 8, 8],
    ['where there is room for names', 'HEAP', 16, 8],
  ])('is refused wherever it has lost %s', async (_, signature, from, length) => {
    const places = placesOf(good, signature);
    expect(places.length).toBeGreaterThan(10);
    for (const place of places) {
      const lost = Buffer.from(good).fill(0, place + from, place + from + length);
      // An empty group has an empty tree.
      if (lost.equals(good)) continue;
      expect((await inputErrorOf(decodeHdf5(lost, 'lost.h5'))).what, `at ${place}`).toMatch(
        /^It cannot be read as HDF5: /,
      );
    }
  });

  it('is refused where a list is shorter by one than the names that are kept', async () => {
    for (const place of placesOf(good, 'SNOD')) {
      const lost = Buffer.from(good);
      lost[place + 6]! -= 1;
      expect((await inputErrorOf(decodeHdf5(lost, 'lost.h5'))).what).toMatch(
        /lists fewer names than it keeps|is empty/,
      );
    }
  });

  it('is refused where two arrays have the same bytes', async () => {
    const { arrays } = await decodeHdf5(good, 'good.h5');
    // The address of a contiguous layout: version 3, class 1, then where and how long.
    const layouts = placesOf(good, '\x03\x01').filter((at) =>
      [336, 448].includes(Number(good.readBigUInt64LE(at + 10))),
    );
    expect(arrays.size).toBeGreaterThan(5);
    for (const at of layouts) {
      const moved = Buffer.from(good);
      moved.writeBigUInt64LE(good.readBigUInt64LE(at + 2) - 64n, at + 2);
      expect((await inputErrorOf(decodeHdf5(moved, 'moved.h5'))).what).toMatch(/have the same bytes/);
    }
  });
});

describe('an HDF5 file of the newer kind', () => {
  let good: Buffer;
  beforeAll(async () => {
    await ready;
    const file = new File('/new.h5', 'w', { track_order: true });
    const layers = file.create_group('layers', true) as Group;
    for (let k = 0; k < 12; k++) {
      const group = layers.create_group(`lstm_${k}`, true);
      group.create_attribute('name', `lstm_${k}`);
      group.create_dataset({ name: '0', data: Float32Array.from({ length: 6 }, (_, at) => at + k), shape: [2, 3] });
    }
    file.close();
    good = Buffer.from(FS!.readFile('/new.h5'));
  });

  // Each costs a thread, for the library cannot go on after what it throws.
  it.each(['OHDR', 'FHDB'])('is refused where it has lost bytes of what begins with %s', async (signature) => {
    expect((await decodeHdf5(good, 'new.h5')).arrays.size).toBe(12);
    const [, place = placesOf(good, signature)[0]!] = placesOf(good, signature);
    const lost = Buffer.from(good).fill(0, place + 20, place + 28);
    expect(lost.equals(good)).toBe(false);
    expect((await inputErrorOf(decodeHdf5(lost, 'lost.h5'))).what).toMatch(/the library stops: /);
  });
});
