import { beforeAll, describe, expect, it } from 'vitest';
import { findQuotations } from '../../../pipeline/datasets/text/quotes.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { chooseEngine } from '../../../pipeline/engines/index.ts';
import {
  type AblationOptions,
  ablate,
  type Clamp,
  LEVELS,
  type Level,
  type Measured,
} from '../../../pipeline/evidence/ablation/ablation.ts';
import {
  type PredictedSegment,
  partOf,
  predictedPositions,
  predictedSegments,
  RUN_UP,
  readUndisturbed,
  stepsRead,
} from '../../../pipeline/evidence/ablation/undisturbed.ts';
import type { Reader } from '../../../pipeline/evidence/reading.ts';
import type { Parameters } from '../../../pipeline/lstm/parameters.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { cellOf, type PlantedCell, type Planting, plant } from '../../fixtures/planted.ts';
import { ARCHITECTURE, randomIds, randomParameters } from '../../trace/networks.ts';
import { readByHand } from '../by-hand.ts';
import { engine } from '../networks.ts';

const IDS = randomIds(300, 7);
const TARGETS = characterTargets(IDS, ARCHITECTURE.outputs);
const SEGMENTES: readonly PredictedSegment[] = [
  { from: 0, start: 1, end: 8 },
  { from: 90, start: 103, end: 126 },
  { from: 270, start: 281, end: 300 },
];
const POSITIONS = predictedPositions(SEGMENTES);
const COUNTED = Uint8Array.from({ length: IDS.length }, (_, t) => Number(t % 3 > 0));
const LOSS = { segments: SEGMENTES, measures: [TARGETS.loss] };
const CELLS = ARCHITECTURE.units.flatMap((units, layer) =>
  Array.from({ length: units }, (_, unit) => ({ layer, unit })),
);

const subjectOf = (parameters: Parameters): Reader => ({
  engine,
  architecture: ARCHITECTURE,
  parameters,
  sequence: TARGETS.sequence,
});

/** Clamps every cell at each level, level by level. */
async function ablated(reader: Reader, options: Omit<AblationOptions, 'clamps'>, counted = COUNTED) {
  const undisturbed = await readUndisturbed(reader, options.segments, counted);
  const { moments } = undisturbed;
  const clamps = LEVELS.flatMap((level) =>
    reader.architecture.units.flatMap((units, layer) =>
      Array.from({ length: units }, (_, unit): Clamp => {
        return { layer, unit, value: level === 'zero' ? 0 : moments[layer]!.mean[unit]! };
      }),
    ),
  );
  return { moments, measured: await ablate(reader, undisturbed, { ...options, clamps }) };
}

/** The changes that one cell makes, [positions]. */
function changesOf({ asIs, changes }: Measured, cell: number, level: Level): number[] {
  const cells = changes.length / asIs.length / LEVELS.length;
  const clamp = LEVELS.indexOf(level) * cells + cell;
  return [...changes.subarray(clamp * asIs.length, (clamp + 1) * asIs.length)];
}

/** The same network, in which nobody listens to a cell of the first layer. */
function unheard(parameters: Parameters, unit: number): Parameters {
  const [first, second] = parameters.layers;
  for (const { columns, data } of [first!.recurrentKernel, second!.kernel]) {
    data.fill(0, unit * columns, (unit + 1) * columns);
  }
  return parameters;
}

describe('a network whose cells are held, one in each stream,', () => {
  const parameters = randomParameters(3);
  let found: Awaited<ReturnType<typeof ablated>>;

  beforeAll(async () => {
    found = await ablated(subjectOf(parameters), LOSS);
  });

  it('foresees as one whose h is overwritten by hand after each step', () => {
    const [loss] = found.measured;
    const whole = readByHand(parameters, IDS).losses;
    POSITIONS.forEach((position, row) => {
      expect(loss!.asIs[row]).toBeCloseTo(whole[position]!, 5);
    });
    CELLS.forEach(({ layer, unit }, cell) => {
      for (const level of LEVELS) {
        const value = level === 'zero' ? 0 : found.moments[layer]!.mean[unit]!;
        const expected = SEGMENTES.flatMap(({ from, start, end }) => {
          const { losses } = readByHand(parameters, IDS, { from, layer, unit, value });
          return losses.slice(start, end).map((without, k) => without - whole[start + k]!);
        });
        expect(changesOf(loss!, cell, level)).toEqual(expected.map((change) => expect.closeTo(change, 5)));
      }
    });
  });

  it('takes for their means those over the steps that count', () => {
    const { h } = readByHand(parameters, IDS);
    CELLS.forEach(({ layer, unit }) => {
      const own = h.map((step) => step[layer]![unit]!).filter((_, t) => COUNTED[t] === 1);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      expect(found.moments[layer]!.mean[unit]).toBeCloseTo(mean, 6);
      expect(found.moments[layer]!.variance[unit]).toBeCloseTo(variance, 6);
    });
  });

  it.each(['onnx', 'tfjs'] as const)('foresees the same on %s', async (name) => {
    const other = await chooseEngine({ engine: name, threads: 1 });
    const { measured } = await ablated({ ...subjectOf(parameters), engine: other }, LOSS);
    const expected = Array.from(found.measured[0]!.changes, (change) => expect.closeTo(change, 5));
    expect([...measured[0]!.changes]).toEqual(expected);
  });

  it('says as ever without a cell that nobody listens to, while the other streams change', async () => {
    const deaf = CELLS.findIndex(({ layer, unit }) => layer === 0 && unit === 4);
    const { measured } = await ablated(subjectOf(unheard(randomParameters(3), 4)), LOSS);
    CELLS.forEach((_, cell) => {
      for (const level of LEVELS) {
        const changes = changesOf(measured[0]!, cell, level);
        expect(changes.every((change) => change === 0)).toBe(cell === deaf);
      }
    });
  });

  it('is read for as many steps as it was said to be', async () => {
    let steps = 0;
    const progress = (read: number) => {
      steps += read;
    };
    await ablated(subjectOf(parameters), { ...LOSS, progress });
    expect(steps).toBe(LEVELS.length * CELLS.length * SEGMENTES.reduce((sum, segment) => sum + stepsRead(segment), 0));
  });
});

