import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../../../pipeline/files/hash.ts';
import { assembleParameters, tensorShapes } from '../../../../pipeline/lstm/parameters.ts';
import {
  type Card,
  hasCard,
  readCard,
  readLog,
  readModel,
  writeCard,
  writeLog,
} from '../../../../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../../../../pipeline/models/formats/own/parameters.ts';
import { inputError, temporaryFolder } from '../../../temporary.ts';

/** A folder with zero weights of one layer of two units, and their card. */
function model(change: Partial<Card> = {}): { folder: string; card: Card } {
  const folder = temporaryFolder();
  const vocabulary = change.vocabulary ?? ['\n', ' ', '-', 'a', '’', '🐇'];
  const architecture: Card['architecture'] = {
    inputs: vocabulary.length,
    units: [2],
    outputs: vocabulary.length,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
  };
  const zeros = tensorShapes(architecture).map(({ rows, columns }) => {
    return { rows, columns, data: new Float32Array(rows * columns) };
  });
  const path = join(folder, 'model.safetensors');
  writeParameters(path, architecture, assembleParameters(architecture, zeros));
  const card: Card = {
    vocabulary,
    architecture,
    weights: { file: 'model.safetensors', sha256: hashFile(path) },
    chosenEpoch: 12,
    loss: { train: 1.2, validation: 1.4, 'held-out': 1.45 },
    run: { seed: 1, engine: 'onnx', 'learning rate': 0.002 },
    body: 'Trained on a text.\n',
    ...change,
  };
  writeCard(folder, card);
  return { folder, card };
}

const refusal = (change: Partial<Card>) => inputError(() => readModel(model(change).folder)).message;

describe('readCard', () => {
  it('reads back what was written', () => {
    const { folder, card } = model();
    expect(hasCard(folder)).toBe(true);
    expect(readCard(folder)).toEqual(card);
    expect(readModel(folder).parameters.dense[0]!.kernel).toMatchObject({ rows: 2, columns: 6 });
    expect(readdirSync(folder).sort()).toEqual(['card.md', 'model.safetensors']);
  });

  it.each(['../secret', '/dev/zero', '/etc/passwd'])('hashes nothing that lies elsewhere: %s', (file) => {
    const { folder } = model({ weights: { file, sha256: '0'.repeat(64) } });
    const { what } = inputError(() => readCard(folder));
    expect(what).toBe(`It names the file "${file}", which does not lie beside it.`);
  });

  it('keeps every character of a vocabulary, whatever YAML thinks of it', () => {
    const vocabulary = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { minLength: 1 });
    const folder = temporaryFolder();
    const { card } = model();
    fc.assert(
      fc.property(vocabulary, (characters) => {
        const size = characters.length;
        const { architecture } = card;
        writeCard(folder, {
          ...card,
          vocabulary: characters,
          architecture: { ...architecture, inputs: size, outputs: size },
        });
        const path = join(folder, 'model.safetensors');
        writeFileSync(path, '');
        const written = readFileSync(join(folder, 'card.md'), 'utf8').replace(card.weights.sha256, hashFile(path));
        writeFileSync(join(folder, 'card.md'), written);
        expect(readCard(folder).vocabulary).toEqual(characters);
      }),
      { numRuns: 30 },
    );
  });

  it('names the card and the weights when their hash differs', () => {
    const message = refusal({ weights: { file: 'model.safetensors', sha256: '0'.repeat(64) } });
    expect(message).toMatch(/card\.md: The card belongs to weights with SHA-256 0{64}, but .*model\.safetensors has /);
  });

  it('names both when the vocabulary does not fit the architecture', () => {
    const { architecture } = model().card;
    expect(refusal({ architecture: { ...architecture, outputs: 9 } })).toMatch(
      /card\.md: The vocabulary has 6 characters, but the architecture has 9 outputs\./,
    );
  });

  it('names both, and the tensor, when a shape differs', () => {
    const { architecture } = model().card;
    const message = refusal({ architecture: { ...architecture, units: [3] } });
    expect(message).toMatch(/model\.safetensors, tensor "layer1\.kernel": It has the shape \[6, 8\], .* \[6, 12\]\./);
    expect(message).toMatch(/The architecture is that of .*card\.md\./);
  });

  it('says that the weights, or the card, are not there', () => {
    expect(refusal({ weights: { file: 'gone.safetensors', sha256: '0'.repeat(64) } })).toContain(
      'gone.safetensors: Cannot read',
    );
    expect(hasCard(temporaryFolder())).toBe(false);
    expect(inputError(() => readCard('/nowhere')).message).toContain('/nowhere/card.md: Cannot read');
  });

  it('places a fault of the front matter', () => {
    const { folder } = model();
    const path = join(folder, 'card.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('chosenEpoch: 12', 'chosenEpoch: twelve'));
    expect(inputError(() => readCard(folder)).message).toMatch(/card\.md:\d+:14: "chosenEpoch": /);
  });
});

describe('readLog', () => {
  const epoch = { epoch: 0, trainLoss: 3, validationLoss: 2.5, learningRate: 0.002, charactersPerSecond: 900 };

  it('reads back what was written, and nothing where there is no log', () => {
    const folder = temporaryFolder();
    expect(readLog(folder)).toEqual([]);
    writeLog(folder, []);
    expect(readLog(folder)).toEqual([]);
    writeLog(folder, [epoch, { ...epoch, epoch: 1 }]);
    expect(readLog(folder)).toEqual([epoch, { ...epoch, epoch: 1 }]);
  });

  it('names the line that is no epoch', () => {
    const folder = temporaryFolder();
    for (const line of ['{"epoch":', '{"epoch":1}', '[]']) {
      writeFileSync(join(folder, 'log.jsonl'), `${JSON.stringify(epoch)}\n${line}\n`);
      expect(inputError(() => readLog(folder)).message).toContain('log.jsonl:2: The line is not an epoch of a log');
    }
  });
});
