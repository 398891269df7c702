// How a file of numbers is written: what parts its cells, and what marks its decimals. Each file has one of each. Where
// it may be read in two ways, it is refused until its user says which.
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../base/errors.ts';

export const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof DELIMITERS;
export type DecimalMark = '.' | ',';

/** A line of the file with its cells, all text. */
export interface Row {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a user may say about a file, where it does not show. */
export interface DialectOptions {
  readonly delimiter?: Delimiter;
  readonly decimal?: DecimalMark;
}

export interface Table {
  readonly rows: readonly Row[];
  readonly decimal: DecimalMark;
  /** What was taken for granted. */
  readonly notes: readonly string[];
}

// Each of these takes time in proportion to the cell's length: no two parts of a pattern can match the same digits.
const EXPONENT = '(?:e[+-]?\\d+)?';
const PATTERNS: Readonly<Record<DecimalMark, RegExp>> = {
  '.': new RegExp(`^[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)${EXPONENT}$`, 'i'),
  ',': new RegExp(`^[+-]?(?:\\d+(?:,\\d*)?|,\\d+)${EXPONENT}$`, 'i'),
};
/** As 1,234 and 12,345,678 are written, and 1.234 elsewhere. */
const GROUPED: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/,
  ',': /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/,
};

export function isNumber(cell: string, decimal: DecimalMark): boolean {
  return PATTERNS[decimal].test(cell);
}

/** @param cell one that {@link isNumber} knows as a number */
export function toNumber(cell: string, decimal: DecimalMark): number {
  return Number(decimal === ',' ? cell.replace(',', '.') : cell);
}

export const isBlank = ({ cells }: Row) => cells.every((cell) => cell === '');

const FIX = 'Give a CSV file with a row for each time step and a column for each feature, all numbers.';
const ASK_DELIMITER = 'Say what parts its cells: --delimiter comma, --delimiter semicolon or --delimiter tab.';
const ASK_DECIMAL = 'Say what marks its decimals: --decimal . or --decimal ,';

/**
 * The cells of a file. What is in quotation marks parts nothing, and is read as a cell.
 * @throws InputError a text that is no CSV, or that may be read in two ways
 */
export function parseTable(text: string, file: string, options: DialectOptions = {}): Table {
  const said = saidInFile(text);
  const { rows, delimiter } = divide(said.text, file, { ...said.options, ...options });
  const { decimal, notes } = decimalOf(rows, file, options.decimal, delimiter);
  const unsaid = options.delimiter === undefined && options.decimal === undefined && delimiter === 'comma';
  return { rows, decimal, notes: [...notes, ...(unsaid ? checkWholeNumbers(rows, file) : [])] };
}

/** Excel takes the mark from a first line `sep=;`, which is no row; the lines below keep their numbers. */
function saidInFile(text: string): { readonly text: string; readonly options: DialectOptions } {
  const [line, mark] = /^"?sep=([,;\t])"?\r?(?=\n)/i.exec(text) ?? [];
  const delimiter = (Object.keys(DELIMITERS) as Delimiter[]).find((name) => DELIMITERS[name] === mark);
  if (line === undefined || delimiter === undefined) return { text, options: {} };
  return { text: text.slice(line.length), options: { delimiter } };
}

interface Division {
  readonly delimiter: Delimiter;
  readonly rows: readonly Row[];
}

/** Divides the lines by the one mark by which they make a table. */
function divide(text: string, file: string, { delimiter: given, decimal }: DialectOptions): Division {
  const by = (delimiter: Delimiter): Division => ({ delimiter, rows: parseRows(text, file, DELIMITERS[delimiter]) });
  if (given !== undefined) return by(given);
  const asColumn = () => attempt(() => singleColumn(by('semicolon')));
  const names = Object.keys(DELIMITERS) as Delimiter[];
  const first = firstLine(text);
  const inFirst = names.filter((name) => first.includes(DELIMITERS[name]));
  const tables = inFirst.flatMap((name) => attempt(() => by(name)) ?? []).filter(isTable);
  const [only, ...others] = tables;
  if (only === undefined) {
    // A single column whose header, or whose whole numbers, have no comma.
    const whole = by(inFirst.find((name) => name !== 'comma') ?? 'comma');
    return (inFirst.length <= 1 && decimal !== '.' ? asColumn() : undefined) ?? whole;
  }
  if (others.length === 0 && decimal === ',' && only.delimiter === 'comma') {
    const column =
      asColumn() ?? (only.rows.some(({ cells }) => cells.some((cell) => cell.includes(','))) ? only : null);
    if (column !== null) return column;
    throw new InputError('Its commas cannot part the cells and mark the decimals too.', { file }, ASK_DELIMITER);
  }
  if (others.length === 0) return only;
  const clean = tables.filter((table) => leavesNoOther(table, names));
  if (clean.length === 1) return clean[0]!;
  const marks = tables.map(({ delimiter }) => (delimiter === 'tab' ? 'tabs' : `${delimiter}s`)).join(' or by ');
  throw new InputError(`Its cells may be parted by ${marks}.`, { file }, ASK_DELIMITER);
}

