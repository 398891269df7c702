import onnx from 'onnx-proto';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../pipeline/engines/onnx-graph.ts';
import { buildModel } from '../../pipeline/engines/onnx-model.ts';
import { sessionEngine } from '../../pipeline/engines/onnx-session.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import type { Computation } from '../../pipeline/lstm/ops.ts';

const LIMITS: Limits = { unrolled: true, split: 4, concat: 6 };
const WIDTH = 3;

/** Cuts a square of values into rows and into columns, and puts both together in the opposite order. */
function shuffling(parts: number): Computation {
  const size = parts * WIDTH;
  return {
    inputs: { x: { rows: size, columns: size } },
    body: (ops, { x }) => ({
      rows: ops.concatRows(ops.splitRows(x!, parts).reverse()),
      columns: ops.concatColumns(ops.splitColumns(x!, parts).reverse()),
    }),
  };
}

const engine = sessionEngine(ort, { name: 'onnx', device: 'cpu' }, { executionProviders: ['cpu'] }, LIMITS);

describe('a graph for a device whose kernels take few operands', () => {
  it.each([1, 2, 4, 5, 6, 7, 16, 17, 23, 36, 37, 100])(
    'cuts and joins %i parts as the reference does',
    async (parts) => {
      const computation = shuffling(parts);
      const inputs = { x: Float32Array.from({ length: (parts * WIDTH) ** 2 }, (_, k) => k) };
      const expected = await (await referenceEngine(Float32Array).compile(computation)).run(inputs);
      const program = await engine.compile(computation);
      expect(await program.run(inputs)).toEqual(expected);
      await program.dispose();

      const { graph } = onnx.onnx.ModelProto.decode(buildModel(computation, {}, LIMITS));
      for (const { opType, input, output } of graph!.node!) {
        if (opType === 'Split') expect(output!.length).toBeLessThanOrEqual(LIMITS.split);
        if (opType === 'Concat') expect(input!.length).toBeLessThanOrEqual(LIMITS.concat);
      }
    },
  );

  it('is as it was without limits: one node for each', () => {
    const { graph } = onnx.onnx.ModelProto.decode(buildModel(shuffling(100), {}));
    expect(graph!.node!.map(({ opType }) => opType).sort()).toEqual([
      ...['Concat', 'Concat', 'Identity', 'Identity', 'Split', 'Split'],
    ]);
  });
});
