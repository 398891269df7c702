// The outputs of all cells over the held-out sample, out of the one file that holds them.
import { contextOrder, unpackBytes } from '../../../pipeline/base/context-order.ts';
import type { Characters } from '../../../pipeline/base/positions.ts';
import { unpacked } from './fetch.ts';

/** All cells' parts one after another, how many bytes each takes, and the text that they are of. */
export interface PackedOutputs {
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly sizes: readonly number[];
  readonly characters: Characters;
}

/** @returns [cells, characters], a byte a value; @throws Error where the file is not what the sizes say */
export async function unpackOutputs({ packed, sizes, characters }: PackedOutputs): Promise<Uint8Array<ArrayBuffer>> {
  const { length } = characters;
  const order = contextOrder(characters);
  const outputs = new Uint8Array(sizes.length * length);
  let start = 0;
  for (const [row, size] of sizes.entries()) {
    const changes = await unpacked(packed.slice(start, start + size), 'gzip');
    if (changes.length !== length) throw new Error('The file of the cells’ outputs is incomplete');
    outputs.set(unpackBytes(changes, order), row * length);
    start += size;
  }
  return outputs;
}
