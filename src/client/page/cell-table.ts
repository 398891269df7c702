// The numbers behind the figures of a cell's page as a table, made of the cell's file.
import { domainOf, fromByte } from '../../../pipeline/base/bytes.ts';
import { figureCsv, tableCsv } from '../../../pipeline/base/csv.ts';
import { cellFigures, type FigureContext } from '../../../pipeline/contract/cell-figures.ts';
import { fetchCell } from '../common/cell-file.ts';
import { ask } from '../common/fetch.ts';

/** A cell, and its gallery, whose file lies above the cell's. */
async function fetchBoth(source: string) {
  const about = source.replace(/cells\/[^/]+$/u, 'gallery.json');
  const [fetched, gallery] = await Promise.all([
    fetchCell(source),
    ask(about).then((response) => response.json() as Promise<FigureContext>),
  ]);
  return { ...fetched, gallery };
}

/** @param source address of the cell's file */
export async function cellTable(source: string): Promise<string> {
  const { cell, values, gallery } = await fetchBoth(source);
  return figureCsv(cellFigures(cell, values, gallery));
}

/** The cell's signals over its excerpts, a row a step. @param source as for {@link cellTable} */
export async function valuesTable(source: string): Promise<string> {
  const { cell, values, gallery } = await fetchBoth(source);
  const domains = cell.signals.map((signal) => domainOf(gallery.domains, signal));
  const names = cell.signals.map((signal, s) => (domains[s]!.transform === 'tanh' ? `tanh ${signal}` : signal));
  const rows = cell.excerpts.flatMap(({ kind, start, text, offset }) =>
    Array.from(text, (character, t) => [
      kind,
      start === null ? '' : start + t,
      character,
      ...domains.map((domain, s) => fromByte(values[s * cell.characters + offset + t]!, domain)),
    ]),
  );
  return tableCsv([['excerpt', 'position', 'character', ...names], ...rows]);
}
