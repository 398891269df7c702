import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../pipeline/files/safetensors.ts';
import type { Architecture } from '../../../../pipeline/lstm/parameters.ts';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { writePytorch } from '../../../../pipeline/models/formats/pytorch/write.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';
import { differenceFrom } from '../../compare.ts';
import { architectures, randomNetwork } from '../../networks.ts';
import { readPytorch } from './read-stack.ts';

const python = process.env.PYTHON ?? 'python3';
const hasPytorch = spawnSync(python, ['-c', 'import torch, safetensors']).status === 0;
const script = fileURLToPath(new URL('../../../fixtures/pytorch/check_export.py', import.meta.url));

const CHARACTERS: Architecture = {
  inputs: 7,
  embedding: 3,
  units: [4, 4],
  bidirectional: [true, true],
  outputs: 7,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

describe('writePytorch', () => {
  it('writes what readPytorch reads back bit for bit, minus zeros and activations too', async () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    await fc.assert(
      fc.asyncProperty(architectures, fc.integer(), async (architecture, seed) => {
        const network = randomNetwork(architecture, seed);
        writePytorch(path, network);
        const found = canonical(await readPytorch(path), architecture.reads ?? 'characters', path);
        // A missing `reads` means characters.
        expect({ reads: 'characters', ...found.architecture }).toStrictEqual({ reads: 'characters', ...architecture });
        expect(found.parameters).toStrictEqual(network.parameters);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("names the tensors as PyTorch's modules do, all layers in one nn.LSTM where they are alike", () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    writePytorch(path, randomNetwork({ ...CHARACTERS, bidirectional: [false, false] }, 1));
    const { tensors } = readSafetensors(path);
    expect([...tensors].map(([name, { shape }]) => `${name} ${shape}`)).toEqual([
      'embedding.weight 7,3',
      'lstm.weight_ih_l0 16,3',
      'lstm.weight_hh_l0 16,4',
      'lstm.bias_ih_l0 16',
      'lstm.bias_hh_l0 16',
      'lstm.weight_ih_l1 16,4',
      'lstm.weight_hh_l1 16,4',
      'lstm.bias_ih_l1 16',
      'lstm.bias_hh_l1 16',
      'linear.weight 7,4',
      'linear.bias 7',
    ]);
    expect(Math.max(...tensors.get('lstm.bias_hh_l0')!.data.map(Math.abs))).toBe(0);
  });

  it.skipIf(!hasPytorch)('writes what PyTorch loads, and computes as the reference does (needs torch)', async () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    const network = randomNetwork(CHARACTERS, 2);
    writePytorch(path, network);
    const input = [0, 6, 3, 3, 1];
    const sizes = { embedding: [7, 3], lstm: [3, 4, 2, true], linear: [8, 7], ids: input };
    const output = JSON.parse(execFileSync(python, [script, path, JSON.stringify(sizes)], { encoding: 'utf8' }));
    expect(await differenceFrom(network, { input, output })).toBeLessThan(1e-6);
  });

  it('refuses cells that nn.LSTM cannot compute, and writes nothing', () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    const hard: Architecture = {
      ...CHARACTERS,
      recurrentActivation: { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
    };
    for (const architecture of [hard, { ...CHARACTERS, cellActivation: 'relu' as const }]) {
      expect(inputError(() => writePytorch(path, randomNetwork(architecture, 3))).what).toContain('where nn.LSTM has');
    }
    expect(existsSync(path)).toBe(false);
  });
});
