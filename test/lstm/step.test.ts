import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { clampedComputation, stepComputation } from '../../pipeline/lstm/clamped.ts';
import { clampedName, endName, keepName, outputName, signalName, stateName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { randomInputs, relativeDifference, SIGMOID, smallArchitecture } from '../engines/example.ts';

const architecture = smallArchitecture(SIGMOID, [5, 4]);
const engine = referenceEngine(Float64Array);
const computation = stepComputation(architecture);

/** Cells of both layers that show their own h, but for those that are given with a value. */
function inputsWith(held: readonly { layer: number; unit: number; value: number }[]): Record<string, Inputs[string]> {
  const inputs = { ...randomInputs(computation, architecture, 5) };
  architecture.units.forEach((units, layer) => {
    const keep = new Float64Array(units).fill(1);
    const value = new Float64Array(units);
    for (const cell of held.filter((candidate) => candidate.layer === layer)) {
      keep[cell.unit] = 0;
      value[cell.unit] = cell.value;
    }
    inputs[keepName(layer)] = keep;
    inputs[clampedName(layer)] = value;
  });
  return inputs;
}

const run = async (inputs: Inputs) => (await engine.compile(computation)).run(inputs);

describe('one step of a network in which cells may be held', () => {
  it('is a plain step where none is', async () => {
    const inputs = inputsWith([]);
    const plain = readingComputation(architecture, { steps: 1, streams: 1 }, true);
    const known = Object.fromEntries(Object.keys(plain.inputs).map((name) => [name, inputs[name]!]));
    const expected = await (await engine.compile(plain)).run(known);
    const found = await run(inputs);
    for (const [name, values] of Object.entries(found)) expect(values, name).toEqual(expected[name]);
    expect(Object.keys(found)).toContain(signalName(1, 'f'));
  });

  it('is the step of the batch with held cells, where the first layer has some', async () => {
    const inputs = inputsWith([{ layer: 0, unit: 2, value: 0.7 }]);
    const batch = clampedComputation(architecture, { steps: 1, streams: 1 });
    const known = Object.fromEntries(Object.keys(batch.inputs).map((name) => [name, inputs[name]!]));
    const expected = await (await engine.compile(batch)).run(known);
    const found = await run(inputs);
    expect(relativeDifference(found[outputName(architecture)]!, expected[outputName(architecture)]!)).toBeLessThan(
      1e-14,
    );
  });

  it('shows a held cell of any layer at its value, and forgets what it said before', async () => {
    const inputs = inputsWith([{ layer: 1, unit: 3, value: -0.4 }]);
    const found = await run(inputs);
    expect(found[signalName(1, 'h')]![3]).toBe(-0.4);
    expect(found[endName(1, 'h')]![3]).toBe(-0.4);
    const before = Float64Array.from(inputs[stateName(1, 'h')]!);
    before[3]! += 0.5;
    expect(await run({ ...inputs, [stateName(1, 'h')]: before })).toEqual(found);
    before[2]! += 0.5;
    expect(await run({ ...inputs, [stateName(1, 'h')]: before })).not.toEqual(found);
  });

  it('is not there for a network that reads backwards too', () => {
    expect(() => stepComputation({ ...architecture, bidirectional: [true, false] })).toThrow(/backwards/);
  });
});
