import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { canonical, type ForeignNetwork } from '../../../../pipeline/models/foreign.ts';
import { readKerasArchive, readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import type { LayeredModel } from '../../../../pipeline/models/graph/model.ts';
import { expectReadOrRefused } from '../../mutations.ts';

const GIB = 2 ** 30;

it.each([
  ['keras1-side-by-side.h5', readKerasHdf5, 700],
  ['keras2-stateful.h5', readKerasHdf5, 700],
  ['keras2-cudnn.weights.h5', readKerasHdf5, 500],
  ['keras3-stateful.h5', readKerasHdf5, 100],
  ['tfkeras-stateful.keras', readKerasArchive, 1000],
  ['keras3-stateful.keras', readKerasArchive, 1000],
] as const)(
  'reads or refuses %s however it is damaged, in less than 1 GiB',
  async (name, read: (path: string) => Promise<ForeignNetwork | LayeredModel>, count) => {
    const good = readFileSync(fileURLToPath(new URL(`../../../fixtures/keras/${name}`, import.meta.url)));
    const before = process.memoryUsage().rss;
    let most = before;
    await expectReadOrRefused(good, count, async (path) => {
      try {
        const found = await read(path);
        if (!('nodes' in found)) canonical(found, 'numbers', path);
      } finally {
        most = Math.max(most, process.memoryUsage().rss);
      }
    });
    expect(most - before).toBeLessThan(GIB);
  },
  120_000,
);
