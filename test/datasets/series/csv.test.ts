import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reads } from '../../../pipeline/datasets/series/columns.ts';
import { readSeries, type SeriesOptions } from '../../../pipeline/datasets/series/csv.ts';
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

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/series');

/** The rows that are read, and what is said of it. */
const rowsOf = (text: string, options: SeriesOptions = {}, reads: Reads = {}) => {
  const { features, width, series, notes } = readSeries(fileOf(text), options, reads);
  const rows = series.flatMap(({ values, steps }) =>
    Array.from({ length: steps }, (_, t) => [...values.subarray(t * width, (t + 1) * width)]),
  );
  return { features, rows, notes };
};
const refusalOf = (text: string, options: SeriesOptions = {}, reads: Reads = {}) =>
  inputError(() => readSeries(fileOf(text), options, reads)).message;

describe('a file as people have it', () => {
  it.each([
    ['decimal-comma.csv', ['Its commas are read as decimal marks.']],
    ['decimal-comma-no-header.csv', ['Its commas are read as decimal marks.']],
    [
      'date-and-target.csv',
      ['Left out: "Date", which holds no numbers.', 'Left out: "target", by its name no feature.'],
    ],
    ['pandas-index.csv', ['Left out: column 1, which counts the rows.']],
    ['excel-unicode-text.csv', []],
    ['byte-order-mark.csv', []],
  ])('%s gives the same six rows, and says what it left out', (name, notes) => {
    const read = readSeries(join(FIXTURES, name), {}, { inputs: 2 });
    const rows = [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.1, 0, 0.9, -0.2, -0.4];
    expect([...read.series[0]!.values]).toEqual(rows.map(Math.fround));
    expect(read.notes).toEqual(notes);
    expect(read.features).toEqual(name.includes('no-header') ? undefined : ['a', 'b']);
  });

  it('is never divided both at semicolons and at commas', () => {
    expect(rowsOf('0,5;1\n2;3,25\n').rows).toEqual([
      [0.5, 1],
      [2, 3.25],
    ]);
    expect(rowsOf('x\n0,5\n-2\n').rows).toEqual([[0.5], [-2]]);
    expect(rowsOf('"0,5","1"\n"2","3,25"\n').rows).toEqual([
      [0.5, 1],
      [2, 3.25],
    ]);
    expect(rowsOf('sep=;\n1;2\n').rows).toEqual([[1, 2]]);
  });

  it.each([
    ['1,234;2,345\n', 'may mark decimals or thousands', '--decimal'],
    ['0,5;1.5\n', 'Some of its numbers have a comma and some a point', '--decimal'],
    ['0,1\n-0,3\n0,5\n', 'its commas may mark decimals or part cells', '--delimiter comma'],
    ['0,1,0,05\n2,3,4,5\n', 'its commas may mark decimals or part cells', '--decimal ,'],
    ['a, b; c\nd, e; f\n', 'Its cells may be parted by commas or by semicolons.', '--delimiter'],
    ['0,1\n0.5,0.25\n', 'may be the numbers of the columns or those of a time step', '--header'],
  ])('is refused where it may be read in two ways, %j', (text, what, fix) => {
    const message = refusalOf(text);
    expect(message).toContain(what);
    expect(message).toContain(fix);
  });

  it('is read as its user says', () => {
    expect(rowsOf('1,234;2,345\n', { decimal: ',' }).rows).toEqual([[Math.fround(1.234), Math.fround(2.345)]]);
    expect(rowsOf('0,5\n-0,25\n', { decimal: ',' }).rows).toEqual([[0.5], [-0.25]]);
    expect(rowsOf('0,5\n-0,25\n', { delimiter: 'comma' }).rows).toEqual([
      [0, 5],
      [-0, 25],
    ]);
    expect(refusalOf('1,2,3,4\n', { decimal: ',' })).toContain('cannot part the cells and mark the decimals too');
    expect(rowsOf('0,1\n0.5,0.25\n', { header: 'yes' })).toMatchObject({ features: ['0', '1'], rows: [[0.5, 0.25]] });
    expect(rowsOf('0,1\n0.5,0.25\n', { header: 'no' }).rows).toHaveLength(2);
    expect(rowsOf('a,b,c\n1,2,3\n', { columns: ['c', '1'] })).toMatchObject({ features: ['c', 'a'], rows: [[3, 1]] });
    expect(rowsOf('a,b,c\n1,2,3\n', {}, { features: ['b', 'a'] })).toEqual({
      features: ['b', 'a'],
      rows: [[2, 1]],
      notes: ['Left out: "c", which the model does not read.'],
    });
    expect(refusalOf('a,a\n1,2\n', { columns: ['a'] })).toContain('It has 2 columns "a".');
    expect(refusalOf('a,b\n1,2\n', { columns: ['c'] })).toContain('It has the columns a, b.');
  });

  it('says so where whole numbers are parted by what may mark decimals', () => {
    expect(rowsOf('1,2\n3,4\n').notes).toEqual([
      'Its commas are read as parting 2 columns of whole numbers; --decimal , says otherwise.',
    ]);
    expect(rowsOf('1.234;2.345\n').notes).toEqual([
      'Its points are read as decimal marks; --decimal , says otherwise.',
    ]);
  });

  it('leaves a time, a target or an index out only where there are too many columns, and asks where that is open', () => {
    expect(rowsOf('time,a\n1,2\n', {}, { inputs: 2 }).rows).toEqual([[1, 2]]);
    expect(rowsOf('time,a\n1,2\n', {}, { inputs: 1 }).rows).toEqual([[2]]);
    expect(rowsOf('time,a,label\n1,2,3\n', {}, { inputs: 1 }).rows).toEqual([[2]]);
    expect(refusalOf('time,a,label\n1,2,3\n', {}, { inputs: 2 })).toContain('Say which with --columns');
    expect(refusalOf('a,b,c\n1,2,3\n', {}, { inputs: 2 })).toContain('It has 3 columns of numbers: a, b, c');
    expect(rowsOf(',0,1\n0,0.5,0.25\n1,2,3\n')).toMatchObject({
      features: ['0', '1'],
      rows: [
        [0.5, 0.25],
        [2, 3],
      ],
    });
  });

  it('refuses what is missing in a column of numbers, however it is written, and thousands', () => {
    for (const missing of ['', 'NaN', 'nan', 'NA', 'null', '-inf', '#N/A']) {
      expect(refusalOf(`x,y\n1,${missing}\n2,3\n`)).toContain('row 2, column 2 ("y")');
      expect(refusalOf(`x,y\n1,${missing}\n`)).toContain('row 2, column 2 ("y")');
    }
    expect(refusalOf('x;y\n0,5;1.234,5\n')).toContain('nothing between the thousands');
    expect(refusalOf('0.5 1\n2 3\n')).toContain('It has no column of numbers');
  });
});

