// The numbers behind the site's figures, as tables that anybody can draw them from again. A table has one row a point, in
// long form: figure, series, x, y, low, high.
//
// A new figure of a cell's page is one entry in cell-figures.ts, one of a hypothesis's page or of the gallery's other pages
// one in gallery-figures.ts: its name, and a function to its points. Its caption links to the table with
// src/components/FigureData.astro.
import { roundNumber } from '../../files/publish.ts';
import { writeFile } from '../../gallery/measured.ts';

/** A point of one of a figure's lines, clouds or sets of bars. */
export interface FigurePoint {
  readonly series: string;
  /** A number, or the name of what a bar stands for. */
  readonly x: number | string;
  readonly y: number;
  /** The ends of the interval around y, or of the range drawn there; left out where there is none. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** The points of each of a table's figures, by its name. */
export type Figures = Readonly<Record<string, readonly FigurePoint[]>>;

/** For each figure of a kind of page how its points are found; no points where it is not drawn. */
export type FigureSources<T> = Readonly<Record<string, (source: T) => readonly FigurePoint[]>>;

/** Writes the table of one page's figures. */
export function writeFigures<T>(path: string, sources: FigureSources<T>, source: T): void {
  const figures = Object.entries(sources).map(([name, points]) => [name, points(source)]);
  writeFile(path, figureCsv(Object.fromEntries(figures)));
}

const HEADER = ['figure', 'series', 'x', 'y', 'low', 'high'];

/** As RFC 4180 has it, with a line feed after each row and numbers rounded like those of the artifacts. */
export function figureCsv(figures: Figures): string {
  const rows = Object.entries(figures).flatMap(([figure, points]) =>
    points.map(({ series, x, y, low, high }) => [figure, series, x, y, low, high].map(field).join(',')),
  );
  return `${[HEADER.join(','), ...rows].join('\n')}\n`;
}

function field(value: number | string | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(roundNumber(value));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Counts in equal bins over [low, high], each at its middle. */
export function binned(series: string, counts: readonly number[], low: number, high: number): FigurePoint[] {
  const width = (high - low) / counts.length;
  return counts.map((y, bin) => ({ series, x: low + (bin + 0.5) * width, y }));
}
