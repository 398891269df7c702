import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../pipeline/formats/foreign.ts';
import { readOnnx } from '../../../pipeline/formats/onnx/read.ts';
import { expectReadOrRefused } from '../mutations.ts';

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../../fixtures/onnx/${name}`, import.meta.url)));

describe('any mutation of an ONNX model', () => {
  it.each([
    ['torch-both-ways', 700],
    ['torch-last', 500],
    ['keras-both-ways', 500],
    ['apart', 700],
  ])('is read or refused, and never fails otherwise: %s', async (name, count) => {
    await expectReadOrRefused(fixture(`${name}.onnx`), count, async (path) => {
      canonical(await readOnnx(path), 'numbers', path);
    });
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });
});
