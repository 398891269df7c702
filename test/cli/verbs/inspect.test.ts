import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { readSafetensors } from '../../../pipeline/files/safetensors.ts';
import type { Expected, Rows } from '../../models/compare.ts';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const { cases } = JSON.parse(readFileSync(fixture('keras/keras2.json'), 'utf8')) as {
  cases: (Expected & { file: string })[];
};

/** What Keras itself gave for a file, and the series that it read as a CSV file. */
function example(file: string) {
  const found = cases.find((candidate) => candidate.file === file)!;
  const rows = found.input as Rows;
  const folder = temporaryFolder();
  const series = join(folder, 'data.csv');
  writeFileSync(series, rows.map((row) => row.join(',')).join('\n'));
  return {
    model: fixture(`keras/${file}`),
    rows,
    series,
    folder,
    signals: found.signals!,
    output: found.output as Rows,
  };
}

interface Report {
  state: string;
  series: {
    name: string;
    inputs: (string | number)[][];
    layers: { layer: number; units: [number, number]; signals: Record<string, number[][]> }[];
    outputs?: number[][];
  }[];
}

const report = async (...args: string[]): Promise<Report> => JSON.parse(await output('inspect', ...args, '--json'));

function expectClose(found: Rows, expected: Rows): void {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  const wanted = expected.flat();
  expect(Math.max(...found.flat().map((value, k) => Math.abs(value - wanted[k]!)))).toBeLessThan(1e-5);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('cellarium inspect', () => {
  it.each(['keras2-stateful.h5', 'keras2-forecast.h5', 'keras2-bidirectional.h5', 'keras2-relu.h5'])(
    'gives the gates and outputs that Keras gave for %s',
    async (file) => {
      const { model, series, signals, output, rows } = example(file);
      const found = (await report(model, '--series', series)).series[0]!;
      expect(found.inputs).toHaveLength(rows.length);
      signals.forEach((layer, index) => {
        for (const signal of SIGNALS) expectClose(found.layers[index]!.signals[signal]!, layer[signal]!);
      });
      const prediction = found.outputs ?? found.layers.at(-1)!.signals.h!;
      expectClose(prediction.slice(-output.length), output);
    },
  );

  it('carries the state from one series to the next as the model says, or as it is told', async () => {
    const { model, rows, folder, signals } = example('keras2-stateful.h5');
    const parts = join(folder, 'parts.csv');
    writeFileSync(parts, `speed\n${rows.map((row) => row.join(',')).join('\n\n')}\n`);
    const carried = await report(model, '--series', parts);
    const reset = await report(model, '--series', parts, '--reset');
    const cells = ({ series }: Report) => series.map(({ layers }) => layers[0]!.signals.c![0]!);
    expect(carried.state).toBe('carried');
    expectClose(cells(carried), signals[0]!.c!);
    expect(reset.state).toBe('reset');
    expectClose(cells(reset).slice(0, 1), signals[0]!.c!.slice(0, 1));
    const differences = cells(reset)[1]!.map((value, unit) => Math.abs(value - signals[0]!.c![1]![unit]!));
    expect(Math.max(...differences)).toBeGreaterThan(1e-3);
  });

  it('prints a table with a row for each step, and strips', async () => {
    const { model, series, signals } = example('keras2-stateful.h5');
    const lines = (await output('inspect', model, '--series', series, '--unit', '3', '--signal', 'f,c')).split('\n');
    const header = lines.findIndex((line) => /^ +step +x1 +f +c$/.test(line));
    expect(lines[header - 1]).toBe('1-3');
    const table = lines.slice(header + 1, header + 6).map((line) => line.trim().split(/ +/).map(Number));
    expectClose(
      table.map(([, , f]) => [Math.round(f! * 1e4) / 1e4]),
      signals[0]!.f!.map((row) => [Math.round(row[3]! * 1e4) / 1e4]),
    );
    expect(table.map(([step]) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(lines[header + 6]).toMatch(/^ {2}f [▁-█]{5} {2}c [▁-█]{5}$/);
  });

  it('says what it left out of the tables, and how to get it', async () => {
    const { model, folder } = example('keras2-stateful.h5');
    const long = join(folder, 'long.csv');
    writeFileSync(long, Array.from({ length: 300 }, (_, t) => Math.sin(t)).join('\n'));
    const prediction = await output('inspect', model, '--series', long, '--unit', '0-1');
    expect(prediction).toContain('280 more steps in the tables');
    expect(prediction).toContain('--csv');
    expect(Math.max(...prediction.split('\n').map((line) => line.length))).toBeLessThan(140);
  });

  it('prints CSV with a line for each step and cell, and colours where they are asked for', async () => {
    const { model, series, signals } = example('keras2-stateful.h5');
    const args = ['inspect', model, '--series', series, '--features', 'speed', '--signal', 'o,h'];
    const [header, ...lines] = (await output(...args, '--csv')).trim().split('\n');
    expect(header).toBe('series,step,speed,layer,unit,o,h');
    expect(lines).toHaveLength(5 * 10);
    const cells = lines.map((line) => line.split(',').map(Number));
    expect(cells[13]!.slice(0, 2).concat(cells[13]!.slice(3, 5))).toEqual([1, 2, 1, 3]);
    expectClose(
      cells.map((row) => row.slice(5)),
      signals[0]!.o!.flatMap((row, t) => row.map((o, k) => [o, signals[0]!.h![t]![k]!])),
    );
    vi.stubEnv('FORCE_COLOR', '3');
    expect(await output(...args)).toContain('\u001b[38;2;');
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv('NO_COLOR', '1');
    expect(await output(...args)).not.toContain('\u001b[');
  });

  it('writes tensors as trace does', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'cells.safetensors');
    const args = ['--text', 'Oh  "dear"!', '--unit', '1-2', '--signal', 'h,i', '--safetensors', out];
    await output('inspect', 'alice', ...args);
    const { tensors, metadata } = readSafetensors(out);
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['i', [10, 4]],
      ['h', [10, 4]],
    ]);
    expect(metadata).toMatchObject({ text: 'Oh “dear”!', units: '["1-1","1-2","2-1","2-2"]', model: 'alice' });
  });

  it('names the row and column of a cell that is wrong', async () => {
    const { model, folder } = example('keras2-forecast.h5');
    const series = join(folder, 'bad.csv');
    writeFileSync(series, 'a,b,c\n1,2,3\n4,,6\n');
    const { status, stderr } = await run('inspect', model, '--series', series);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining(`${series}:3: The value in row 3, column 2 ("b") is missing.`),
    });
  });

  it.each([
    ['1,2\n', [], 'has 2 features'],
    ['a,b,c\n1,2,3\n', ['--features', 'a,b,d'], 'no column "d"'],
    ['1,2,3\n', ['--layer', '2'], 'There is no layer 2'],
    ['1,2,3\n', ['--unit', '99'], 'There is no unit 99'],
  ])('refuses what does not fit the model: %j %j', async (data, options, message) => {
    const { model, folder } = example('keras2-forecast.h5');
    const series = join(folder, 'other.csv');
    writeFileSync(series, data);
    const { status, stdout, stderr } = await run('inspect', model, '--series', series, ...options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('finds columns by the names of the features', async () => {
    const { model, rows, folder, signals } = example('keras2-forecast.h5');
    const series = join(folder, 'turned.csv');
    const turned = rows.map(([a, b, c]) => [c, a, b].join(','));
    writeFileSync(series, ['c,a,b', ...turned].join('\n'));
    const found = (await report(model, '--series', series, '--features', 'a,b,c')).series[0]!;
    expectClose(found.layers[0]!.signals.h!, signals[0]!.h!);
  });
});
