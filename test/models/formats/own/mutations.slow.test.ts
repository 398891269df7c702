import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { readSeries } from '../../../../pipeline/datasets/series/csv.ts';
import { writeStandalone } from '../../../../pipeline/models/formats/own/standalone.ts';
import { importModel } from '../../../../pipeline/models/open.ts';
import { readVocabulary } from '../../../../pipeline/models/vocabulary.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { expectReadOrRefused } from '../../mutations.ts';
import { randomNetwork } from '../../networks.ts';

const COUNT = 2000;

describe('any mutation is read or refused, and never fails otherwise', () => {
  it('of a model in one file', async () => {
    const path = join(temporaryFolder(), 'model.safetensors');
    const architecture = {
      inputs: 3,
      units: [2],
      bidirectional: [true],
      outputs: 3,
      cellActivation: 'relu',
      recurrentActivation: { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
    } as const;
    const { parameters } = randomNetwork(architecture, 1);
    writeStandalone(path, { description: { vocabulary: ['a', '"', '🐇'], stateful: true, architecture }, parameters });
    await expectReadOrRefused(readFileSync(path), COUNT, async (mutated) => {
      await importModel(mutated);
    });
  });

  it('of series in a CSV file', async () => {
    const good = 'series,"temp, °C",wind\noslo,1.5,-2e-3\noslo,"3",.25\n\nrome,5,6\nrome,-7.125,8\n';
    await expectReadOrRefused(Buffer.from(good), COUNT, async (mutated) => {
      readSeries(mutated);
    });
  });

  it('of a vocabulary', async () => {
    const good = Buffer.from(JSON.stringify({ a: 1, b: 2, '\n': 3, '🐇': 4, '<s>': 5, '"': 6 }));
    await expectReadOrRefused(good, COUNT, async (mutated) => {
      const named = `${mutated}.json`;
      renameSync(mutated, named);
      readVocabulary(named, 7);
    });
  });
});
