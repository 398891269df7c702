// A table of the page as a file: what stands in it now, filtered and sorted as it is, as CSV or JSON.
import { csvCell } from '../../../pipeline/base/table.ts';
import { download, pageName } from './download.ts';

/** A number as other programs read it; other words as they are. */
function plain(words: string): string {
  const number = words.replace('−', '-').replaceAll(/(?<=\d),(?=\d{3})/gu, '');
  return /^[-+]?\d+(\.\d+)?%?$/u.test(number) ? number : words;
}

const wordsOf = (cell: Element): string => plain((cell.textContent ?? '').replaceAll(/\s+/gu, ' ').trim());

interface Content {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns without words, such as those of pictures, are left out; a head over nothing is called by its place. */
function contentOf(table: HTMLTableElement): Content {
  const shown = [...table.tBodies].flatMap(({ rows }) => [...rows]).filter((row) => row.checkVisibility());
  const all = shown.map((row) => [...row.cells].map(wordsOf));
  const width = Math.max(0, ...all.map((row) => row.length));
  const heads = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])].map(wordsOf);
  const columns = Array.from({ length: width }, (_, k) => k).filter((k) => all.some((row) => (row[k] ?? '') !== ''));
  return {
    head: columns.map((k) => heads[k] || `column ${k + 1}`),
    rows: all.map((row) => columns.map((k) => row[k] ?? '')),
  };
}

const WRITERS: Record<string, (content: Content) => string> = {
  csv: ({ head, rows }) => [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join(''),
  json: ({ head, rows }) =>
    `${JSON.stringify(
      rows.map((row) => Object.fromEntries(head.map((name, k) => [name, row[k]]))),
      null,
      2,
    )}\n`,
};

/** @param button below a table, which says as what that is to be saved */
export function saveTable(button: HTMLElement): void {
  const frame = button.closest('p')?.previousElementSibling;
  const table = frame?.querySelector('table');
  if (!table) return;
  const kind = button.dataset.saves!;
  const name = (frame?.ariaLabel ?? 'table').toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  const type = kind === 'csv' ? 'text/csv' : 'application/json';
  download(new Blob([WRITERS[kind]!(contentOf(table))], { type }), `${pageName()}-${name}.${kind}`);
}
