import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical } from '../../../pipeline/formats/foreign.ts';
import { readKerasHdf5 } from '../../../pipeline/formats/keras/read.ts';
import { writeKerasHdf5 } from '../../../pipeline/formats/keras/write.ts';
import type { Architecture, RecurrentActivation } from '../../../pipeline/lstm/parameters.ts';
import { listTensors } from '../../../pipeline/lstm/parameters.ts';
import { temporaryFolder } from '../../temporary.ts';
import { architectures, randomNetwork } from '../networks.ts';

const functions = fc.record({
  cellActivation: fc.constantFrom('tanh' as const, 'relu' as const, 'sigmoid' as const, 'linear' as const),
  recurrentActivation: fc.constantFrom<RecurrentActivation>(
    { kind: 'sigmoid' },
    { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
    { kind: 'hard-sigmoid', slope: 1 / 6, offset: 0.5 },
  ),
});

const bits = (data: Float32Array) => [...new Uint32Array(data.buffer, data.byteOffset, data.length)];

it('writes what it reads back, bit for bit, of any network', async () => {
  const path = join(temporaryFolder(), 'x.h5');
  const network = fc.record({ architecture: architectures, functions, stateful: fc.boolean(), seed: fc.nat() });
  await fc.assert(
    fc.asyncProperty(network, async ({ architecture: shape, functions, stateful, seed }) => {
      const architecture: Architecture = { ...shape, ...functions };
      const { parameters } = randomNetwork(architecture, seed);
      await writeKerasHdf5(path, { architecture, parameters, stateful });
      const foreign = await readKerasHdf5(path);
      const read = canonical(foreign, architecture.reads ?? 'characters', path);
      expect(foreign.stateful).toBe(stateful);
      // What is left out and what is undefined are the same here.
      expect(read.architecture).toEqual(
        architecture.reads === 'characters' ? without(architecture, 'reads') : architecture,
      );
      const found = listTensors(read.parameters);
      listTensors(parameters).forEach(({ rows, columns, data }, index) => {
        expect([found[index]!.rows, found[index]!.columns]).toEqual([rows, columns]);
        expect(bits(found[index]!.data)).toEqual(bits(data));
      });
    }),
    { numRuns: 60 },
  );
});

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

it('refuses a hard sigmoid that no Keras has, and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const architecture: Architecture = {
    reads: 'numbers',
    inputs: 1,
    units: [1],
    outputs: 0,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'hard-sigmoid', slope: 0.25, offset: 0.5 },
  };
  const { parameters } = randomNetwork(architecture, 1);
  await expect(writeKerasHdf5(join(folder, 'x.h5'), { architecture, parameters })).rejects.toThrow('slope 0.25');
  expect(readdirSync(folder)).toEqual([]);
});
