// Damaged files of models that are no plain stack, which are read or refused, and run or refused.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rangesOf } from '../../../../pipeline/files/ranges.ts';
import { openZip } from '../../../../pipeline/files/zip.ts';
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
