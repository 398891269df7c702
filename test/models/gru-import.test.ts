import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { mixedRandom, normal, seededRandom } from '../../pipeline/base/random.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { initialParameters } from '../../pipeline/lstm/initialise.ts';
import { signalName } from '../../pipeline/lstm/names.ts';
import type { Architecture, DenseParameters } from '../../pipeline/lstm/parameters.ts';
import { writeAs } from '../../pipeline/models/formats.ts';
import { recurrentNodes } from '../../pipeline/models/graph/model.ts';
import { importModel, openAny } from '../../pipeline/models/open.ts';
import { checkParity } from '../../pipeline/models/parity.ts';
import { carriedReader } from '../../pipeline/trace/carried.ts';
import { readText } from '../../pipeline/trace/read.ts';
import { layOut } from '../../pipeline/trace/streams.ts';
import { numberSequence } from '../../pipeline/trace/targets.ts';
import { largestGap } from '../lstm/plain-gru.ts';

const FIXTURES = 'test/fixtures/gru';
const folder = mkdtempSync(join(tmpdir(), 'cellarium-gru-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What test/fixtures/gru/make.py noted of a model: h of its last layer by its own framework. */
function noted(name: string): { input: number[]; h: number[] } {
  const { input, h } = JSON.parse(readFileSync(`${FIXTURES}/${name}.json`, 'utf8'));
  return { input: input.flat(), h: (Object.values(h).at(-1) as number[][]).flat() };
}

/** h·W + b of every row, in doubles. */
function plainDense(rows: readonly number[], { kernel, bias }: DenseParameters): number[] {
  const steps = rows.length / kernel.rows;
  return Array.from({ length: steps * bias.columns }, (_, k) => {
    const [step, column] = [Math.floor(k / bias.columns), k % bias.columns];
    let sum = bias.data[column]!;
    for (let row = 0; row < kernel.rows; row++) {
      sum += rows[step * kernel.rows + row]! * kernel.data[row * kernel.columns + column]!;
    }
    return sum;
  });
}

const STACKS: readonly (readonly [file: string, resetsAfter: boolean, outputs: number])[] = [
  ['keras-after.keras', true, 2],
  ['keras-after.h5', true, 2],
  ['keras-after.weights.h5', true, 2],
  ['keras-before.keras', false, 2],
  ['keras-before.h5', false, 2],
  ['keras-no-bias.keras', true, 2],
  ['keras-both-ways.keras', true, 1],
  ['torch-plain.pt', true, 2],
  ['torch-plain.safetensors', true, 2],
  ['torch-stacked.pt', true, 2],
  ['torch-no-bias.pt', true, 2],
  ['torch-both-ways.pt', true, 2],
  ['torch-cell.safetensors', true, 0],
  ['onnx-after.onnx', true, 0],
  ['onnx-before.onnx', false, 0],
  ['onnx-both-ways.onnx', true, 0],
  ['onnx-no-bias.onnx', true, 0],
];

describe('a stack of GRU layers as a network', () => {
  it.each(STACKS)(
    'has the h of its own framework, and its dense layer upon it: %s',
    async (file, resetsAfter, width) => {
      const { description, parameters, origin } = await importModel(`${FIXTURES}/${file}`);
      const { architecture } = description;
      expect(architecture.cell).toEqual({ kind: 'gru', resetsAfter });
      expect(architecture.outputs).toBe(width);
      expect(origin.withoutHead).toBeUndefined();
      const { input, h } = noted(file.replace(/\..*$/, ''));
      const sequence = numberSequence(Float32Array.from(input), architecture.inputs);
      const found: number[] = [];
      const said: number[] = [];
      const reader = carriedReader(referenceEngine(Float32Array), architecture, parameters);
      await reader.read(sequence, undefined, ({ layers, prediction }) => {
        found.push(...layers.at(-1)!.h!);
        said.push(...(prediction ?? []));
      });
      expect(largestGap(Float32Array.from(found), h)).toBeLessThan(1e-6);
      if (width > 0)
        expect(largestGap(Float32Array.from(said), plainDense(h, parameters.dense[0]!))).toBeLessThan(1e-6);
    },
  );

  it.each([`${FIXTURES}/onnx-after.onnx`, `${FIXTURES}/onnx-before.onnx`, 'test/fixtures/tfjs/gru'])(
    'gives what its framework gives when it is imported: %s',
    async (path) => {
      const parity = await checkParity(await importModel(path), mixedRandom(1), path);
      expect(parity).toMatchObject({ kind: 'checked' });
      expect(parity.kind === 'checked' && parity.difference).toBeLessThan(1e-6);
    },
  );

  it.each([
    ['keras-mixed.keras', 'The layer "layer_normalization" is a LayerNormalization layer'],
    ['keras-masked.keras', '"x" is read by two layers'],
    ['onnx-reverse.onnx', 'The GRU "memory" reads backwards alone'],
  ])('is refused where it is anything else: %s', async (file, why) => {
    const refused = importModel(`${FIXTURES}/${file}`);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(why);
  });

  it('is the same again in a file of this project, for inspect too, and is written for no other framework', async () => {
    const { description, parameters } = await importModel(`${FIXTURES}/torch-stacked.pt`);
    const model = { ...description, parameters, stateful: false };
    const path = join(folder, 'own.safetensors');
    await writeAs('safetensors', path, model);
    const again = await importModel(path);
    expect(again.description.architecture).toEqual(description.architecture);
    expect(again.parameters).toEqual(parameters);
    const opened = await openAny(path, folder);
    if (!('graph' in opened)) throw new Error('it was not opened by its layers');
    const [first] = recurrentNodes(opened.graph)[0]!.directions;
    expect(first!.parameters).toEqual(parameters.layers[0]);
    await expect(writeAs('keras', join(folder, 'other.h5'), model)).rejects.toThrow('not written for other frameworks');
  });

  it('is read in segments as it is in one pass, by cells that keep their h long', async () => {
    const architecture: Architecture = {
      reads: 'numbers',
      inputs: 2,
      units: [4, 3],
      outputs: 0,
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'sigmoid' },
      cell: { kind: 'gru', resetsAfter: true },
    };
    const random = seededRandom(8);
    const fresh = initialParameters(architecture, { uniform: () => random.uniform(), normal: () => normal(random) });
    // z is almost 1 in two cells of the first layer: what they read long ago is still there in the next segment.
    fresh.layers[0]!.bias.data.set([9, 7], 4);
    const steps = 4200;
    expect(layOut(steps).streams).toBeGreaterThan(3);
    const sequence = numberSequence(
      Float32Array.from({ length: 2 * steps }, () => normal(random)),
      2,
    );
    const engine = referenceEngine(Float32Array);
    const whole = [4, 3].map((units) => new Float32Array(steps * units));
    await carriedReader(engine, architecture, fresh).read(sequence, undefined, ({ start, layers }) => {
      layers.forEach(({ h }, layer) => void whole[layer]!.set(h!, start * architecture.units[layer]!));
    });
    const found = [4, 3].map((units) => new Float32Array(steps * units));
    await readText({
      ...{ engine, architecture, parameters: fresh, sequence, signals: true },
      begin() {},
      window({ streams, segments, outputs }) {
        for (const { stream, start, length } of segments) {
          architecture.units.forEach((units, layer) => {
            const h = outputs[signalName(layer, 'h')]!;
            for (let t = 0; t < length; t++) {
              const row = t * streams + stream;
              found[layer]!.set(h.subarray(row * units, (row + 1) * units), (start + t) * units);
            }
          });
        }
      },
    });
    found.forEach((values, layer) => void expect(largestGap(values, [...whole[layer]!])).toBeLessThan(1e-4));
  });
});
