// The tables beside the pages as files: of figures in long form, a row a point, so that anybody can draw them again.
import type { FigurePoint, Figures, Table } from './figures.ts';
import { roundNumber } from './round.ts';
import { csvCell } from './table.ts';

const HEADER = ['figure', 'series', 'x', 'y', 'low', 'high'];

export function figureCsv(figures: Figures): string {
  const rows = Object.entries(figures).flatMap(([figure, points]) =>
    points.map(({ series, x, y, low = '', high = '' }) => [figure, series, x, y, low, high]),
  );
  return tableCsv([HEADER, ...rows]);
}

/** As RFC 4180 has it, with a line feed after each row and numbers rounded like those of the artifacts. */
export function tableCsv(table: Table): string {
  const field = (value: number | string): string =>
    typeof value === 'number' ? String(roundNumber(value)) : csvCell(value);
  return table.map((row) => `${row.map(field).join(',')}\n`).join('');
}

/** Counts in equal bins over [low, high], each at its middle. */
export function binned(series: string, counts: readonly number[], low: number, high: number): FigurePoint[] {
  const width = (high - low) / counts.length;
  return counts.map((y, bin) => ({ series, x: low + (bin + 0.5) * width, y }));
}
