import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../pipeline/base/random.ts';
import type { Engine } from '../../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../../pipeline/engines/index.ts';
import {
  estimatedChanges,
  measureSensitivities,
  type Sensitivities,
  STEPS_BACK,
} from '../../../pipeline/evidence/ablation/sensitivities.ts';
import { readUndisturbed } from '../../../pipeline/evidence/ablation/undisturbed.ts';
import type { Parameters } from '../../../pipeline/lstm/parameters.ts';
import { rankCorrelation } from '../../../pipeline/statistics/association.ts';
import { generate } from '../../../pipeline/trace/generate.ts';
import { characterTargets, numberTargets } from '../../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters } from '../../trace/networks.ts';
import { readByHand } from '../by-hand.ts';
import { engine, mean } from '../networks.ts';

const IDS = randomIds(80, 7);
const TARGETS = characterTargets(IDS, ARCHITECTURE.outputs);
/** The first is predicted after fewer steps than are gone back. */
const POSITIONS = [9, 40, 41, 42, 58, 59, 60, 61, 62, 79];
/** What cells are clamped at. */
const VALUE = 0.4;
const CELLS = ARCHITECTURE.units.flatMap((units, layer) =>
  Array.from({ length: units }, (_, unit) => ({ layer, unit })),
);

async function sensitivitiesOf(parameters: Parameters, on: Engine = engine): Promise<Sensitivities> {
  const reader = { engine: on, architecture: ARCHITECTURE, parameters, sequence: TARGETS.sequence };
  const { recorded } = await readUndisturbed(reader, [{ from: 0, start: 1, end: 80 }], new Uint8Array(80).fill(1));
  return measureSensitivities(reader, recorded, TARGETS, POSITIONS);
}

/** What the loss changes by with a cell's h moved by a share of the way to `value`, by hand, [positions]. */
function changesByHand(parameters: Parameters, { layer, unit }: (typeof CELLS)[number], value: number, share: number) {
  const free = readByHand(parameters, IDS);
  return POSITIONS.map((position) => {
    const moved = (t: number) => {
      const h = t < 0 ? 0 : free.h[t]![layer]![unit]!;
      return position - t > STEPS_BACK ? h : (1 - share) * h + share * value;
    };
    const from = Math.max(0, position - STEPS_BACK);
    return readByHand(parameters, IDS, { from, layer, unit, value: moved }).losses[position]! - free.losses[position]!;
  });
}

/** A network in which each cell is heard by itself and the cells after it alone, so that nothing comes back by way of others. */
function oneWay(parameters: Parameters): Parameters {
  for (const { recurrentKernel } of parameters.layers) {
    const { rows, columns, data } = recurrentKernel;
    for (let k = 0; k < data.length; k++) if (Math.floor(k / columns) > (k % columns) % rows) data[k] = 0;
  }
  return parameters;
}

describe('going back from the losses of a network', () => {
  const parameters = oneWay(randomParameters(3));
  let found: Sensitivities;

  beforeAll(async () => {
    found = await sensitivitiesOf(parameters);
  });

  it('gives what each changes by as a cell is moved a little towards what it is clamped at', () => {
    const step = 1e-4;
    CELLS.forEach((place, cell) => {
      const [up, down] = [step, -step].map((share) => changesByHand(parameters, place, VALUE, share));
      POSITIONS.forEach((_, row) => {
        const at = cell * POSITIONS.length + row;
        const slope = VALUE * found.byOne[at]! - found.byH[at]!;
        expect(slope, `cell ${cell}`).toBeCloseTo((up![row]! - down![row]!) / (2 * step), 5);
      });
    });
  });

  it('gives the losses themselves', () => {
    const { losses } = readByHand(parameters, IDS);
    expect([...found.losses]).toEqual(POSITIONS.map((position) => expect.closeTo(losses[position]!, 5)));
  });

  it('gives the same on onnx', async () => {
    const other = await sensitivitiesOf(parameters, await chooseEngine({ engine: 'onnx', threads: 1 }));
    for (const name of ['byOne', 'byH', 'losses', 'curvatures'] as const)
      expect([...other[name]]).toEqual(Array.from(found[name], (value) => expect.closeTo(value, 4)));
  });
});

