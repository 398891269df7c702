import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawWiring } from '../../../src/lib/wires.ts';

const drive = fc.double({ min: -3, max: 3, noNaN: true });
const connection = fc.record({
  id: fc.integer({ min: 0, max: 500 }).map((unit) => `2-${unit}`),
  drives: fc.tuple(drive, drive, drive, drive),
});
const connections = fc.array(connection, { maxLength: 5 });
const wiring = fc.record({
  inputs: fc.array(fc.constant(null)),
  inputsFrom: fc.record({ below: connections, same: connections }),
  outputsTo: fc.record({ same: connections, above: connections }),
});

it('draws a curve for every name, which lie apart from each other within the drawing', () => {
  fc.assert(
    fc.property(wiring, (cell) => {
      const { left, right, height, wires } = drawWiring(cell, 2);
      const names = [left, right].map((groups) => groups.flatMap(({ nodes }) => nodes));
      const given = [cell.inputsFrom.below, cell.inputsFrom.same, cell.outputsTo.same, cell.outputsTo.above];
      expect(names.flat()).toHaveLength(given.reduce((sum, { length }) => sum + Math.min(4, length), 0));
      const curves = wires.flatMap(({ path }) => path.match(/M/g) ?? []);
      expect(curves).toHaveLength(names.flat().length);
      for (const side of [left, right]) {
        const lines = side.flatMap(({ y, nodes }) => [y, ...nodes.map((node) => node.y)]);
        lines.forEach((y, k) => {
          expect(y).toBeGreaterThan(k === 0 ? 0 : lines[k - 1]! + 20);
          expect(y).toBeLessThan(height);
        });
      }
    }),
  );
});

it('says the gate that most is added to, and draws what lowers and what is weaker otherwise', () => {
  const one = { id: '1-7', drives: [0.1, -0.6, 0.2, 0.1] } as { id: string; drives: [number, number, number, number] };
  const other = { id: '2-3', drives: [0, 0, 0.5, 0] } as typeof one;
  const { left, right, wires } = drawWiring(
    { inputs: [], inputsFrom: { below: [one], same: [] }, outputsTo: { same: [other], above: [] } },
    2,
  );
  expect(left).toMatchObject([{ title: 'layer 1', nodes: [{ id: '1-7', gate: 'f', drive: -0.6 }] }]);
  expect(right).toMatchObject([{ title: 'layer 2', nodes: [{ id: '2-3', gate: 'g', drive: 0.5 }] }]);
  expect(wires.map(({ raises, width }) => ({ raises, width }))).toEqual([
    { raises: false, width: 6 },
    { raises: true, width: 3 },
  ]);
});

it('has no height where there is nothing to draw', () => {
  const nothing = { below: [], same: [], above: [] };
  expect(drawWiring({ inputs: [], inputsFrom: nothing, outputsTo: nothing }, 1)).toMatchObject({
    height: 0,
    wires: [],
  });
});
