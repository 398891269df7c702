import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { GRU_SIGNALS, SIGNALS } from '../../../pipeline/base/signals.ts';
import { runLayersModel } from '../../../pipeline/engines/index.ts';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import { type ForeignFormat, readForeign, recogniseFormat } from '../../../pipeline/models/formats.ts';
import { isGru, type LayeredModel, recurrentNodes } from '../../../pipeline/models/graph/model.ts';
import { openRunner } from '../../../pipeline/models/graph/run.ts';
import { largestGap, plainGru } from '../../lstm/plain-gru.ts';

const FIXTURES = 'test/fixtures/gru';

/** What test/fixtures/gru/make.py noted of a model. */
interface Noted {
  readonly input: readonly (readonly number[])[];
  /** Of each layer, by its name, as its own framework computes it. */
  readonly h: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const noted = (name: string): Noted => JSON.parse(readFileSync(`${FIXTURES}/${name}.json`, 'utf8'));

async function read(file: string, options = {}): Promise<LayeredModel> {
  const path = `${FIXTURES}/${file}`;
  const found = await readForeign(path, recogniseFormat(path) as ForeignFormat, options);
  if (!('nodes' in found)) throw new Error(`${file} was read as a plain stack`);
  return found;
}

async function run(model: LayeredModel, input: Noted['input']) {
  const nodes = recurrentNodes(model);
  const runner = await openRunner(model, nodes, referenceEngine(Float32Array));
  const [given] = runner.inputs;
  const steps = input.length;
  const dims = given!.sides.map((side) => (side === 'steps' ? steps : side));
  const value = { type: 'float32' as const, dims, data: Float32Array.from(input.flat()) };
  const { layers } = await runner.run(new Map([[given!.name, value]]));
  await runner.dispose();
  return layers;
}

const FILES: readonly (readonly [file: string, noted: string])[] = [
  ['keras-after.keras', 'keras-after'],
  ['keras-after.h5', 'keras-after'],
  ['keras-after.weights.h5', 'keras-after'],
  ['keras-before.keras', 'keras-before'],
  ['keras-before.h5', 'keras-before'],
  ['keras-no-bias.keras', 'keras-no-bias'],
  ['keras-both-ways.keras', 'keras-both-ways'],
  ['keras-both-ways.h5', 'keras-both-ways'],
  ['keras-mixed.keras', 'keras-mixed'],
  ['keras-cell.keras', 'keras-cell'],
  ['keras-masked.keras', 'keras-masked'],
  ['keras-states.keras', 'keras-states'],
  ['torch-plain.pt', 'torch-plain'],
  ['torch-plain.safetensors', 'torch-plain'],
  ['torch-no-bias.pt', 'torch-no-bias'],
  ['torch-both-ways.pt', 'torch-both-ways'],
  ['torch-stacked.pt', 'torch-stacked'],
  ['torch-cell.safetensors', 'torch-cell'],
  ['torch-mixed.pt', 'torch-mixed'],
  ['tensorflow-after', 'tensorflow-after'],
  ['tensorflow-both', 'tensorflow-both'],
  ['tensorflow-first', 'tensorflow-first'],
  ['onnx-after.onnx', 'onnx-after'],
  ['onnx-before.onnx', 'onnx-before'],
  ['onnx-both-ways.onnx', 'onnx-both-ways'],
  ['onnx-reverse.onnx', 'onnx-reverse'],
  ['onnx-no-bias.onnx', 'onnx-no-bias'],
];

describe('a file with layers of GRU cells', () => {
  it.each(FILES)('gives the h of its own framework: %s', async (file, name) => {
    const model = await read(file, name === 'torch-mixed' ? { order: ['lower', 'upper'] } : {});
    const { input, h } = noted(name);
    const found = await run(model, input);
    expect([...found.keys()]).toEqual(expect.arrayContaining(Object.keys(h)));
    for (const node of recurrentNodes(model)) {
      if (h[node.name] === undefined) continue;
      const { signals, skipped } = found.get(node.name)!;
      expect(Object.keys(signals)).toEqual([...(isGru(node) ? GRU_SIGNALS : SIGNALS)]);
      expect(largestGap(signals.h!, h[node.name]!.flat()), node.name).toBeLessThan(1e-6);
      expect(skipped.includes(true)).toBe(name === 'keras-masked');
    }
  });

  it.each(FILES.filter(([, name]) => /after|plain|no-bias|onnx-before/.test(name)))(
    'gives the r, z and n of plain loops: %s',
    async (file, name) => {
      const model = await read(file);
      const { input } = noted(name);
      const [layer, found] = [...(await run(model, input))][0]!;
      const [direction] = recurrentNodes(model).find((node) => node.name === layer)!.directions;
      const units = direction!.parameters.recurrentKernel.rows;
      const expected = plainGru(direction!.parameters, input.flat(), new Array(units).fill(0));
      for (const signal of GRU_SIGNALS) expect(largestGap(found.signals[signal]!, expected[signal])).toBeLessThan(1e-6);
    },
  );

  it('gives the last h that TensorFlow.js gives', async () => {
    const folder = 'test/fixtures/tfjs/gru';
    const found = await readForeign(folder, 'tfjs', {});
    if (!('nodes' in found)) throw new Error('it was read as a plain stack');
    const random = seededRandom(5);
    const input = Array.from({ length: 7 }, () => Array.from({ length: found.inputs[0]!.width }, () => normal(random)));
    const [layer] = [...(await run(found, input)).values()];
    const { modelTopology: topology, weightsManifest } = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8'));
    const bytes = readFileSync(`${folder}/${weightsManifest[0].paths[0]}`);
    const model = { topology, specs: weightsManifest[0].weights, data: new Uint8Array(bytes).buffer };
    topology.config.layers[0].config.batch_input_shape = [1, 7, input[0]!.length];
    const expected = await runLayersModel(model, Float32Array.from(input.flat()), [1, 7, input[0]!.length]);
    expect(largestGap(layer!.signals.h!.slice(-expected.length), expected)).toBeLessThan(1e-6);
  });

  it('leaves a GRU beside an LSTM out unless it is asked for, and says how to ask', async () => {
    const path = `${FIXTURES}/torch-mixed.pt`;
    const found = await readForeign(path, recogniseFormat(path) as ForeignFormat, {});
    expect('nodes' in found).toBe(false);
    expect(found.notes.join(' ')).toContain('"upper" is a GRU: it is opened with --layer upper');
    const alone = await read('torch-mixed.pt', { layer: 'upper' });
    expect(alone.inputs.map(({ name, width }) => [name, width])).toEqual([
      ['lower', 2],
      ['upper', 2],
    ]);
  });

  it('keeps its h where a step is masked, with all of it kept', async () => {
    const [found] = [...(await run(await read('keras-masked.keras'), noted('keras-masked').input)).values()];
    expect(found!.skipped).toEqual([false, true, false, false, true]);
    expect([...found!.signals.z!.subarray(3, 6)]).toEqual([1, 1, 1]);
    expect([...found!.signals.h!.subarray(3, 6)]).toEqual([...found!.signals.h!.subarray(0, 3)]);
  });
});
