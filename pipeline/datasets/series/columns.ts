// Which columns of a table a network reads: those that its user names, else those that can be its features.
import { InputError } from '../../base/errors.ts';
import { type DecimalMark, isNumber, type Row } from './dialect.ts';

/** What the network is known to read. */
export interface Reads {
  /** Numbers a step. */
  readonly inputs?: number;
  readonly features?: readonly string[];
}

/** A table whose header, if it has one, is told from its rows. */
export interface Body {
  readonly file: string;
  readonly names: readonly string[] | undefined;
  /** None of them blank, all of the same length. */
  readonly rows: readonly Row[];
  readonly width: number;
  readonly decimal: DecimalMark;
}

export interface Choice {
  /** From 0, in the order in which the network reads them. */
  readonly columns: readonly number[];
  readonly notes: readonly string[];
}

/** What stands where a number is missing, in files of programs: such a column is one of numbers, and is refused there. */
const MISSING = /^(?:[+-]?nan|n\/?a|#n\/a|null|none|nil|[+-]?inf(?:inity)?|-|\?)?$/i;

/** A number as tables for people show it, with thousands parted or a unit: a column of such was meant as one of numbers. */
const DRESSED = /^[+-]?\d{1,3}(?:[.,' ]\d{3})*[.,]\d+$|^[+-]?\d[\d.,]*\s?[%€$]$|^[$€]\s?[+-]?\d[\d.,]*$/;

const TIMES = new Set(['date', 'datetime', 'time', 'timestamp', 'day', 'datum', 'zeit']);
const TARGETS = new Set(['target', 'targets', 'label', 'labels', 'class', 'outcome']);
const INDICES = new Set(['index', 'id', 'no', 'no.', 'nr', 'nr.', 'row', '#']);

export function nameOfColumn(column: number, names: readonly string[] | undefined): string {
  const name = names?.[column] ?? '';
  return name === '' ? `column ${column + 1}` : `"${name}"`;
}

/**
 * @param chosen names in the header, or numbers from 1
 * @throws InputError a column that there is not, or twice
 */
export function namedColumns(chosen: readonly string[], { file, names, width }: Body): number[] {
  const has = names === undefined ? `${width} columns and no header` : `the columns ${names.join(', ')}`;
  return chosen.map((name) => {
    const places = (names ?? []).flatMap((other, column) => (other === name ? [column] : []));
    if (places.length > 1) {
      throw new InputError(
        `It has ${places.length} columns "${name}".`,
        { file },
        'Name them by their numbers, from 1.',
      );
    }
    const column = places[0] ?? (/^\d+$/.test(name) ? Number(name) - 1 : -1);
    if (column >= 0 && column < width) return column;
    throw new InputError(`It has no column "${name}".`, { file }, `It has ${has}. Numbers count from 1.`);
  });
}

/**
 * @param chosen by the user
 * @param key the column that names the series, which is no feature; -1 where there is none
 * @throws InputError as {@link namedColumns}; more columns than the network reads, where it is open which are meant
 */
export function chooseColumns(
  body: Body,
  key: number,
  { chosen, reads = {} }: { readonly chosen?: readonly string[] | undefined; readonly reads?: Reads | undefined },
): Choice {
  const { names } = body;
  const all = Array.from({ length: body.width }, (_, column) => column).filter((column) => column !== key);
  const others = (columns: readonly number[]) => all.filter((column) => !columns.includes(column));
  if (chosen !== undefined) return { columns: namedColumns(chosen, body), notes: [] };
  const { features } = reads;
  if (names !== undefined && features?.every((name) => names.includes(name))) {
    const columns = namedColumns(features, body);
    return { columns, notes: leftOut(others(columns), names, 'which the model does not read') };
  }
  const texts = all.filter((column) => isText(column, body));
  const empty = all.filter((column) => isEmpty(column, body));
  const numbered = all.filter((column) => !texts.includes(column) && !empty.includes(column));
  const index = numbered.filter((column) => column === 0 && isUnnamed(names?.[0]) && counts(column, body));
  const usable = numbered.filter((column) => !index.includes(column));
  const beside = besideFeatures(usable, body, reads.inputs);
  return {
    columns: usable.filter((column) => !beside.includes(column)),
    notes: [
      ...leftOut(texts, names, 'which holds no numbers'),
      ...leftOut(empty, names, 'which is empty'),
      ...leftOut(index, names, 'which counts the rows'),
      ...leftOut(beside, names, 'by its name no feature'),
    ],
  };
}

function leftOut(columns: readonly number[], names: readonly string[] | undefined, why: string): string[] {
  if (columns.length === 0) return [];
  const shown = columns.map((column) => nameOfColumn(column, names)).join(', ');
  return [`Left out: ${shown}, ${columns.length === 1 ? why : PLURAL[why]}.`];
}

const PLURAL: Readonly<Record<string, string>> = {
  'which the model does not read': 'which the model does not read',
  'which holds no numbers': 'which hold no numbers',
  'which is empty': 'which are empty',
  'which counts the rows': 'which count the rows',
  'by its name no feature': 'by their names no features',
};

/** As dates and words are: no cell is a number, and some say something else than that one is missing. */
function isText(column: number, { rows, decimal }: Body): boolean {
  let says = false;
  for (const { cells } of rows) {
    const cell = cells[column] ?? '';
    if (isNumber(cell, decimal)) return false;
    if (DRESSED.test(cell)) return false;
    says ||= !MISSING.test(cell);
  }
  return says;
}

/** What a mark at the end of every line leaves: no name, no cell. */
function isEmpty(column: number, { rows, names }: Body): boolean {
  return (names?.[column] ?? '') === '' && rows.every(({ cells }) => (cells[column] ?? '') === '');
}

/** As pandas writes an index; without a header nothing is known of a first column. */
const isUnnamed = (name: string | undefined) => name !== undefined && /^(?:Unnamed: 0)?$/.test(name);

function counts(column: number, { rows }: Body): boolean {
  const first = Number(rows[0]?.cells[column]);
  return rows.every(({ cells }, step) => Number(cells[column]) === first + step);
}

/** Groups of columns that are seldom features, of which some are left out where otherwise there are too many. */
function besideFeatures(usable: readonly number[], body: Body, inputs: number | undefined): readonly number[] {
  const { file, names } = body;
  if (names === undefined || inputs === undefined || usable.length <= inputs) return [];
  const named = (known: ReadonlySet<string>) => usable.filter((column) => known.has(names[column]!.toLowerCase()));
  const groups = [named(TIMES), named(TARGETS), named(INDICES).filter((column) => counts(column, body))];
  const subsets: (readonly number[])[] = [[]];
  for (const group of groups) if (group.length > 0) subsets.push(...subsets.map((one) => one.concat(group)));
  const fitting = subsets.filter((subset) => usable.length - subset.length === inputs);
  if (fitting.length === 1) return fitting[0]!;
  throw new InputError(
    `It has ${usable.length} columns of numbers: ${usable.map((column) => names[column]).join(', ')}; the model reads ${inputs}.`,
    { file },
    'Say which with --columns, such as --columns a,b: names in the header, or numbers from 1, in the order in which the model reads them.',
  );
}
