import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { AGREEMENT, chooseEngine, differenceFromReference } from '../../pipeline/engines/index.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { onnxWebEngine } from '../../pipeline/engines/onnx-web.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { tfjsEngine } from '../../pipeline/engines/tfjs.ts';

const onnxHasCuda = await chooseEngine({ engine: 'onnx', device: 'cuda' }).then(
  () => true,
  () => false,
);
const tfjsHasCuda = (await tfjsEngine()).device === 'cuda';

describe('chooseEngine', () => {
  it('takes the engine that is asked for, and onnx when none is', async () => {
    expect((await chooseEngine({ engine: 'reference' })).name).toBe('reference');
    expect((await chooseEngine({ engine: 'tfjs' })).name).toBe('tfjs');
    expect(await chooseEngine({ engine: 'onnx-web' })).toMatchObject({ name: 'onnx-web', device: 'cpu' });
    expect(await chooseEngine({ engine: 'onnx', threads: 1 })).toMatchObject({ name: 'onnx', device: 'cpu' });
    expect(await chooseEngine({})).toMatchObject({ name: 'onnx', device: 'cpu' });
  });

  it.skipIf(tfjsHasCuda)(
    'takes onnx for auto where TensorFlow.js finds no CUDA device (skipped where it does)',
    async () => {
      expect(await chooseEngine({ engine: 'auto' })).toMatchObject({ name: 'onnx', device: 'cpu' });
    },
  );

  it.skipIf(onnxHasCuda)(
    'refuses a CUDA device that is not there, and says how to go on (skipped where it is)',
    async () => {
      const error = await chooseEngine({ engine: 'onnx', device: 'cuda' }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toContain('The device "cuda" cannot be used here');
      expect((error as InputError).fix).toBe(
        'Leave --device out to run on the processor, or see what is missing: npx cellarium devices',
      );
    },
  );
});

/** An engine that computes as another does, but for one output. */
function disturbed(engine: Engine, name: string, disturb: (value: number) => number): Engine {
  return {
    ...engine,
    async compile(computation, constants) {
      const program = await engine.compile(computation, constants);
      return {
        ...program,
        async run(inputs) {
          const outputs = await program.run(inputs);
          return { ...outputs, [name]: outputs[name]!.map(disturb) };
        },
      };
    },
  };
}

describe('the self-test', () => {
  it.each([
    ['onnx', () => onnxEngine({ device: 'cpu', threads: 1 })],
    ['onnx-web', () => onnxWebEngine({ threads: 1 })],
    ['tfjs', tfjsEngine],
  ])('passes %s', async (_, make) => {
    expect(await differenceFromReference(await make())).toBeLessThan(AGREEMENT);
  });

  it.each([
    'logProbabilities',
    'layer1.hT',
    'layer2.cT',
    'layer1.kernel.gradient',
    'layer2.recurrent_kernel.gradient',
    'dense.bias.gradient',
  ])('sees an engine whose %s is off by a ten-thousandth', async (name) => {
    const engine = disturbed(referenceEngine(Float32Array), name, (value) => value * 1.0001);
    expect(await differenceFromReference(engine)).toBeCloseTo(1e-4, 6);
  });

  it('does not let values pass that are not numbers', async () => {
    const engine = disturbed(referenceEngine(Float32Array), 'layer1.bias.gradient', () => Number.NaN);
    expect((await differenceFromReference(engine)) <= AGREEMENT).toBe(false);
  });
});
