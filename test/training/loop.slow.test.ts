import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { configurationSchema, learningRateAt } from '../../pipeline/training/configuration.ts';
import { charactersPerEpoch, freshState, type TrainingState, train } from '../../pipeline/training/loop.ts';
import { ARCHITECTURE, CONFIGURATION, tinyTraining } from './tiny.ts';

const fresh = () => freshState(ARCHITECTURE, CONFIGURATION);

describe('train', () => {
  it('learns a text that repeats itself', async () => {
    const { log, best } = await train(tinyTraining(), fresh());
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    // Who knows the frequencies alone pays ½·ln 2 + ½·ln 6 = 1.242 nats, who knows the last character ½·ln 3 = 0.549.
    expect(log[0]!.trainLoss).toBeGreaterThan(0.8);
    expect(log.at(-1)!.validationLoss).toBeLessThan(0.2);
    expect(best.epoch).toBeGreaterThan(3);
    expect(best.validationLoss).toBe(Math.min(...log.map(({ validationLoss }) => validationLoss)));
  });

  it('comes to the same weights when it is run again, and to others from another seed', async () => {
    const first = await train(tinyTraining(), fresh(), 2);
    const again = await train(tinyTraining(), fresh(), 2);
    expect(again).toEqual(first);
    const other = await train(tinyTraining(), freshState(ARCHITECTURE, { ...CONFIGURATION, seed: 4 }), 2);
    expect(other.tensors[0]!.weights).not.toEqual(first.tensors[0]!.weights);
  });

  it('goes on from a saved epoch to the very same state, bit for bit', async () => {
    let saved: TrainingState | undefined;
    await train(
      tinyTraining((state) => {
        if (state.epoch === 2) saved = structuredClone(state);
      }),
      fresh(),
      3,
    );
    const unbroken = await train(tinyTraining(), fresh(), 4);
    const resumed = await train(tinyTraining(), saved!, 4);
    expect(resumed).toEqual(unbroken);
  });

  it('is told of every step, and of the same weights again when it goes on from a saved epoch', async () => {
    const watched = (seen: Map<number, Float32Array>, save?: (state: TrainingState) => void) => ({
      ...tinyTraining(save),
      stepped: ({ step, tensors }: TrainingState) => void seen.set(step, tensors[0]!.average.slice()),
    });
    let saved: TrainingState | undefined;
    const unbroken = new Map<number, Float32Array>();
    await train(
      watched(unbroken, (state) => {
        if (state.epoch === 1) saved = structuredClone(state);
      }),
      fresh(),
      3,
    );
    const resumed = new Map<number, Float32Array>();
    const { step: done } = saved!;
    await train(watched(resumed), saved!, 3);
    expect([...unbroken.keys()]).toEqual(Array.from(unbroken.keys(), (_, k) => k + 1));
    expect(done).toBeGreaterThan(0);
    expect([...resumed.keys()]).toEqual([...unbroken.keys()].slice(done));
    for (const [step, average] of resumed) expect(average).toEqual(unbroken.get(step));
  });

  it('keeps the averaged weights of the epoch with the lowest validation loss', async () => {
    const averages: Float32Array[][] = [];
    const state = await train(
      tinyTraining(({ tensors }) => averages.push(tensors.map(({ average }) => average.slice()))),
      fresh(),
    );
    const losses = state.log.map(({ validationLoss }) => validationLoss);
    const lowest = losses.indexOf(Math.min(...losses));
    expect(state.best.epoch).toBe(lowest + 1);
    expect(state.best.weights).toEqual(averages[lowest]);
  });

  it('draws other windows and masks in every epoch', async () => {
    const generators: string[] = [];
    await train(
      tinyTraining(({ random }) => generators.push(random.join())),
      fresh(),
      3,
    );
    expect(new Set([fresh().random.join(), ...generators]).size).toBe(4);
  });

  it('reports as many characters as it reads', async () => {
    let read = 0;
    const training = { ...tinyTraining(), progress: (characters: number) => (read += characters) };
    const { log } = await train(training, fresh(), 1);
    const expected = charactersPerEpoch(training);
    expect(Math.abs(read - expected)).toBeLessThanOrEqual(CONFIGURATION.steps * CONFIGURATION.streams * 2);
    // The clock of the tests advances a second between two looks.
    expect(log[0]!.charactersPerSecond).toBe(read);
  });

  it('refuses a text that is too short for its streams', async () => {
    const training = { ...tinyTraining(), runs: [{ start: 0, end: 70 }] };
    const error = await train(training, fresh()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain('too short for 4 streams of 20 characters');
  });
});

describe('learningRateAt', () => {
  it('stays, and then falls along half a cosine to the final rate', () => {
    const rates = [0, 1, 2, 3, 4, 5].map((epoch) => learningRateAt(CONFIGURATION, epoch));
    // 0.002 + 0.018 · (1 + cos(π·k/3)) / 2 for k of 1, 2 and 3, where the cosine is ½, −½ and −1.
    const expected = [0.02, 0.02, 0.02, 0.0155, 0.0065, 0.002];
    rates.forEach((rate, epoch) => {
      expect(rate).toBeCloseTo(expected[epoch]!, 12);
    });
  });
});

describe('configurationSchema', () => {
  it.each([
    [{ dropout: [0.1, 0.2] }, 'has 2 rates for 1 layers'],
    [{ recurrentDropout: [] }, 'has 0 rates for 1 layers'],
    [{ constantEpochs: 6 }, 'must be less than epochs'],
    [{ dropout: [1] }, 'expected number to be <1'],
    [{ units: [] }, '>=1'],
    [{ momentum: 0.9 }, 'momentum'],
  ])('refuses %j', (change, message) => {
    const { error } = configurationSchema.safeParse({ ...CONFIGURATION, ...change });
    expect(JSON.stringify(error?.issues)).toContain(message);
  });

  it('takes what is right', () => {
    expect(configurationSchema.parse(CONFIGURATION)).toEqual(CONFIGURATION);
  });
});
