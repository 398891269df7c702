import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import type { Value } from '../../../../pipeline/engines/index.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { openOnnx } from '../../../../pipeline/models/formats/onnx/layered.ts';
import { type LayeredModel, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { openRunner } from '../../../../pipeline/models/graph/run.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/onnx/${name}`, import.meta.url));

interface Case {
  readonly name: string;
  readonly given: Record<string, { readonly dims: number[]; readonly type: string; readonly values: number[] }>;
  /** What the Python onnxruntime gave, flat. */
  readonly outputs?: Record<string, number[]>;
  /** Of each LSTM, by NumPy in float64; null at steps that are not read. */
  readonly signals?: Record<(typeof SIGNALS)[number], (number | null)[][]>[];
}

const cases = JSON.parse(readFileSync(fixture('graphs.json'), 'utf8')) as Case[];
const ran = cases.filter(({ signals }) => signals !== undefined);

/** One sequence, where the file was made for several at once. */
function valuesOf({ given, name }: Case): Map<string, Value> {
  return new Map(
    Object.entries(given).map(([input, { dims, type, values }]) => {
      const own = name === 'three-sequences' ? dims.with(0, 1) : dims;
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
    if (process.env.SHOW)
      console.log(
        `${one.name} | ${recurrentNodes(model).map(({ name }) => name)} | ${gates.toExponential(1)} | ${outputs.toExponential(1)} | ${model.notes}`,
      );
  });
});
