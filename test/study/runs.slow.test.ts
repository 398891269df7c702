import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import { loadYaml } from '../../pipeline/content/files.ts';
import type { Block } from '../../pipeline/datasets/blocks.ts';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { hashFile } from '../../pipeline/files/hash.ts';
import { readCard } from '../../pipeline/models/formats/own/card.ts';
import { type StudyRun, shuffledWithin, stepFile, trainRun } from '../../pipeline/study/runs.ts';
import { configurationSchema } from '../../pipeline/training/configuration.ts';
import { loadTrainingSet } from '../../pipeline/training/training-set.ts';
import { writeContent } from '../fixtures/build/content.ts';
import { prose } from '../fixtures/build/prose.ts';
import { temporaryFolder } from '../temporary.ts';

describe('trainRun', () => {
  const STEPS = [1, 8, 24, 32];
  const RUN: StudyRun = { id: 'seed-9', seed: 9, shuffle: 2, steps: STEPS };
  /** Fails in the second epoch, when all steps of the first and some more are done. */
  const failing = (engine: Engine, after: number): Engine => ({
    ...engine,
    async compile(computation, constants) {
      const program = await engine.compile(computation, constants);
      let runs = 0;
      return {
        dispose: () => program.dispose(),
        run(inputs) {
          runs += 1;
          if (runs > after) throw new Error('The power is out.');
          return program.run(inputs);
        },
      };
    },
  });

  it('keeps the very same weights where it was stopped and goes on', async () => {
    const home = temporaryFolder();
    const content = writeContent(home);
    writeFileSync(join(content, 'corpora', 'text.txt'), prose(16_000));
    const yaml = loadYaml(join(content, 'models', 'tiny', 'training.yaml'), configurationSchema);
    const configuration = { ...yaml, epochs: 2, constantEpochs: 1 };
    const trainingSet = loadTrainingSet(content, configuration);
    const engine = await chooseEngine({ threads: 1 });
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const training = { configuration, trainingSet, engine, choice: { threads: 1 } };
    const [unbroken, stopped] = [join(home, 'unbroken'), join(home, 'stopped')];
    await trainRun(RUN, unbroken, training);
    await expect(trainRun(RUN, stopped, { ...training, engine: failing(engine, 26) })).rejects.toThrow('power');
    const [first] = readFileSync(join(stopped, 'log.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first!).epoch).toBe(1);
    rmSync(stepFile(stopped, 24)); // as though it had been lost with the power
    await trainRun(RUN, stopped, training);
    expect(print.mock.calls.flat().join('\n')).toContain('going on after epoch 1');
    print.mockRestore();
    for (const step of STEPS) {
      expect(hashFile(stepFile(stopped, step))).toBe(hashFile(stepFile(unbroken, step)));
    }
    expect(readCard(stopped).weights).toEqual(readCard(unbroken).weights);
  });
});

describe('shuffledWithin', () => {
  const blocks: Block[] = [
    { start: 0, end: 300, split: 'train' },
    { start: 300, end: 400, split: 'validation' },
    { start: 400, end: 600, split: 'train' },
    { start: 600, end: 700, split: 'held-out' },
  ];
  const ids = Int32Array.from({ length: 700 }, (_, t) => t);
  const of = (split: Block['split'], values: Int32Array) =>
    blocks.filter((block) => block.split === split).flatMap(({ start, end }) => [...values.slice(start, end)]);

  it('keeps the characters of each split and changes their order, the same way for the same seed', () => {
    const shuffled = shuffledWithin(ids, blocks, seededRandom(3));
    for (const split of ['train', 'validation', 'held-out'] as const) {
      expect(of(split, shuffled)).not.toEqual(of(split, ids));
      expect(of(split, shuffled).sort((a, b) => a - b)).toEqual(of(split, ids));
    }
    expect(shuffledWithin(ids, blocks, seededRandom(3))).toEqual(shuffled);
    expect(shuffledWithin(ids, blocks, seededRandom(4))).not.toEqual(shuffled);
  });

  it('brings every place about as many characters from the first half as from the second', () => {
    // 250 of 500 would stay in their half; four standard deviations of a hypergeometric count are 45.
    const training = of('train', shuffledWithin(ids, blocks, seededRandom(11)));
    const stayed = training.slice(0, 250).filter((id) => id < 250).length;
    expect(Math.abs(stayed - 125)).toBeLessThan(45);
  });
});
