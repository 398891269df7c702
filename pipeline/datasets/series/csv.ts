// Series of numbers from a CSV file: a row a time step, a column a feature.
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../base/errors.ts';
import { readText } from '../../files/files.ts';

export interface Series {
  /** What the file's column `series` says, or its number from 1. */
  readonly name: string;
  /** [steps, features], row-major */
  readonly values: Float32Array;
  readonly steps: number;
}

export interface SeriesFile {
  /** The header's names of the columns; undefined where there is no header. */
  readonly features: readonly string[] | undefined;
  readonly width: number;
  readonly series: readonly Series[];
}

/** A line of the file with its cells, all text. */
export interface Row {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Name of the column that says which series a row belongs to. */
const SERIES = 'series';
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const isBlank = ({ cells }: Row) => cells.every((cell) => cell === '');

/**
 * Reads comma-, semicolon- or tab-separated numbers. The first row is a header where none of its cells is a number. A
 * new series begins after an empty line, or, where there is a column `series`, with a new name in it.
 * @throws InputError a cell that is missing or no number (row and column named), rows of different lengths, no rows
 */
export function readSeries(path: string): SeriesFile {
  const rows = parseRows(readText(path), path);
  const first = rows.find((row) => !isBlank(row))!;
  const header = first.cells.some((cell) => NUMBER.test(cell)) ? undefined : first;
  const names = header?.cells;
  const key = names?.findIndex((name) => name.toLowerCase() === SERIES) ?? -1;
  const body = rows.slice(header === undefined ? 0 : rows.indexOf(header) + 1);
  const width = first.cells.length - (key < 0 ? 0 : 1);
  const groups = groupRows(body, key, path);
  if (groups.length === 0) throw new InputError('It holds no row of numbers.', { file: path }, FIX);
  if (width === 0) throw new InputError('It has no column of numbers.', { file: path }, FIX);
  const columns = first.cells.map((_, index) => index).filter((index) => index !== key);
  const series = groups.map(({ name, rows: own }): Series => {
    const values = new Float32Array(own.length * width);
    own.forEach((row, step) => {
      checkLength(row, first.cells.length, path);
      columns.forEach((column, feature) => {
        values[step * width + feature] = readNumber(row, column, names?.[column], path);
      });
    });
    return { name, values, steps: own.length };
  });
  return { features: names?.filter((_, index) => index !== key), width, series };
}

const FIX = 'Give a CSV file with a row for each time step and a column for each feature, all numbers.';

/** @throws InputError a text that is no CSV */
export function parseRows(text: string, file: string): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      delimiter: [',', ';', '\t'],
      trim: true,
      relax_column_count: true,
      on_record(cells, { lines }) {
        rows.push({ line: lines, cells });
        return null;
      },
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? { line: error.lines } : {};
    throw new InputError(`It is no CSV file: ${error.message}.`, { file, ...line }, FIX);
  }
}

/** @param key the column that names the series; -1 where there is none, and empty lines part them */
function groupRows(rows: readonly Row[], key: number, file: string) {
  const groups: { readonly name: string; readonly rows: Row[] }[] = [];
  let parted = true;
  for (const row of rows) {
    if (isBlank(row)) {
      parted = true;
      continue;
    }
    const last = groups.at(-1);
    const name = key < 0 ? String(groups.length + (parted ? 1 : 0)) : nameOf(row, key, file);
    if (last?.name === name) last.rows.push(row);
    else if (groups.every((group) => group.name !== name)) groups.push({ name, rows: [row] });
    else {
      const fix = 'Put the rows of a series one below the other, or give it another name.';
      throw new InputError(`The series "${name}" goes on after another one.`, { file, line: row.line }, fix);
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
export function readNumber({ line, cells }: Row, column: number, name: string | undefined, file: string): number {
  const cell = cells[column] ?? '';
  const value = Number(cell);
  if (NUMBER.test(cell) && Number.isFinite(Math.fround(value))) return value;
  const where = `column ${column + 1}${name === undefined ? '' : ` ("${name}")`}`;
  const what = cell === '' ? 'is missing' : `is ${JSON.stringify(cell)}, which is no number`;
  throw new InputError(
    `The value in row ${line}, ${where} ${what}.`,
    { file, line },
    'Write a finite number with a decimal point there, or leave the whole row out.',
  );
}