/** Undefined where a text is no CSV if it is read so. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The first line that is not blank. */
function firstLine(text: string): string {
  return /^.*\S.*$/m.exec(text)?.[0] ?? '';
}

/** At least two columns, and as many in every row. */
function isTable({ rows }: Division): boolean {
  const full = rows.filter((row) => !isBlank(row));
  const width = full[0]?.cells.length ?? 0;
  return width > 1 && full.every(({ cells }) => cells.length === width);
}

/** Whether no cell has in it what might have parted it too, but for commas in numbers. */
function leavesNoOther({ delimiter, rows }: Division, names: readonly Delimiter[]): boolean {
  const others = names.filter((name) => name !== delimiter).map((name) => DELIMITERS[name]);
  return rows.every(({ cells }) =>
    cells.every((cell) => isNumber(cell, ',') || others.every((mark) => !cell.includes(mark))),
  );
}

/** One column of numbers with decimal commas, below a header or not; undefined where it is anything else. */
function singleColumn(division: Division): Division | undefined {
  const [first, ...rest] = division.rows.filter((row) => !isBlank(row));
  if (first === undefined || [first, ...rest].some(({ cells }) => cells.length !== 1)) return undefined;
  const isDecimal = ({ cells: [cell] }: Row) => isNumber(cell!, ',');
  const isHeader = !isDecimal(first);
  if (isHeader && first.cells[0]!.includes(',')) return undefined;
  const body = isHeader ? rest : [first, ...rest];
  return body.every(isDecimal) && body.some(({ cells: [cell] }) => cell!.includes(',')) ? division : undefined;
}

function decimalOf(
  rows: readonly Row[],
  file: string,
  given: DecimalMark | undefined,
  delimiter: Delimiter,
): Omit<Table, 'rows'> {
  if (given !== undefined) return { decimal: given, notes: [] };
  let commas = 0;
  let points = 0;
  let groupedCommas = 0;
  let groupedPoints = 0;
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (cell.includes(',') && isNumber(cell, ',')) {
        commas += 1;
        groupedCommas += Number(GROUPED[','].test(cell));
      } else if (cell.includes('.') && isNumber(cell, '.')) {
        points += 1;
        groupedPoints += Number(GROUPED['.'].test(cell));
      }
    }
  }
  if (commas === 0) {
    const open = delimiter === 'semicolon' && points > 0 && points === groupedPoints;
    return { decimal: '.', notes: open ? ['Its points are read as decimal marks; --decimal , says otherwise.'] : [] };
  }
  if (points > groupedPoints || (points > 0 && groupedCommas === commas)) {
    const what = 'Some of its numbers have a comma and some a point, so either may mark the decimals.';
    throw new InputError(what, { file }, ASK_DECIMAL);
  }
  if (groupedCommas === commas) {
    const what = 'The commas in its numbers may mark decimals or thousands: every one has three digits behind it.';
    throw new InputError(what, { file }, ASK_DECIMAL);
  }
  return { decimal: ',', notes: ['Its commas are read as decimal marks.'] };
}

/** As no program writes whole numbers, but as a comma leaves them when it cuts a decimal number. */
const CUT = /^(?:-0|[+-]?0\d+)$/;

/**
 * Rows of whole numbers alone, without a header, an even number of them: each two may be one number with a decimal comma.
 * They are, where one is such as -0 or 05.
 */
function checkWholeNumbers(rows: readonly Row[], file: string): string[] {
  const full = rows.filter((row) => !isBlank(row));
  const width = full[0]?.cells.length ?? 0;
  if (width % 2 === 1 || full.some(({ cells }) => cells.some((cell) => !/^[+-]?\d+$/.test(cell)))) return [];
  const cut = full.find(({ cells }) => cells.some((cell) => CUT.test(cell)));
  if (cut === undefined) {
    return [`Its commas are read as parting ${width} columns of whole numbers; --decimal , says otherwise.`];
  }
  const cell = cut.cells.find((one) => CUT.test(one));
  const what = `All its cells are whole numbers, one of them "${cell}", so its commas may mark decimals or part cells.`;
  const fix = 'Say --delimiter comma if they part cells, or --decimal , if they mark the decimals of a single column.';
  throw new InputError(what, { file, line: cut.line }, fix);
}

function parseRows(text: string, file: string, delimiter: string): Row[] {
  const rows: Row[] = [];
  let empty = 0;
  try {
    parse(text, {
      delimiter,
      trim: true,
      relax_column_count: true,
      // The library makes an error of each row of another length, also where it is told to take them all.
      skip_empty_lines: true,
      on_record(cells, { lines, empty_lines }) {
        if (empty_lines > empty) rows.push({ line: lines - 1, cells: [''] });
        empty = empty_lines;
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
