import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../../../pipeline/files/hash.ts';
import { readSafetensors, writeSafetensors } from '../../../../pipeline/files/safetensors.ts';
import { type Architecture, assembleParameters, tensorShapes } from '../../../../pipeline/lstm/parameters.ts';
import { readParameters, writeParameters } from '../../../../pipeline/models/formats/own/parameters.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';

const architecture: Architecture = {
  inputs: 3,
  units: [2, 4],
  outputs: 3,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

let next = 0;
const parameters = assembleParameters(
  architecture,
  tensorShapes(architecture).map(({ rows, columns }) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => next++),
  })),
);

function written(): string {
  const path = join(temporaryFolder(), 'model.safetensors');
  writeParameters(path, architecture, parameters);
  return path;
}

describe('readParameters', () => {
  it('reads back what was written', () => {
    expect(readParameters(written(), architecture)).toEqual(parameters);
  });

  it('finds the canonical names and shapes in the file, biases as vectors', () => {
    const { tensors } = readSafetensors(written());
    expect([...tensors].map(([name, { shape }]) => `${name} ${shape}`)).toEqual([
      'layer1.kernel 3,8',
      'layer1.recurrent_kernel 2,8',
      'layer1.bias 8',
      'layer2.kernel 2,16',
      'layer2.recurrent_kernel 4,16',
      'layer2.bias 16',
      'dense.kernel 4,3',
      'dense.bias 3',
    ]);
  });

  it('names the tensor, the shape found and the shape expected', () => {
    const path = written();
    expect(inputError(() => readParameters(path, { ...architecture, inputs: 5 })).message).toContain(
      `${path}, tensor "layer1.kernel": It has the shape [3, 8], where the architecture has [5, 8].`,
    );
  });

  it('names a tensor that is missing, and one that is too much', () => {
    const path = written();
    const { tensors, metadata } = readSafetensors(path);
    const { 'dense.bias': bias, ...rest } = Object.fromEntries(tensors);
    writeSafetensors(path, { tensors: new Map(Object.entries(rest)), metadata });
    expect(inputError(() => readParameters(path, architecture)).what).toBe(
      'It is missing, where the architecture has [3].',
    );
    writeSafetensors(path, { tensors: new Map([...tensors, ['dense.gain', bias!]]), metadata });
    expect(inputError(() => readParameters(path, architecture)).place.tensor).toBe('dense.gain');
  });
});

describe('hashFile', () => {
  it('agrees with the published SHA-256 of "abc" (FIPS 180-2, appendix B.1)', () => {
    const path = join(temporaryFolder(), 'abc');
    writeFileSync(path, 'abc');
    expect(hashFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
