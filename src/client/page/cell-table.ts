// The numbers behind the figures of a cell's page as a table, made of the cell's file.
import { figureCsv } from '../../../pipeline/base/csv.ts';
import { cellFigures, type FigureContext } from '../../../pipeline/contract/cell-figures.ts';
import { valuesOf } from '../../shared/cell-values.ts';
import { fetchCell } from '../common/cell-file.ts';
import { ask } from '../common/fetch.ts';

/** @param source address of the cell's file; the gallery's lies above it */
export async function cellTable(source: string): Promise<string> {
  const about = source.replace(/cells\/[^/]+$/u, 'gallery.json');
  const [cell, gallery] = await Promise.all([
    fetchCell(source),
    ask(about).then((response) => response.json() as Promise<FigureContext>),
  ]);
  return figureCsv(cellFigures(cell, valuesOf(cell), gallery));
}
