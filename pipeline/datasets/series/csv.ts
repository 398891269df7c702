// Series of numbers from a CSV file: a row a time step, a column a feature.
import { InputError } from '../../base/errors.ts';
import { readTableText } from '../../files/files.ts';
import { type Body, chooseColumns, type Reads } from './columns.ts';
import { type DecimalMark, type DialectOptions, isBlank, isNumber, parseTable, type Row, toNumber } from './dialect.ts';

export interface Series {
  /** What the file's column `series` says, or its number from 1. */
  readonly name: string;
  /** [steps, features], row-major */
  readonly values: Float32Array;
  readonly steps: number;
}

export interface SeriesFile {
  /** The header's names of the columns that are read; undefined where there is no header. */
  readonly features: readonly string[] | undefined;
  readonly width: number;
  readonly series: readonly Series[];
  /** Whether its user chose the columns. */
  readonly chosen: boolean;
  /** What was left out, or taken for granted, for whoever reads the numbers that come of it. */
  readonly notes: readonly string[];
}

export interface SeriesOptions extends DialectOptions {
  /** The columns that are read, by the header's names or their numbers from 1. */
  readonly columns?: readonly string[];
  /** Whether the first row is a header; by default it is one where none of its cells is a number. */
  readonly header?: 'yes' | 'no';
}

/** Name of the column that says which series a row belongs to. */
const SERIES = 'series';
const FIX = 'Give a CSV file with a row for each time step and a column for each feature, all numbers.';

/**
 * Reads numbers in columns that are parted by commas, semicolons or tabs. The first row is a header where none of its
 * cells is a number. A new series begins after an empty line, or, where there is a column `series`, with a new name in
 * it. Columns of text, an index, and where there are too many also times and targets are left out, and named in the notes.
 * @param reads what the network reads, if it is known
 * @throws InputError a cell that is missing or no number (row and column named), rows of different lengths, no rows; a
 *   file that may be read in more than one way
 */
export function readSeries(path: string, options: SeriesOptions = {}, reads: Reads = {}): SeriesFile {
  const { rows, decimal, notes } = parseTable(readTableText(path), path, options);
  const first = rows.find((row) => !isBlank(row))!;
  const hasHeader =
    options.header === undefined ? looksLikeHeader(first, rows, decimal, path) : options.header === 'yes';
  const names = hasHeader ? first.cells : undefined;
  const key = names?.findIndex((name) => name.toLowerCase() === SERIES) ?? -1;
  const groups = groupRows(rows.slice(hasHeader ? rows.indexOf(first) + 1 : 0), key, path);
  const full = groups.flatMap((group) => group.rows);
  if (full.length === 0) throw new InputError('It holds no row of numbers.', { file: path }, FIX);
  for (const row of full) checkLength(row, first.cells.length, path);
  const body: Body = { file: path, names, rows: full, width: first.cells.length, decimal };
  const choice = chooseColumns(body, key, { chosen: options.columns, reads });
  const { columns } = choice;
  if (columns.length === 0) throw new InputError('It has no column of numbers.', { file: path }, FIX);
  const series = groups.map(({ name, rows: own }): Series => {
    const values = new Float32Array(own.length * columns.length);
    own.forEach((row, step) => {
      columns.forEach((column, feature) => {
        values[step * columns.length + feature] = readNumber(row, column, names?.[column], path, decimal);
      });
    });
    return { name, values, steps: own.length };
  });
  const features = names === undefined ? undefined : columns.map((column) => names[column]!);
  return {
    features,
    width: columns.length,
    series,
    chosen: options.columns !== undefined,
    notes: [...notes, ...choice.notes],
  };
}

/** @throws InputError a first row that is just as likely a header as numbers */
function looksLikeHeader(first: Row, rows: readonly Row[], decimal: DecimalMark, file: string): boolean {
  const { cells } = first;
  if (cells.every((cell) => !isNumber(cell, decimal))) return true;
  // A table without names of its own is headed by their numbers, with nothing above an index.
  const [corner, ...numbers] = cells;
  const numbered = (some: readonly string[]) => some.every((cell, column) => cell === String(column));
  if (corner === '' && numbered(numbers)) return true;
  if (cells.length === 1 || !numbered(cells)) return false;
  const below = rows.slice(rows.indexOf(first) + 1).filter((row) => !isBlank(row));
  if (below.length === 0 || below.some((row) => row.cells.some((cell) => /^[+-]?\d+$/.test(cell)))) return false;
  const what = `Its first row is ${cells.join(', ')}, which may be the numbers of the columns or those of a time step.`;
  throw new InputError(what, { file, line: first.line }, 'Say which it is: --header yes or --header no.');
}

interface Group {
  readonly name: string;
  readonly rows: Row[];
}

/** @param key the column that names the series; -1 where there is none, and empty lines part them */
function groupRows(rows: readonly Row[], key: number, file: string): readonly Group[] {
  const groups: Group[] = [];
  const names = new Set<string>();
  let parted = true;
  for (const row of rows) {
    if (isBlank(row)) {
      parted = true;
      continue;
    }
    const last = groups.at(-1);
    const name = key < 0 ? String(groups.length + (parted ? 1 : 0)) : nameOf(row, key, file);
    if (last?.name === name) last.rows.push(row);
    else if (names.has(name)) {
      const fix = 'Put the rows of a series one below the other, or give it another name.';
      throw new InputError(`The series "${name}" goes on after another one.`, { file, line: row.line }, fix);
    } else {
      names.add(name);
      groups.push({ name, rows: [row] });
    }
    parted = false;
  }
  return groups;
}

function nameOf({ line, cells }: Row, key: number, file: string): string {
  const name = cells[key] ?? '';
  if (name !== '') return name;
  throw new InputError(`Row ${line} does not say which series it belongs to.`, { file, line }, 'Fill its cell.');
}

function checkLength({ line, cells }: Row, expected: number, file: string): void {
  if (cells.length === expected) return;
  const what = `The row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, but the first row has ${expected}.`;
  throw new InputError(what, { file, line }, 'Give every row as many cells as the first.');
}

/**
 * @param column from 0
 * @param name of the column, where it has one
 * @throws InputError a cell that is missing or no number, with its row and column
 */
export function readNumber(
  { line, cells }: Row,
  column: number,
  name: string | undefined,
  file: string,
  decimal: DecimalMark,
): number {
  const cell = cells[column] ?? '';
  const value = toNumber(cell, decimal);
  if (isNumber(cell, decimal) && Number.isFinite(Math.fround(value))) return value;
  const where = `column ${column + 1}${name === undefined || name === '' ? '' : ` ("${name}")`}`;
  const shown = JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
  const what = cell === '' ? 'is missing' : `is ${shown}, which is no number`;
  throw new InputError(`The value in row ${line}, ${where} ${what}.`, { file, line }, fixOf(cell, decimal));
}

function fixOf(cell: string, decimal: DecimalMark): string {
  const mark = decimal === '.' ? 'point' : 'comma';
  const other = decimal === '.' ? ',' : '.';
  if (isNumber(cell, other))
    return `If a ${decimal === '.' ? 'comma' : 'point'} marks the decimals, say --decimal ${other}.`;
  if (/^[+-]?[\d.,'’ ]+$/.test(cell) && !/\s/.test(cell)) {
    return `Write it with a decimal ${mark}, and nothing between the thousands.`;
  }
  if (cell.split(/\s+/).every((part) => isNumber(part, '.'))) return 'Part the cells by commas, not by spaces.';
  return `Write a finite number with a decimal ${mark} there, or leave the whole row out.`;
}
