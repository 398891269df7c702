// Keras models of every shape: the gates of each LSTM layer against float64 NumPy, and what the model gives out against
// Keras itself. The models and what is expected are made by test/fixtures/keras/graphs/make.py.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import type { SeriesFile } from '../../../../pipeline/datasets/series/csv.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { rangesOf } from '../../../../pipeline/files/ranges.ts';
import { openZip } from '../../../../pipeline/files/zip.ts';
import { inspect, selectCells } from '../../../../pipeline/inspect/inspect.ts';
import { inspectLayers } from '../../../../pipeline/inspect/layered.ts';
import { feed, feedInput, type Source } from '../../../../pipeline/inspect/layered-inputs.ts';
import { seriesSequences } from '../../../../pipeline/inspect/sources.ts';
import { isGru, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { openRunner } from '../../../../pipeline/models/graph/run.ts';
import { type OpenedLayers, type OpenedModel, openAny } from '../../../../pipeline/models/open.ts';

type Nested = number | Nested[];
interface Expected {
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly outputs: readonly Nested[];
  readonly layers: readonly Readonly<Record<string, number[][]>>[];
}

const folder = mkdtempSync(join(tmpdir(), 'cellarium-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const engine = referenceEngine(Float32Array);

/** Values that are both within 1e-5 of each other, of the larger of 1 and their magnitude. */
function expectClose(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length);
  const worst = expected.reduce(
    (most, value, k) => Math.max(most, Math.abs(found[k]! - value) / Math.max(1, Math.abs(value))),
    0,
  );
  expect(worst, what).toBeLessThan(1e-5);
}

const flat = (value: Nested): number[] => [value].flat(9) as number[];

/** A file of series as an input takes it: rows as long as the innermost lists; a bare list of numbers is a column, or one row. */
function asFile(value: Nested, isRow: boolean): SeriesFile {
  const numbers = flat(value);
  let inner = value;
  while (Array.isArray(inner) && Array.isArray(inner[0])) inner = inner[0];
  const width = inner === value ? (isRow ? numbers.length : 1) : (inner as Nested[]).length;
  return {
    ...{ features: undefined, chosen: false, notes: [] },
    width,
    series: [{ name: '1', values: Float32Array.from(numbers), steps: numbers.length / width }],
  };
}

async function signalsOfLayers(model: OpenedLayers, { inputs, layers, outputs }: Expected): Promise<void> {
  const sources = new Map(
    model.graph.inputs.map(({ name, sides }, k): [string, Source] => {
      const value = inputs[name] ?? Object.values(inputs)[k]!;
      return [name, { kind: 'series', name, read: () => asFile(value, !sides.includes('steps')) }];
    }),
  );
  const feeding = feed(model, { named: sources }, undefined);
  const [found] = await inspectLayers({ engine, model, feeding });
  const lstms = found!.layers.filter(({ node }) => !isGru(node));
  expect(lstms).toHaveLength(layers.length);
  lstms.forEach((layer, k) => {
    for (const signal of SIGNALS) {
      expectClose(layer.signals.get(signal)!, layers[k]![signal]!.flat(), `${signal} of "${layer.node.name}"`);
    }
  });
  const given = new Map(
    model.graph.inputs.map((input) => [
      input.name,
      feedInput(input, sources.get(input.name)!, model).sequences[0]!.value,
    ]),
  );
  const runner = await openRunner(model.graph, recurrentNodes(model.graph), engine, model.graph.outputs);
  const { values } = await runner.run(given).finally(() => runner.dispose());
  for (const [k, name] of model.graph.outputs.entries()) {
    expectClose(values.get(name)!.data as Float32Array, flat(outputs[k]!), `output ${name}`);
  }
}

async function signalsOfStack(model: OpenedModel, { inputs, layers }: Expected): Promise<void> {
  const { architecture, parameters } = model;
  const sequences = seriesSequences(asFile(Object.values(inputs)[0]!, false), model, 'the series');
  const selection = selectCells(architecture, {});
  const [found] = await inspect({ engine, architecture, parameters, sequences, selection, carried: false });
  expect(found!.layers).toHaveLength(layers.length);
  found!.layers.forEach((layer, k) => {
    for (const signal of SIGNALS)
      expectClose(layer.signals.get(signal)!, layers[k]![signal]!.flat(), `${signal} of layer ${k + 1}`);
  });
}

describe.each(['keras3.zip', 'keras2.zip'])('the models of %s', (archive) => {
  const file = join('test/fixtures/keras/graphs', archive);
  const zip = openZip(rangesOf(readFileSync(file)), file, 1000);
  const expected: Record<string, Expected> = JSON.parse(new TextDecoder().decode(zip.read('expected.json')));

  test.each(Object.keys(expected))(
    '%s has the gates of NumPy in each LSTM layer, and gives out what Keras does',
    async (name) => {
      const path = join(folder, `${archive}-${name}`);
      writeFileSync(path, zip.read(name));
      const model = await openAny(path, 'content');
      if ('graph' in model) await signalsOfLayers(model, expected[name]!);
      else await signalsOfStack(model, expected[name]!);
    },
  );
});
