import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../../pipeline/files/safetensors.ts';
import { listTensors } from '../../../../pipeline/lstm/parameters.ts';
import type { Description } from '../../../../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../../../../pipeline/models/formats/own/parameters.ts';
import { readStandalone, writeStandalone } from '../../../../pipeline/models/formats/own/standalone.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';
import { architectures, randomNetwork } from '../../networks.ts';

/** Names for what an architecture reads. */
function describeNetwork(architecture: Description['architecture'], stateful: boolean): Description {
  const names = Array.from({ length: architecture.inputs }, (_, k) => String.fromCodePoint(0x61 + k));
  const readsNumbers = architecture.reads === 'numbers';
  return {
    vocabulary: [],
    ...(readsNumbers ? { features: names } : {}),
    ...(stateful ? { stateful } : {}),
    architecture,
  };
}

describe('a model in one file', () => {
  it('comes back with the same description and the same bits', () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    fc.assert(
      fc.property(architectures, fc.boolean(), fc.integer({ min: 1, max: 1000 }), (architecture, stateful, seed) => {
        const { parameters } = randomNetwork(architecture, seed);
        const description = describeNetwork(architecture, stateful);
        writeStandalone(path, { description, parameters });
        const found = readStandalone(path);
        expect(found.description).toEqual(description);
        const bits = (all: typeof parameters) =>
          listTensors(all).map(({ rows, columns, data }) => [rows, columns, ...new Uint32Array(data.slice().buffer)]);
        expect(bits(found.parameters)).toEqual(bits(parameters));
        const bytes = readFileSync(path);
        writeStandalone(path, found);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  const architecture: Description['architecture'] = {
    reads: 'numbers',
    inputs: 2,
    units: [3],
    outputs: 0,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
  const { parameters } = randomNetwork(architecture, 1);

  it('is refused where its description is missing, broken, or of another network', () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    writeParameters(path, architecture, parameters);
    expect(inputError(() => readStandalone(path)).message).toMatch(/without the description.*\n.*card\.md/);

    const write = (description: string) => {
      const { kernel } = parameters.layers[0]!;
      const tensors = new Map([['layer1.kernel', { shape: [kernel.rows, kernel.columns], data: kernel.data }]]);
      writeSafetensors(path, { tensors, metadata: { format: 'cellarium', description } });
      return inputError(() => readStandalone(path));
    };
    expect(write('{"vocabulary": []').what).toContain('Its description in the metadata is broken');
    expect(write(JSON.stringify({ vocabulary: ['a'], architecture })).what).toContain(
      'The vocabulary has 1 characters',
    );
    expect(write(JSON.stringify({ vocabulary: [], architecture })).place).toEqual({
      file: path,
      tensor: 'layer1.recurrent_kernel',
    });
  });

  it('is refused where its bytes are cut off', () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    writeStandalone(path, { description: { vocabulary: [], architecture }, parameters });
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    expect(inputError(() => readStandalone(path)).what).toContain('cut off');
  });
});
