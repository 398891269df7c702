import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../pipeline/files/safetensors.ts';
import { loadCheckpoint, saveCheckpoint } from '../../pipeline/training/checkpoint.ts';
import { freshState, type TrainingState, train } from '../../pipeline/training/loop.ts';
import { inputError, temporaryFolder } from '../temporary.ts';
import { ARCHITECTURE, CONFIGURATION, tinyTraining } from './tiny.ts';

const RUN = 'a hash of the run';

function saved(state: TrainingState): string {
  const path = join(temporaryFolder(), 'checkpoints', 'last.safetensors');
  saveCheckpoint(path, RUN, ARCHITECTURE, state);
  return path;
}

const fresh = () => freshState(ARCHITECTURE, CONFIGURATION);

describe('a checkpoint', () => {
  it('gives back what was saved, so that training ends in the very same state, bit for bit', async () => {
    const path = saved(await train(tinyTraining(), fresh(), 2));
    const restored = loadCheckpoint(path, RUN, ARCHITECTURE)!;
    expect(restored).toEqual(await train(tinyTraining(), fresh(), 2));
    expect(await train(tinyTraining(), restored, 4)).toEqual(await train(tinyTraining(), fresh(), 4));
  });

  it('is nothing to go on from where there is no file', () => {
    expect(loadCheckpoint(join(temporaryFolder(), 'last.safetensors'), RUN, ARCHITECTURE)).toBeUndefined();
  });
});

describe('a checkpoint is refused', () => {
  const state = async () => saved(await train(tinyTraining(), fresh(), 1));

  it('when it is of another run', async () => {
    const path = await state();
    const error = inputError(() => loadCheckpoint(path, 'another hash', ARCHITECTURE));
    expect(error.message).toContain(`${path}: The checkpoint is of another run`);
    expect(error.fix).toContain('Train without --resume');
  });

  it.each([0, 5, 300, -1])('when it is cut off at byte %i', async (length) => {
    const path = await state();
    writeFileSync(path, readFileSync(path).subarray(0, length));
    expect(inputError(() => loadCheckpoint(path, RUN, ARCHITECTURE)).place.file).toBe(path);
  });

  it('when it is some other tensor file', () => {
    const path = join(temporaryFolder(), 'last.safetensors');
    writeSafetensors(path, { tensors: new Map([['x', { shape: [1], data: Float32Array.of(1) }]]), metadata: {} });
    const error = inputError(() => loadCheckpoint(path, RUN, ARCHITECTURE));
    expect(error.message).toContain('no checkpoint of a training run');
  });

  it('when its tensors have other shapes', async () => {
    const path = await state();
    const error = inputError(() => loadCheckpoint(path, RUN, { ...ARCHITECTURE, units: [9] }));
    expect(error.place).toEqual({ file: path, tensor: 'weights/layer1.kernel' });
    expect(error.message).toContain('4×36');
  });
});
