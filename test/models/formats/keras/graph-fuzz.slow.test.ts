// Damaged files of models that are no plain stack, which are read or refused, and run or refused.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { InputError } from '../../../../pipeline/base/errors.ts';
import { integerBelow, type Random, seededRandom } from '../../../../pipeline/base/random.ts';
import { rangesOf } from '../../../../pipeline/files/ranges.ts';
import { openZip } from '../../../../pipeline/files/zip.ts';
import { decodeHdf5 } from '../../../../pipeline/models/formats/keras/hdf5.ts';
import { listedWeights } from '../../../../pipeline/models/formats/keras/stored-weights.ts';
import { parseTopology } from '../../../../pipeline/models/formats/keras/topology.ts';
import { readWholeModel } from '../../../../pipeline/models/formats/keras/whole-model.ts';
import { hindrance, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { openAny } from '../../../../pipeline/models/open.ts';
import { expectReadOrRefused } from '../../mutations.ts';

const GIB = 2 ** 30;
const archive = fileURLToPath(new URL('../../../fixtures/keras/graphs/keras3.zip', import.meta.url));
const zip = openZip(rangesOf(readFileSync(archive)), archive, 1000);

it.each([
  ['encoder-decoder.h5', 700],
  ['multi-head-attention.keras', 700],
  ['masking-both-ways.keras', 600],
] as const)('%s, however it is damaged, is read or refused, in less than 1 GiB', async (name, count) => {
  const before = process.memoryUsage().rss;
  let most = before;
  await expectReadOrRefused(Buffer.from(zip.read(name)), count, async (path) => {
    try {
      const found = await openAny(path, 'content');
      if ('graph' in found) for (const node of recurrentNodes(found.graph)) hindrance(found.graph, node);
    } finally {
      most = Math.max(most, process.memoryUsage().rss);
    }
  });
  expect(most - before).toBeLessThan(GIB);
});

/** A description with one of its values gone, or another one in its place. */
function altered(value: unknown, random: Random): unknown {
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
  const copy: unknown = structuredClone(value);
  const queue = [copy];
  for (let holder = queue.pop(); holder !== undefined; holder = queue.pop()) {
    if (typeof holder !== 'object' || holder === null) continue;
    for (const [key, item] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      queue.push(item);
    }
  }
  const [holder, key] = places[integerBelow(places.length, random)]!;
  const others = [undefined, null, -1, 0, 3, 1e9, 0.5, 'LSTM', 'Bidirectional', '', [], {}, [[]], true, [1, 2, 3, 4]];
  holder[key] = others[integerBelow(others.length, random)];
  return copy;
}

it.each(zip.names.filter((name) => name.endsWith('.h5')))(
  '%s with another description is read or refused',
  async (name) => {
    const content = await decodeHdf5(zip.read(name), name);
    const config = content.attributes.get('')!.get('model_config') as string;
    const weights = listedWeights(content, name)!;
    const random = seededRandom(1);
    for (let k = 0; k < 150; k++) {
      const changed = JSON.stringify(altered(JSON.parse(config), random));
      try {
        const topology = parseTopology(changed, name);
        const found = readWholeModel({ config: changed, topology, weights, version: 3, format: 'Keras' }, name);
        if ('nodes' in found) for (const node of recurrentNodes(found)) hindrance(found, node);
      } catch (error) {
        expect(error, changed).toBeInstanceOf(InputError);
      }
    }
  },
);