describe('a table in any dialect', () => {
  const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(number, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );
  const dialects = [
    ['comma', ',', '.'],
    ['semicolon', ';', '.'],
    ['semicolon', ';', ','],
    ['tab', '\t', '.'],
    ['tab', '\t', ','],
    ['comma', ',', ','],
  ] as const;

  it.each(dialects)(
    'parted by a %s (%j), with decimals marked by %j, comes back bit for bit',
    (delimiter, mark, decimal) => {
      const write = (value: number) => {
        const text = String(value).replace('.', decimal);
        return mark === decimal ? `"${text}"` : text;
      };
      fc.assert(
        fc.property(table, fc.boolean(), fc.boolean(), (rows, isWide, isGiven) => {
          const header = rows[0]!.map((_, column) => `v${column}`);
          const text = [header.join(mark), ...rows.map((row) => row.map(write).join(mark))].join('\r\n');
          const path = join(temporaryFolder(), 'data.csv');
          writeFileSync(path, isWide ? Buffer.from(`\uFEFF${text}`, 'utf16le') : text);
          const given = isGiven ? { delimiter, decimal } : {};
          let read: ReturnType<typeof readSeries>;
          try {
            read = readSeries(path, given);
          } catch (error) {
            // Without a word from its user a file may be open to two readings; it is never read wrong.
            expect(isGiven ? error : String(error)).toContain('--decimal');
            return;
          }
          expect([...read.series[0]!.values]).toEqual(rows.flat());
        }),
        { numRuns: 100, seed: 5 },
      );
    },
  );
});

describe('the cost of reading', () => {
  /** Milliseconds of the processor, whatever else it does meanwhile, in the fastest of three runs. */
  const cost = (text: string) => {
    const path = fileOf(text);
    const runs = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage();
      try {
        readSeries(path);
      } catch {
        // What takes long may be refused in the end.
      }
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    return Math.min(...runs);
  };

  it.each([
    ['short series', (count: number) => `x,y\n${'0.5,1\n\n'.repeat(count)}`, 2000],
    [
      'named series',
      (count: number) => `series,x\n${Array.from({ length: count }, (_, k) => `s${k},1`).join('\n')}`,
      2000,
    ],
    ['digits of a number', (count: number) => `x,y\n1,${'1'.repeat(count)}z\n`, 20_000],
    [
      'columns',
      (count: number) => `${Array.from({ length: count }, (_, k) => `v${k}`).join()}\n${'1,'.repeat(count - 1)}1`,
      1000,
    ],
  ])('grows as the number of %s, and not as its square', (_, textOf, least) => {
    cost(textOf(least));
    // Sixteen times as many: a square would take 256 times as long.
    const growth = cost(textOf(16 * least)) / Math.max(1, cost(textOf(least)));
    expect(growth).toBeLessThan(80);
  });
});
