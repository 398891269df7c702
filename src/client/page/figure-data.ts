// The numbers of one figure as a file of their own, out of the table of all figures of a page.
import { ask } from '../common/fetch.ts';
import { download, pageName } from './download.ts';

/** Rows of a table, each with its line feed; one in quotation marks belongs to its row. */
const ROW = /(?:"(?:[^"]|"")*"|[^"\n])*\n/g;
/** One field of a row, with the comma after it. */
const FIELD = /(?:"(?:[^"]|"")*"|[^",\n]*),/y;

/** Where a row's point is: its third field. */
function placeOf(row: string): number {
  FIELD.lastIndex = 0;
  for (let field = 0; field < 2; field++) FIELD.exec(row);
  return Number.parseFloat(row.slice(FIELD.lastIndex));
}

/**
 * @param table with the header `figure,series,x,…`
 * @param figures whose points are wanted
 * @param from,to between which the points are, both of them included
 */
export function rowsOf(
  table: string,
  figures: readonly string[],
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): string {
  const [header = '', ...rows] = table.match(ROW) ?? [];
  const isThere = (row: string): boolean => {
    if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return true;
    const place = placeOf(row);
    return place >= from && place <= to;
  };
  const isWanted = (row: string): boolean => figures.some((figure) => row.startsWith(`${figure},`)) && isThere(row);
  return header + rows.filter(isWanted).join('');
}

/** The table that is linked to, or of the cell whose file is named. */
async function tableOf(asked: HTMLElement): Promise<string> {
  if (asked instanceof HTMLAnchorElement) return (await ask(asked.href)).text();
  const { cellTable, valuesTable } = await import('./cell-table.ts');
  const { values, file = document.querySelector<HTMLElement>('details[data-file]')!.dataset.file! } = asked.dataset;
  return values === undefined ? cellTable(file) : valuesTable(file);
}

/** @param asked the link to a table, or the button that names a cell's file; it says of which figures the rows are wanted */
export async function saveFigureData(asked: HTMLElement): Promise<void> {
  let table: string;
  try {
    table = await tableOf(asked);
  } catch (error) {
    // The browser says best what is wrong with a link.
    if (asked instanceof HTMLAnchorElement) location.href = asked.href;
    else asked.textContent = `Not to be had (${error instanceof Error ? error.message : error}): try again`;
    return;
  }
  const { from, to } = asked.dataset;
  const figures = asked.dataset.figures?.split('|');
  if (figures === undefined) {
    const what = asked.dataset.values === undefined ? '' : '-values';
    download(new Blob([table], { type: 'text/csv' }), `${pageName()}${what}.csv`);
    return;
  }
  const rows = rowsOf(
    table,
    figures,
    from === undefined ? undefined : Number(from),
    to === undefined ? undefined : Number(to),
  );
  const place = from === undefined ? '' : `-${from}`;
  const name = `${pageName()}-${figures[0]!.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')}${place}.csv`;
  download(new Blob([rows], { type: 'text/csv' }), name);
}
