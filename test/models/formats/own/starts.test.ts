import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../pipeline/lstm/parameters.ts';
import { readStarts, writeStarts } from '../../../../pipeline/models/formats/own/parameters.ts';
import { temporaryFolder } from '../../../temporary.ts';

const architecture: Architecture = {
  inputs: 3,
  units: [2, 1],
  outputs: 3,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
const state = (value: number) => [
  { h: Float32Array.of(1, 2, 3, 4), c: Float32Array.of(5, 6, 7, value) },
  { h: Float32Array.of(0, 1), c: Float32Array.of(2, 3) },
];
const of = { weights: 'ab', text: 'A text.' };

describe('starts.safetensors', () => {
  it('gives back what was written, for the same weights and text alone', () => {
    const folder = temporaryFolder();
    expect(readStarts(folder, of, architecture)).toBeUndefined();
    writeStarts(folder, of, architecture, state(8));
    expect(readStarts(folder, of, architecture)).toEqual(state(8));
    expect(readStarts(folder, { ...of, weights: 'cd' }, architecture)).toBeUndefined();
    expect(readStarts(folder, { ...of, text: 'Another text.' }, architecture)).toBeUndefined();
  });

  it('is refused with its path where it is broken', () => {
    const folder = temporaryFolder();
    writeStarts(folder, of, { ...architecture, units: [2] }, state(8).slice(0, 1));
    expect(() => readStarts(folder, of, architecture)).toThrow(/layer2\.h.*missing/);
    writeFileSync(join(folder, 'starts.safetensors'), 'no tensors');
    expect(() => readStarts(folder, of, architecture)).toThrow(/safetensors/);
  });
});
