// Which engine is chosen where TensorFlow.js finds a GPU, or says that it does.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';

const tfjsEngine = vi.hoisted(() => vi.fn<() => Promise<Engine>>());
vi.mock('../../pipeline/engines/tfjs.ts', () => ({ tfjsEngine }));

/** An engine on a GPU whose products are off by a factor, or whose programs throw where there is none. */
function onGpu(factor: number | undefined): Engine {
  const reference = referenceEngine(Float32Array);
  return {
    name: 'tfjs',
    device: 'cuda',
    async compile(computation, constants) {
      const program = await reference.compile(computation, constants);
      const run: typeof program.run = async (inputs) => {
        if (factor === undefined) throw new Error('no kernel image is available\nfor this device');
        const outputs = Object.entries(await program.run(inputs));
        return Object.fromEntries(outputs.map(([name, values]) => [name, values.map((value) => factor * value)]));
      };
      return { ...program, run };
    },
  };
}

afterEach(() => vi.unstubAllEnvs());

describe('a GPU of TensorFlow.js', () => {
  it('is taken, by its name and by auto, where it agrees with the reference', async () => {
    tfjsEngine.mockImplementation(async () => onGpu(1));
    for (const engine of ['tfjs', 'auto'] as const) {
      expect(await chooseEngine({ engine })).toMatchObject({ name: 'tfjs', device: 'cuda' });
    }
  });

  it.each([
    ['computes something else', 1.001],
    ['fails', undefined],
  ])('is left by auto for onnx where it %s', async (_, factor) => {
    tfjsEngine.mockImplementation(async () => onGpu(factor));
    expect(await chooseEngine({ engine: 'auto' })).toMatchObject({ name: 'onnx', device: 'cpu' });
  });

  it('is refused, when it is asked for, where it computes something else', async () => {
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', '0');
    tfjsEngine.mockImplementation(async () => onGpu(1.001));
    await expect(chooseEngine({ engine: 'tfjs' })).rejects.toMatchObject({
      name: 'InputError',
      what: 'The device "cuda" differs from the reference by 1.0e-3, more than 0.00001',
      fix: 'Take the engine "onnx" to run on the processor.',
    });
  });

  it('is refused with its reason where it fails', async () => {
    tfjsEngine.mockImplementation(async () => onGpu(undefined));
    await expect(chooseEngine({ engine: 'tfjs' })).rejects.toMatchObject({
      what: 'The device "cuda" cannot be used here: no kernel image is available',
      fix: 'Take the engine "onnx" to run on the processor, or see what is missing: npx cellarium devices',
    });
  });

  it("is refused with a word on the user's own setting of TF32, which was not touched", async () => {
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
    tfjsEngine.mockImplementation(async () => onGpu(1.001));
    await expect(chooseEngine({ engine: 'tfjs' })).rejects.toMatchObject({
      what: expect.stringContaining('NVIDIA_TF32_OVERRIDE is "1" here'),
      fix: 'Unset it, or take the engine "onnx" to run on the processor.',
    });
  });
});