describe('of a network that reads what it wrote itself, and so is right about how likely everything is, the estimates', () => {
  const LENGTH = 1500;
  const parameters = randomParameters(3);
  // Part of the way to the clamp, for in so small a network a cell is a fifth of its layer.
  const SHARE = 0.3;
  const positions = Array.from({ length: LENGTH - 100 }, (_, k) => k + 100);
  let found: Sensitivities;
  let measured: number[];

  beforeAll(async () => {
    const written = await generate({
      ...{ engine, architecture: ARCHITECTURE, parameters, seedIds: Int32Array.of(0), length: LENGTH },
      sampling: { kind: 'random', temperature: 1 },
      random: seededRandom(2),
    });
    const targets = characterTargets(written.ids, ARCHITECTURE.outputs);
    const reader = { engine, architecture: ARCHITECTURE, parameters, sequence: targets.sequence };
    const all = { from: 0, start: 1, end: LENGTH };
    const { recorded } = await readUndisturbed(reader, [all], new Uint8Array(LENGTH).fill(1));
    found = await measureSensitivities(reader, recorded, targets, positions);
    const free = readByHand(parameters, written.ids);
    measured = CELLS.flatMap(({ layer, unit }) => {
      const value = (t: number) => (1 - SHARE) * (t < 0 ? 0 : free.h[t]![layer]![unit]!) + SHARE * VALUE;
      const { losses } = readByHand(parameters, written.ids, { from: 0, layer, unit, value });
      return positions.map((position) => losses[position]! - free.losses[position]!);
    });
  });

  /** Mean changes, [cells]. @param curvatures how much of them is taken */
  function estimated(curvatures: number): number[] {
    const part = (values: Float32Array) => values.map((value) => SHARE * value);
    const bent = found.curvatures.map((value) => curvatures * value);
    const near = { ...found, byOne: part(found.byOne), byH: part(found.byH), curvatures: bent };
    return meansOf([
      ...estimatedChanges(
        near,
        CELLS.map(() => VALUE),
      ),
    ]);
  }
  const meansOf = (changes: readonly number[]) =>
    CELLS.map((_, cell) => mean(changes.slice(cell * positions.length, (cell + 1) * positions.length)));

  it('are near what is lost on average without each cell', () => {
    expect(rankCorrelation(estimated(1), meansOf(measured))).toBeGreaterThan(0.9);
    expect(Math.abs(mean(estimated(1)) / mean(measured) - 1)).toBeLessThan(0.25);
  });

  it('would miss most of that to the first order alone', () => {
    expect(mean(measured)).toBeGreaterThan(0);
    expect(Math.abs(mean(estimated(0)))).toBeLessThan(0.3 * mean(measured));
  });
});

describe('of a loss', () => {
  const targets = {
    characters: characterTargets(Int32Array.of(0, 2, 1), 4),
    numbers: numberTargets(Float32Array.of(0, 0, 1, -0.5, 2, 1), 2, [0.5, 2]),
  };
  /** From what is moved, the logits or the numbers themselves, to what is predicted. */
  const predicted = {
    characters: (z: readonly number[]) => {
      const whole = Math.log(z.reduce((sum, own) => sum + Math.exp(own), 0));
      return Float64Array.from(z, (own) => own - whole);
    },
    numbers: (z: readonly number[]) => Float64Array.from(z),
  };
  const starts = { characters: [0.3, -1, 1.2, 0.1], numbers: [0.4, 0.9] };
  const units = { characters: [1, 1, 1, 1], numbers: [0.5, 2] };

  it.each(['characters', 'numbers'] as const)('of %s gradient and curvature are as differences have them', (kind) => {
    const start = starts[kind];
    const loss = (z: readonly number[]) => targets[kind].loss(predicted[kind](z) as never, 0, 1);
    const moved = (k: number, by: number) => start.map((own, at) => own + (at === k ? by * units[kind][k]! : 0));
    const step = 1e-4;
    const slopes = start.map((_, k) => (loss(moved(k, step)) - loss(moved(k, -step))) / (2 * step));
    const curves = start.map((_, k) => (loss(moved(k, step)) + loss(moved(k, -step)) - 2 * loss(start)) / step ** 2);
    const prediction = Float32Array.from(predicted[kind](start));
    const ratio = curves.reduce((sum, own) => sum + own, 0) / slopes.reduce((sum, own) => sum + own * own, 0);
    expect(targets[kind].curvature(prediction, 0, 1)).toBeCloseTo(ratio, 4);

    const gradient = new Float32Array(start.length);
    targets[kind].lossGradient(prediction, 0, 1, gradient);
    start.forEach((_, k) => {
      const ends = [moved(k, step), moved(k, -step)].map(predicted[kind]);
      const along = gradient.reduce((sum, own, at) => sum + (own * (ends[0]![at]! - ends[1]![at]!)) / (2 * step), 0);
      expect(along).toBeCloseTo(slopes[k]!, 4);
    });
  });
});
