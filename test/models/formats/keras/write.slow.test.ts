import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Architecture, listTensors, type RecurrentActivation } from '../../../../pipeline/lstm/parameters.ts';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import { writeKerasHdf5 } from '../../../../pipeline/models/formats/keras/write.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { asStack, differenceFrom } from '../../compare.ts';
import { architectures, randomNetwork } from '../../networks.ts';

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
      const foreign = asStack(await readKerasHdf5(path));
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

const python = process.env.PYTHON ?? 'python3';
const has = (framework: string) =>
  spawnSync(python, ['-c', `import importlib.util as u, sys; sys.exit(u.find_spec("${framework}") is None)`]).status ===
  0;
const script = fileURLToPath(new URL('../../../fixtures/keras/load.py', import.meta.url));

const EXPORTED: readonly Architecture[] = [
  {
    inputs: 5,
    embedding: 3,
    units: [4, 2],
    bidirectional: [true, false],
    hidden: [{ units: 3, activation: 'relu' }],
    outputs: 5,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  },
  {
    reads: 'numbers',
    inputs: 2,
    units: [3],
    outputs: 2,
    outputActivation: 'linear',
    cellActivation: 'relu',
    recurrentActivation: { kind: 'sigmoid' },
  },
];

describe.each([
  ['keras', 1 / 6],
  ['tf_keras', 0.2],
])('with a %s beside it (set PYTHON to an interpreter that has it)', (framework, slope) => {
  const hard: Architecture = {
    ...EXPORTED[1]!,
    outputs: 0,
    recurrentActivation: { kind: 'hard-sigmoid', slope, offset: 0.5 },
  };

  it.skipIf(!has(framework)).each([...EXPORTED, without(hard, 'outputActivation')])(
    'Keras loads the exported network and gives what it gives here: %j',
    async (architecture) => {
      const path = join(temporaryFolder(), 'x.h5');
      const network = randomNetwork(architecture, 7);
      await writeKerasHdf5(path, network);
      const input =
        architecture.reads === 'numbers'
          ? [
              [0.3, -1.2],
              [0.8, 0.1],
              [-0.4, 2],
            ]
          : [1, 0, 4, 2];
      const output = execFileSync(python, [script, framework, path, JSON.stringify(input)], { encoding: 'utf8' });
      expect(await differenceFrom(network, { input, ...JSON.parse(output) })).toBeLessThan(1e-5);
    },
    60_000,
  );
});
