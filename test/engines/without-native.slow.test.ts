// What an installed package computes by: there the native onnxruntime is absent until somebody adds it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { readOnnx } from '../../pipeline/models/formats/onnx/read.ts';
import type { Expected } from '../models/compare.ts';
import { asStack } from '../models/compare.ts';

vi.mock('onnxruntime-node', () => {
  throw new Error('It is not installed.');
});

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/onnx/${name}`, import.meta.url));
const casesIn = (name: string) => JSON.parse(readFileSync(fixture(name), 'utf8')) as (Expected & { name: string })[];
const cases = [...casesIn('cases.json'), ...casesIn('keras.json')];

describe('where the native onnxruntime is not installed', () => {
  it('the engine in WebAssembly takes its place, and says its own name', async () => {
    expect(await chooseEngine({})).toMatchObject({ name: 'onnx-web', device: 'cpu' });
    expect(await chooseEngine({ engine: 'auto' })).toMatchObject({ name: 'onnx-web', device: 'cpu' });
  });

  it('a device is refused, and the message says what to install', async () => {
    await expect(chooseEngine({ device: 'webgpu' })).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('The device "webgpu" cannot be used here'),
      fix: expect.stringContaining('install the package onnxruntime-node'),
    });
  });

  it.each(cases.filter(({ name }) => name !== 'layout'))(
    'an ONNX file gives what the Python onnxruntime gave: $name',
    async ({ name, input, output }) => {
      const network = asStack(await readOnnx(fixture(`${name}.onnx`)));
      const outputs = await network.run!(Float32Array.from((input as (number | number[])[]).flat()), input.length);
      const values = (output as (number | number[])[]).flat();
      expect(outputs).toHaveLength(values.length);
      for (const [k, value] of values.entries()) expect(Math.abs(outputs[k]! - value)).toBeLessThan(1e-5);
    },
  );
});
