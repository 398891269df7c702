import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { type Architecture, assembleParameters, gateColumns, tensorShapes } from '../../../pipeline/lstm/parameters.ts';
import { writeStandalone } from '../../../pipeline/models/formats/own/standalone.ts';
import { randomNetwork } from '../../models/networks.ts';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const ARCHITECTURE: Architecture = {
  reads: 'numbers',
  inputs: 2,
  units: [3],
  outputs: 2,
  outputActivation: 'linear',
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

/** A series of 40 steps, and a network whose forget gates are the same at every step, and that does not see its own h. */
function example(forget: readonly number[]) {
  const folder = temporaryFolder();
  const random = seededRandom(8);
  const tensors = tensorShapes(ARCHITECTURE).map(({ name, rows, columns }) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () =>
      name === 'layer1.recurrent_kernel' ? 0 : normal(random),
    ),
  }));
  const parameters = assembleParameters(ARCHITECTURE, tensors);
  const { kernel, bias } = parameters.layers[0]!;
  const { from, to } = gateColumns('f', 3);
  for (let row = 0; row < kernel.rows; row++) kernel.data.fill(0, row * 12 + from, row * 12 + to);
  bias.data.set(
    forget.map((f) => Math.log(f / (1 - f))),
    from,
  );
  const model = join(folder, 'model.safetensors');
  writeStandalone(model, { description: { vocabulary: [], architecture: ARCHITECTURE }, parameters });
  const series = join(folder, 'data.csv');
  writeFileSync(series, Array.from({ length: 40 }, () => `${normal(random)},${normal(random)}`).join('\n'));
  return { folder, model, series };
}

interface Report {
  steps: number;
  influence: { lag: number; mean: number; interval: [number, number] }[];
  cell?: string;
  cellInfluence?: { lag: number; mean: number }[];
  lossUnit: string;
  context: { known: number | null; mean: number }[];
  halfLives: { layer: number; median: number; cells: { cell: string; steps: number; interval: [number, number] }[] }[];
}

const report = async (...args: string[]): Promise<Report> => JSON.parse(await output('memory', ...args, '--json'));

describe('cellarium memory', () => {
  it('finds the half-life that a constant forget gate has', async () => {
    const { model, series } = example([0.5, 0.9, 0.999]);
    const { halfLives, steps } = await report(model, '--series', series, '--lags', '3');
    expect(steps).toBe(40);
    const [{ cells, median }] = halfLives as [Report['halfLives'][number]];
    const expected = [0.5, 0.9, 0.999].map((f) => Math.log(0.5) / Math.log(f));
    cells.forEach(({ cell, steps: found, interval }, unit) => {
      expect(cell).toBe(`1-${unit}`);
      expect(found / expected[unit]!).toBeCloseTo(1, 3);
      expect(interval[0]).toBeLessThanOrEqual(found);
      expect(interval[1]).toBeGreaterThanOrEqual(found);
    });
    expect(median / expected[1]!).toBeCloseTo(1, 3);
  });

  it('finds no influence and no loss beyond the last step in a network that forgets at once', async () => {
    const { model, series } = example([1e-12, 1e-12, 1e-12]);
    const { influence, context, lossUnit } = await report(model, '--series', series, '--lags', '4');
    expect(influence.map(({ lag }) => lag)).toEqual([0, 1, 2, 3, 4]);
    expect(influence[0]!.mean).toBeGreaterThan(0.01);
    for (const { mean } of influence.slice(1)) expect(mean).toBeLessThan(1e-9);
    expect(lossUnit).toBe('squared error');
    expect(context.map(({ known }) => known)).toEqual([1, 2, 3, 4, 5, null]);
    for (const { mean } of context) expect(mean).toBeCloseTo(context[0]!.mean, 5);
  });

  it('finds the influence on a cell that the product of its forget gates leaves', async () => {
    const { model, series } = example([0.5, 0.5, 0.9]);
    const { cell, cellInfluence } = await report(model, '--series', series, '--lags', '12', '--cell', '1-2');
    expect(cell).toBe('1-2');
    const means = cellInfluence!.map(({ mean }) => mean);
    // Positions differ from lag to lag, so the mean of |x·∂c/∂x| only follows 0.9^k roughly.
    expect(means[12]! / means[0]!).toBeGreaterThan(0.9 ** 12 / 2);
    expect(means[12]! / means[0]!).toBeLessThan(0.9 ** 12 * 2);
  });

  it('prints tables with bars, and draws a picture', async () => {
    const { model, series, folder } = example([0.5, 0.9, 0.999]);
    const svg = join(folder, 'memory.svg');
    const prediction = await output('memory', model, '--series', series, '--cell', '1-0', '--svg', svg);
    expect(prediction).toMatch(/^ +0 +\d\.\d{4} .* to .*█/m);
    expect(prediction).toMatch(/^ +all +\d/m);
    expect(prediction).toMatch(/^ +1 +3 +3\.7894 +6\.5788 +349\.67$/m);
    expect(prediction).toContain('1-2  692.77');
    const picture = readFileSync(svg, 'utf8');
    expect(picture).not.toMatch(/NaN|undefined|Infinity/);
    // Lags 0 to 19 are half of 40 steps; a bar each for output and cell, on one sheet of paper.
    expect(picture.match(/<rect class="bar"/g)).toHaveLength(2 * 20);
    expect(picture.match(/<text class="title"/g)).toHaveLength(4);
    expect(picture).toContain('prefers-color-scheme:dark');
  });

  it('measures the longest of several series, or all of them in one where the state is carried', async () => {
    const { folder, series } = example([0.5, 0.5, 0.5]);
    const several = join(folder, 'several.csv');
    const rows = readFileSync(series, 'utf8').split('\n');
    writeFileSync(several, [...rows.slice(0, 10), '', ...rows.slice(10, 35)].join('\n'));
    const { parameters } = randomNetwork(ARCHITECTURE, 1);
    for (const [stateful, steps] of [
      [false, 25],
      [true, 35],
    ] as const) {
      const model = join(folder, 'other.safetensors');
      writeStandalone(model, { description: { vocabulary: [], stateful, architecture: ARCHITECTURE }, parameters });
      expect((await report(model, '--series', several)).steps).toBe(steps);
    }
  });

  it.each([
    [['--lags', '40'], 'too few'],
    [['--cell', '2-0'], 'has no cell 2-0'],
    [['--cell', '1-3'], 'Its cells are 1-0 to 1-2.'],
  ])('refuses %j and draws nothing', async (options, message) => {
    const { model, series, folder } = example([0.5, 0.5, 0.5]);
    const before = readdirSync(folder);
    const args = ['--series', series, '--svg', join(folder, 'memory.svg'), ...options];
    const { status, stdout, stderr } = await run('memory', model, ...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('refuses a network that reads backwards too', async () => {
    const { series } = example([0.5, 0.5, 0.5]);
    const model = fileURLToPath(new URL('../../fixtures/keras/keras2-bidirectional.h5', import.meta.url));
    const { status, stderr } = await run('memory', model, '--series', series);
    expect(status).toBe(1);
    expect(stderr).toContain('both directions');
  });
});
