import { describe, expect, it } from 'vitest';
import { integerBelow, seededRandom } from '../../pipeline/base/random.ts';
import { lossByContext } from '../../pipeline/build/stages/context.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { findNeighbours } from '../../pipeline/evidence/neighbours.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from '../trace/networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: ArrayLike<number>, mx: number, y: ArrayLike<number>, my: number) =>
    Array.from(x).reduce((sum, value, k) => sum + (value - mx) * (y[k]! - my), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

describe('findNeighbours', () => {
  it("gives each cell those with the largest |Pearson's r|, and its sign", async () => {
    const random = seededRandom(21);
    const rows = Array.from({ length: 9 }, () => Uint8Array.from({ length: 60 }, () => integerBelow(256, random)));
    rows[4] = rows[1]!.map((value) => 255 - value);
    const found = await findNeighbours(engine, rows);
    rows.forEach((row, cell) => {
      const correlations = rows.map((other) => pearson(row, other));
      const strongest = correlations
        .filter((_, other) => other !== cell)
        .map(Math.abs)
        .sort((a, b) => b - a);
      expect(new Set(found[cell]!.map((neighbour) => neighbour.cell)).size).toBe(6);
      found[cell]!.forEach((neighbour, k) => {
        expect(neighbour.correlation).toBeCloseTo(correlations[neighbour.cell]!, 5);
        expect(Math.abs(neighbour.correlation)).toBeCloseTo(strongest[k]!, 5);
      });
    });
    expect(found[1]![0]).toMatchObject({ cell: 4 });
    expect(found[1]![0]!.correlation).toBeCloseTo(-1, 5);
  });

  it('has a cell that never moves correlate with nothing', async () => {
    const rows = [Uint8Array.of(7, 7, 7), Uint8Array.of(1, 2, 9)];
    expect(await findNeighbours(engine, rows)).toEqual([[{ cell: 1, correlation: 0 }], [{ cell: 0, correlation: 0 }]]);
  });
});

describe('lossByContext', () => {
  it('is the loss of reading just so many characters from the zero state', async () => {
    const parameters = randomParameters(31);
    const ids = randomIds(400, 32);
    const positions = [50, 140, 200, 333, 399];
    const losses = Float32Array.from(ids, (_, position) => position / 100);
    const points = await lossByContext(
      { engine, architecture: ARCHITECTURE, parameters, targets: characterTargets(ids, ARCHITECTURE.outputs) },
      positions,
      losses,
      [0, 180, 320].map((start, paragraph) => ({ start, end: [180, 320, 400][paragraph]! })),
    );
    expect(points.map(({ characters }) => characters)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, null]);
    // Position 50 has fewer than 128 characters before it: it is left out everywhere, so that all means are comparable.
    const usable = positions.slice(1);
    for (const { characters, loss, interval } of points.slice(0, -1)) {
      const expected = await Promise.all(
        usable.map(async (position) => {
          const known = ids.subarray(position - characters!, position);
          const { logProbabilities } = await readStepwise(parameters, known);
          return -logProbabilities.subarray(-ARCHITECTURE.outputs)[ids[position]!]!;
        }),
      );
      expect(loss).toBeCloseTo(mean(expected), 5);
      expect((interval[0] + interval[1]) / 2).toBeCloseTo(loss, 9);
      // The last two positions lie in one paragraph. Student's t with two degrees of freedom: 4.303.
      const [first, second, third, fourth] = expected.map((value) => value - loss) as [number, number, number, number];
      const squares = first ** 2 + second ** 2 + (third + fourth) ** 2;
      const half = (4.303 * Math.sqrt((3 / 2) * squares)) / expected.length;
      expect(Math.abs((interval[1] - interval[0]) / 2 / half - 1)).toBeLessThan(0.01);
    }
    expect(points.at(-1)!.loss).toBeCloseTo(mean([1.4, 2, 3.33, 3.99]), 6);
  });

  it('says nothing where there is too little text', async () => {
    const ids = randomIds(150, 33);
    const network = {
      engine,
      architecture: ARCHITECTURE,
      parameters: randomParameters(31),
      targets: characterTargets(ids, ARCHITECTURE.outputs),
    };
    expect(await lossByContext(network, [1, 100, 127, 149], new Float32Array(150), [])).toEqual([]);
  });
});
