import { copyFileSync, cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import type { Value } from '../../../../pipeline/engines/index.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { checkLayers } from '../../../../pipeline/models/formats/onnx/check.ts';
import { openOnnx } from '../../../../pipeline/models/formats/onnx/layered.ts';
import { hindrance, type LayeredModel, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { openRunner } from '../../../../pipeline/models/graph/run.ts';
import { temporaryFolder } from '../../../temporary.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/onnx/${name}`, import.meta.url));

interface Case {
  readonly name: string;
  readonly given: Record<string, { readonly dims: number[]; readonly type: string; readonly values: number[] }>;
  /** What the Python onnxruntime gave, flat. */
  readonly outputs?: Record<string, number[]>;
  /** Of each LSTM, by NumPy in float64; null at steps that are not read. */
  readonly signals?: Record<(typeof SIGNALS)[number], (number | null)[][]>[];
}

const cases = ['graphs.json', 'taken.json'].flatMap(
  (name) => JSON.parse(readFileSync(fixture(name), 'utf8')) as Case[],
);
const ran = cases.filter(({ signals }) => signals !== undefined);

/** One sequence, where the file was made for several at once; step by step, where it takes the channels first. */
function valuesOf({ given, name }: Case): Map<string, Value> {
  return new Map(
    Object.entries(given).map(([input, { dims, type, values }]) => {
      const own = name === 'three-sequences' ? dims.with(0, 1) : dims;
      if (name === 'channels-first') {
        const [, channels, steps] = dims as [number, number, number];
        const data = Float32Array.from(values, (_, k) => values[(k % channels) * steps + Math.floor(k / channels)]!);
        return [input, { type: 'float32', dims: [1, steps, channels], data } as Value];
      }
      const count = own.reduce((product, side) => product * side, 1);
      const isWhole = type === 'int64';
      const data = isWhole ? BigInt64Array.from(values, BigInt) : Float32Array.from(values.slice(0, count));
      return [input, { type: isWhole ? 'int64' : 'float32', dims: own, data } as Value];
    }),
  );
}

/** Whether a value of the graph can be computed here. */
function isRun({ nodes }: LayeredModel, name: string): boolean {
  const part = nodes.find((node) => node.kind === 'part' && node.outputs.includes(name));
  try {
    return part?.kind !== 'part' || part.bytes().length > 0;
  } catch {
    return false;
  }
}

interface Differences {
  readonly gates: number;
  readonly outputs: number;
}

/** The largest differences from what was expected; of the outputs those that can be run. */
async function differences(model: LayeredModel, one: Case): Promise<Differences> {
  const layers = recurrentNodes(model);
  const outputs = model.outputs.filter((name) => one.outputs?.[name] !== undefined && isRun(model, name));
  const runner = await openRunner(model, layers, referenceEngine(Float32Array), outputs);
  try {
    const { layers: found, values } = await runner.run(valuesOf(one));
    const ofGates = layers.flatMap(({ name }, k) => {
      const { signals, skipped } = found.get(name)!;
      const expected = one.signals![k]!;
      expect(skipped).toEqual(expected.h.map((row) => row.includes(null)));
      return SIGNALS.map((signal) => {
        const flat = expected[signal].flat();
        expect(signals[signal]).toHaveLength(flat.length);
        return Math.max(
          ...flat.map((value, index) => Math.abs((value ?? signals[signal][index]!) - signals[signal][index]!)),
        );
      });
    });
    const ofOutputs = outputs.flatMap((name) =>
      Array.from(values.get(name)!.data as Float32Array, (value, index) =>
        Math.abs(value - one.outputs![name]![index]!),
      ),
    );
    return { gates: Math.max(...ofGates), outputs: Math.max(0, ...ofOutputs) };
  } finally {
    await runner.dispose();
  }
}

describe('an ONNX graph with LSTM nodes', () => {
  it.each(ran)('has the gates of NumPy and the outputs of onnxruntime: $name', async (one) => {
    const { model } = await openOnnx(fixture(`graphs/${one.name}.onnx`));
    const { gates, outputs } = await differences(model, one);
    expect(gates).toBeLessThan(1e-5);
    expect(outputs).toBeLessThan(1e-5);
  });

  const opened = async (name: string) => (await openOnnx(fixture(`graphs/${name}.onnx`))).model;
  const followed = (model: LayeredModel) => recurrentNodes(model).map(({ follows }) => follows?.input);

  it.each<[string, (string | undefined)[]]>([
    ['convolution', ['x']],
    ['channels-first', [undefined]],
    ['norm', ['x', 'x']],
    ['seq2seq', ['source', 'target']],
    // A row that is repeated has the steps of nothing.
    ['autoencoder', ['x', undefined]],
  ])('says which input the steps of a layer are of: %s', async (name, expected) => {
    expect(followed(await opened(name))).toEqual(expected);
  });

  it.each<[string, object[]]>([
    ['mean', [{ name: 'x', reads: 'numbers', width: 2, sides: [1, 'steps', 2], type: 'float32', steps: 6 }]],
    ['embedding', [{ name: 'x', reads: 'characters', width: 7, sides: [1, 'steps'], type: 'int64' }]],
    ['no-batch', [{ name: 'x', reads: 'numbers', width: 2, sides: ['steps', 2], type: 'float32' }]],
    ['three-sequences', [{ name: 'x', reads: 'numbers', width: 2, sides: [1, 'steps', 2], type: 'float32', steps: 6 }]],
    // Which the file reads as [1, 2, steps].
    ['channels-first', [{ name: 'x', reads: 'numbers', width: 2, sides: [1, 'steps', 2], type: 'float32', steps: 10 }]],
    ['frames', [{ name: 'x', reads: 'numbers', width: 4, sides: [1, 'steps', 1, 4, 4], type: 'float32', steps: 6 }]],
    [
      'static-features',
      [
        { name: 'x', reads: 'numbers', width: 2, sides: [1, 'steps', 2], type: 'float32' },
        { name: 'static', reads: 'numbers', width: 4, sides: [1, 4], type: 'float32' },
      ],
    ],
  ])('finds out which side of an input is which: %s', async (name, expected) => {
    expect((await opened(name)).inputs).toEqual(expected);
  });

  it.each([
    ['quantised', 'are stored in 8 bits, and were widened to float32. The file rounds'],
    ['dequantised', 'are stored in 8 bits, and were widened to float32.'],
    ['half', 'Tensors stored as float16 were converted to float32.'],
    ['peepholes-behind', 'The LSTM "peepholes" has peepholes (its input P), which are not supported.'],
    ['gru-below', 'It has a layer of the kind GRU, "/g/GRU", which is not opened.'],
    ['own-operator-before', '"plain" was not held against onnxruntime: The operator example.Fancy ("own") is none'],
  ])('says what was changed, left out or not checked: %s', async (name, note) => {
    expect((await opened(name)).notes.join('\n')).toContain(note);
  });

  it('shows the weights of a layer behind an operator of someone’s own, and names the operator where it is to be run', async () => {
    const model = await opened('own-operator-before');
    const [layer] = recurrentNodes(model);
    expect(layer!.directions[0]!.parameters.kernel.rows).toBe(2);
    expect(hindrance(model, layer!)?.what).toMatch(/^The operator example\.Fancy \("own"\) is none of ONNX's own/);
  });

  it('refuses an LSTM inside the body of another operator by both their names', async () => {
    await expect(opened('inside')).rejects.toThrow('The LSTM "inner" runs inside the If "branch"');
  });

  it('reads numbers in a folder beside the file, and none that a link leads to elsewhere', async () => {
    const [one] = ran.filter(({ name }) => name === 'beside');
    const folder = temporaryFolder();
    const path = join(folder, 'beside.onnx');
    copyFileSync(fixture('graphs/beside.onnx'), path);
    symlinkSync(fixture('graphs/beside'), join(folder, 'beside'));
    await expect(openOnnx(path)).rejects.toThrow('which does not lie beside it');
    rmSync(join(folder, 'beside'));
    cpSync(fixture('graphs/beside'), join(folder, 'beside'), { recursive: true });
    expect((await differences((await openOnnx(path)).model, one!)).gates).toBeLessThan(1e-5);
  });

  it('refuses a file whose LSTM onnxruntime computes otherwise, and says by how much', async () => {
    const path = fixture('graphs/unlike-directions.onnx');
    const { source, layers, model, probe } = await openOnnx(path);
    const wrong = new Map(probe.found);
    const [y] = source.nodes.find(({ operator }) => operator === 'LSTM')!.outputs;
    const value = wrong.get(y!)!;
    wrong.set(y!, { ...value, data: (value.data as Float32Array).map((one) => one + 0.001) });
    await expect(checkLayers(model, layers, { ...probe, found: wrong }, path)).rejects.toThrow(
      /^.*onnxruntime computes another h for the LSTM "unlike": it differs by up to 0\.0010/,
    );
  });
});