describe.each<[string, Planting]>([
  ['itself says', {}],
  ['is heard through a second layer', { relay: true }],
])('of a planted network whose quote counter %s when a quotation closes', (_, planting) => {
  const LENGTH = 20_000;
  const { labelled, network } = plant({ ...planting, bystanders: 40 }, LENGTH);
  const { architecture, vocabulary } = network;
  const ids = encode(labelled.texts, vocabulary);
  const targets = characterTargets(ids, vocabulary.length);
  const closing = vocabulary.indexOf('”');
  const opening = labelled.texts.indexOf('“', 1000);
  const segments: PredictedSegment[] = [{ from: opening - 200, start: opening - 100, end: opening + 400 }];
  const inside = new Set(
    findQuotations(labelled.texts).flatMap(({ start, end }) =>
      Array.from({ length: end - start - 1 }, (_, k) => start + k + 1),
    ),
  );
  let measured: Measured[];
  let means: Float64Array;

  beforeAll(async () => {
    const reader = { engine: await chooseEngine({ threads: 1 }), ...network, sequence: targets.sequence };
    const options = {
      segments,
      measures: [
        targets.loss,
        (prediction: Float32Array, row: number) => Math.exp(prediction[row * architecture.outputs + closing]!),
      ],
    };
    const counted = new Uint8Array(ids.length).fill(1);
    const found = await ablated(reader, options, counted);
    measured = found.measured;
    means = found.moments[0]!.mean;
  });

  it('holding that cell changes the probability of the closing mark as the weights say', () => {
    const [, probability] = measured as [Measured, Measured];
    const positions = predictedPositions(segments);
    expect(positions.filter((position) => inside.has(position)).length).toBeGreaterThan(50);
    const zero = changesOf(probability, cellOf('quotes').unit, 'zero');
    positions.forEach((position, row) => {
      const before = probability.asIs[row]!;
      if (inside.has(position)) expect(zero[row]! / before).toBeLessThan(-0.99);
      else expect(Math.abs(zero[row]!)).toBeLessThan(1e-6);
    });
    expect(means[cellOf('quotes').unit]).toBeGreaterThan(0.1);
    const mean = changesOf(probability, cellOf('quotes').unit, 'mean');
    positions.forEach((position, row) => {
      if (inside.has(position)) expect(mean[row]).toBeLessThan(0);
      else expect(mean[row]).toBeGreaterThan(0);
    });
  });

  it.each<PlantedCell>(['flipFlop', 'line', 'echo', 'idle'])('holding the cell %s changes exactly nothing', (name) => {
    for (const level of LEVELS) {
      for (const measure of measured) {
        expect(changesOf(measure, cellOf(name).unit, level).every((change) => change === 0)).toBe(true);
      }
    }
  });

  it('holding a bystander changes exactly nothing', () => {
    for (const level of LEVELS) {
      for (const cell of [5, 17, 44]) {
        expect(changesOf(measured[0]!, cell, level).every((change) => change === 0)).toBe(true);
      }
    }
  });
});

describe('the sample of an ablation', () => {
  const blocks = Array.from({ length: 40 }, (_, k) => ({ start: 1000 * k, end: 1000 * (k + 1) }));
  const within = (block: number) => Array.from({ length: 1000 }, (_, k) => 1000 * block + k);

  it('takes part of every block that may be foreseen, from its middle, and as much of each', () => {
    const segments = predictedSegments(blocks, [...within(9), ...within(19), ...within(29), ...within(39)], 1200);
    expect(segments).toEqual(
      [9, 19, 29, 39].map((block) => ({
        from: 1000 * block + 350 - 1 - RUN_UP,
        start: 1000 * block + 350,
        end: 1000 * block + 650,
      })),
    );
    expect(predictedPositions(segments)).toHaveLength(1200);
  });

  it('starts at the second step where there is nothing before it', () => {
    expect(predictedSegments([{ start: 0, end: 5 }], [0, 1, 2, 3, 4], 100)).toEqual([{ from: 0, start: 1, end: 5 }]);
  });

  it('leaves out blocks where they are so many that each would hardly be worth its run-up', () => {
    const segments = predictedSegments(
      blocks,
      blocks.flatMap((_, block) => within(block)),
      1200,
    );
    expect(segments.map(({ start, end }) => end - start)).toEqual(new Array(15).fill(80));
  });

  it('has a part, in the middle of ten of its segments at most, which is all of it where that is short', () => {
    const all = blocks.flatMap((_, block) => within(block));
    const segments = predictedSegments(blocks, all, 1200);
    const part = partOf(segments);
    expect(part).toHaveLength(10);
    for (const { from, start, end } of part) {
      const whole = segments.find((segment) => segment.start <= start && segment.end >= end)!;
      expect([start - from, end - start]).toEqual([11, 30]);
      expect(Math.abs(start + end - whole.start - whole.end)).toBeLessThanOrEqual(1);
    }
    const few = predictedSegments(blocks, within(9), 80);
    expect(partOf(few)).not.toBe(few);
    const short = predictedSegments(blocks, within(9).slice(0, 40));
    expect(partOf(short)).toBe(short);
  });

  it('is nothing where nothing may be foreseen', () => {
    expect(predictedSegments(blocks, [])).toEqual([]);
  });
});
