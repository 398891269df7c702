import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../../pipeline/datasets/series/csv.ts';
import { inputError, temporaryFolder } from '../../temporary.ts';

function fileOf(text: string): string {
  const path = join(temporaryFolder(), 'data.csv');
  writeFileSync(path, text);
  return path;
}

const read = (text: string) => {
  const { features, width, series } = readSeries(fileOf(text));
  return { features, width, series: series.map(({ name, steps, values }) => ({ name, steps, values: [...values] })) };
};

const refusal = (text: string) => inputError(() => readSeries(fileOf(text)));

describe('readSeries', () => {
  it('reads a column a feature and a row a step, with a header or without', () => {
    const series = [{ name: '1', steps: 2, values: [1, -2.5, 3, 0.25] }];
    expect(read('temperature,wind\n1,-2.5\n3,2.5e-1\n')).toEqual({
      features: ['temperature', 'wind'],
      width: 2,
      series,
    });
    expect(read('1,-2.5\n3,.25')).toEqual({ features: undefined, width: 2, series });
    expect(read('1;-2.5\r\n3;0.25\r\n').series).toEqual(series);
    expect(read('"1"\t -2.5\n3\t0.25\n').series).toEqual(series);
  });

  it('begins a new series after empty lines', () => {
    const { series } = read('\nx\n\n1\n2\n\n\n3\n\n');
    expect(series).toEqual([
      { name: '1', steps: 2, values: [1, 2] },
      { name: '2', steps: 1, values: [3] },
    ]);
  });

  it('begins a new series with a new name in the column "series", wherever that stands', () => {
    const { features, width, series } = read('x,Series,y\n1,oslo,2\n\n3,oslo,4\n5,rome,6\n');
    expect({ features, width }).toEqual({ features: ['x', 'y'], width: 2 });
    expect(series).toEqual([
      { name: 'oslo', steps: 2, values: [1, 2, 3, 4] },
      { name: 'rome', steps: 1, values: [5, 6] },
    ]);
  });

  it('gives back every float32 that a program wrote', () => {
    const numbers = fc.array(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    const path = join(temporaryFolder(), 'data.csv');
    const write = (value: number) => (Object.is(value, -0) ? '-0' : String(value));
    fc.assert(
      fc.property(numbers, (rows) => {
        writeFileSync(path, rows.map((row) => row.map(write).join(',')).join('\n'));
        const { series } = readSeries(path);
        expect([...series[0]!.values]).toEqual(rows.flat());
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['x,y\n1,2\n3,\n', 3, 'The value in row 3, column 2 ("y") is missing.'],
    ['1,2\n3,abc\n', 2, 'The value in row 2, column 2 is "abc", which is no number.'],
    ['x,y\n1,NaN\n', 2, 'The value in row 2, column 2 ("y") is "NaN", which is no number.'],
    ['1,2\n3,1e39\n', 2, 'The value in row 2, column 2 is "1e39", which is no number.'],
    ['1,2\n3,0x10\n', 2, 'The value in row 2, column 2 is "0x10", which is no number.'],
    ['x,y\n1,2\n3\n', 3, 'The row has 1 cell, but the first row has 2.'],
    ['series,x\na,1\nb,2\na,3\n', 4, 'The series "a" goes on after another one.'],
    ['series,x\na,1\n,2\n', 3, 'Row 3 does not say which series it belongs to.'],
    ['x,y\n1,"2\n', 2, 'It is no CSV file: Quote Not Closed'],
  ])('says where %j is wrong', (text, line, what) => {
    const error = refusal(text);
    expect(error.place).toEqual({ file: expect.stringContaining('data.csv'), line });
    expect(error.what).toContain(what);
  });

  it.each([
    ['x,y\n', 'It holds no row of numbers.'],
    ['series\na\nb\n', 'It has no column of numbers.'],
    ['  \n', 'The text is empty'],
  ])('refuses %j, which holds no series', (text, what) => {
    expect(refusal(text).what).toBe(what);
  });
});
