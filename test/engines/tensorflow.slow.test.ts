import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AGREEMENT } from '../../pipeline/engines/index.ts';
import { prepareForLibrary } from '../../pipeline/engines/tensorflow-library.ts';
import { tfjsEngine } from '../../pipeline/engines/tfjs.ts';
import { SIGMOID, smallArchitecture, trainingExample } from './example.ts';

const { device } = await tfjsEngine();

describe('the engine of TensorFlow.js', () => {
  it('prepares constants once for the life of a program, and frees all that it holds with it', async () => {
    const engine = await tfjsEngine();
    const { computation, inputs } = trainingExample(smallArchitecture(SIGMOID), { steps: 3, streams: 2 });
    const isWeight = (name: string) => /kernel$|bias$/.test(name);
    const some = (wanted: boolean) =>
      Object.fromEntries(Object.entries(inputs).filter(([name]) => isWeight(name) === wanted));
    const counts = [tf.memory().numTensors];
    const program = await engine.compile(computation, some(true));
    counts.push(tf.memory().numTensors);
    await program.run(some(false));
    counts.push(tf.memory().numTensors);
    const { kernels } = await tf.profile(async () => (await program.run(some(false))) as unknown as tf.TensorContainer);
    counts.push(tf.memory().numTensors);
    await program.dispose();
    counts.push(tf.memory().numTensors);

    const [before, compiled, once, twice, disposed] = counts;
    expect(compiled).toBe(before! + 8);
    expect(once).toBeGreaterThan(compiled!);
    expect(twice).toBe(once);
    expect(disposed).toBe(before);
    expect(kernels.length).toBeGreaterThan(0);
    expect(kernels.filter(({ name }) => name === 'Fill')).toEqual([]);
  });
});

describe('before the native library of TensorFlow is loaded', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('its products are told to be of full precision, its threads how many they are, and its log to be quiet', () => {
    for (const name of ['TF_NUM_INTRAOP_THREADS', 'TF_CPP_MIN_LOG_LEVEL']) vi.stubEnv(name, undefined);
    prepareForLibrary(3);
    expect(process.env).toMatchObject({
      NVIDIA_TF32_OVERRIDE: '0',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_CPP_MIN_LOG_LEVEL: '2',
    });
  });

  it('what somebody set for the log stays', () => {
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
    prepareForLibrary();
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe('0');
  });

  it('the binding finds the functions of Node that were removed in version 23', () => {
    prepareForLibrary();
    const { isArray, isNullOrUndefined } = util as unknown as Record<string, (value: unknown) => boolean>;
    expect([[], {}, undefined].map((value) => isArray!(value))).toEqual([true, false, false]);
    expect([null, undefined, 0, ''].map((value) => isNullOrUndefined!(value))).toEqual([true, true, false, false]);
  });
});

describe.skipIf(device === 'javascript')(
  'the native library of TensorFlow (skipped where it is not: scripts/tfjs-native.sh builds it)',
  () => {
    it('agrees with the reference, and prints nothing', () => {
      const index = fileURLToPath(new URL('../../pipeline/engines/index.ts', import.meta.url));
      const program = `
        const { chooseEngine, differenceFromReference } = await import(${JSON.stringify(index)});
        console.log(await differenceFromReference(await chooseEngine({ engine: 'tfjs', threads: 1 })));`;
      const args = ['--input-type=module', '--eval', program];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(Number(stdout)).toBeGreaterThan(0);
      expect(Number(stdout)).toBeLessThan(AGREEMENT);
    });
  },
);
