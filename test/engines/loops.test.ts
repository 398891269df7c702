import onnx from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { buildModel } from '../../pipeline/engines/onnx-model.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { trainingComputation } from '../../pipeline/lstm/backward.ts';
import type { Computation } from '../../pipeline/lstm/ops.ts';

const STEPS = 5;
const ROWS = 3;

/** s ← s·w + x, and what each step gives: the new s, s + 1, and the state as it came. */
function recurrence(reversed: boolean, wanted: readonly string[]): Computation {
  return {
    inputs: {
      x: { rows: STEPS * ROWS, columns: 2 },
      s: { rows: ROWS, columns: 2 },
      w: { rows: 2, columns: 2 },
    },
    body(ops, { x, s, w }) {
      const { states, outputs } = ops.loop({
        steps: STEPS,
        states: [s!],
        slices: [x!],
        reversed,
        step([state], [slice]) {
          const next = ops.matmul(state!, w!, { addend: slice! });
          return { states: [next], outputs: [next, ops.add(next, ops.constant(1, 1, 1)), state!] };
        },
      });
      const [each, more, before] = outputs;
      const shifted = ops.shiftRows(each!, s!);
      const all = { end: states[0]!, each: each!, more: more!, before: before!, shifted };
      return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
    },
  };
}

const inputs = {
  x: Float32Array.from({ length: STEPS * ROWS * 2 }, (_, k) => k / 8),
  s: Float32Array.of(1, 2, 3, 4, 5, 6),
  w: Float32Array.of(0.5, 0.25, -0.5, 1),
};

const ALL = ['end', 'each', 'more', 'before', 'shifted'];

const bodies = (bytes: Uint8Array) =>
  onnx.onnx.ModelProto.decode(bytes).graph!.node!.flatMap(({ attribute }) =>
    attribute!.flatMap(({ g }) => (g ? [g] : [])),
  );

describe('a loop over the steps of a window', () => {
  it.each([false, true])('gives in one Scan what the reference gives step by step (reversed: %s)', async (reversed) => {
    const computation = recurrence(reversed, ALL);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const program = await onnxEngine({ device: 'cpu', threads: 1 }).compile(computation);
    const found = await program.run(inputs);
    await program.dispose();
    for (const name of ALL) expect([...found[name]!], name).toEqual([...expected[name]!]);
    expect(bodies(buildModel(computation, {}))).toHaveLength(1);
  });

  it('reads the steps in the order that it is told: each starts from the one before it in that order', async () => {
    const run = async (reversed: boolean) =>
      (await referenceEngine(Float64Array).compile(recurrence(reversed, ALL))).run(inputs);
    const [ahead, back] = [await run(false), await run(true)];
    const size = ROWS * 2;
    expect([...ahead.before!.slice(size)]).toEqual([...ahead.each!.slice(0, -size)]);
    expect([...back.before!.slice(0, -size)]).toEqual([...back.each!.slice(size)]);
  });

  it('leaves out what nobody reads, with all that leads to it alone', () => {
    const [body] = bodies(buildModel(recurrence(false, ['end']), {}));
    expect(body!.node!.map(({ opType }) => opType)).toEqual(['Gemm']);
    expect(body!.output).toHaveLength(1);
  });

  it('makes a graph whose size does not grow with the steps of a window', () => {
    const architecture = {
      inputs: 5,
      units: [4, 3],
      outputs: 5,
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'sigmoid' },
    } as const;
    const size = (steps: number) => buildModel(trainingComputation(architecture, { steps, streams: 2 }), {}).length;
    expect(size(100) - size(10)).toBeLessThan(100);
  });
});
