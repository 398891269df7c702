import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { figureCsv } from '../../../../pipeline/base/csv.ts';
import { rowsOf } from '../../../../src/client/page/figure-data.ts';

const point = (series: string, x: number | string) => ({ series, x, y: 0.5 });
const TABLE = figureCsv({
  gates: [point('i', 0), point('f', 1)],
  'argues for': [point('a "line\nbreak", or so', 1), point('b', 2), { series: 'c', x: ',', y: 1 }],
  excerpts: [point('h', 10), point('h', 20), point('c', 20), point('h', 30)],
});
const read = (text: string) => parse(text, { columns: true }) as { figure: string; series: string; x: string }[];

it('the rows of a figure are those of the table, with its header, whatever a series is called', () => {
  for (const figure of ['gates', 'argues for', 'excerpts']) {
    expect(read(rowsOf(TABLE, [figure]))).toEqual(read(TABLE).filter((row) => row.figure === figure));
  }
  expect(read(rowsOf(TABLE, ['gates', 'argues for']))).toHaveLength(5);
  expect(rowsOf(TABLE, ['none'])).toBe('figure,series,x,y,low,high\n');
});

it('only the points between two places are taken where a figure draws no more', () => {
  expect(read(rowsOf(TABLE, ['excerpts'], 15, 20)).map(({ series, x }) => [series, x])).toEqual([
    ['h', '20'],
    ['c', '20'],
  ]);
});
