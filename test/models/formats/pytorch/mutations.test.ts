import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readPytorch } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { expectReadOrRefused } from '../../mutations.ts';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/pytorch/${name}`, import.meta.url)));

describe('any mutation of a state dict', () => {
  it.each(['both-ways', 'characters', 'half'])('is read or refused, and never fails otherwise: %s', async (name) => {
    await expectReadOrRefused(fixture(`${name}.safetensors`), 700, async (path) => {
      const found = await readPytorch(path, { hiddenActivation: 'tanh' });
      if (!('nodes' in found)) canonical(found, 'numbers', path);
    });
  });
});
