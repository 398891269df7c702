// The table of the cells that are compared, with buttons that reorder and drop them.
import { moved } from '../../shared/comparison.ts';
import { signed } from '../../shared/format.ts';
import { cellNumber } from '../../shared/words.ts';
import type { CellNames } from '../common/cell-field.ts';

/** @param correlations of each cell with the first, over the held-out text */
type Draw = (cells: readonly string[], correlations: readonly number[], names: CellNames) => void;

/** After a row has moved or gone, the keyboard goes on where it was. @param by the button that was pressed */
function focusRow(rows: HTMLTableSectionElement, index: number, by: string | undefined): void {
  const row = rows.rows[Math.min(index, rows.rows.length - 1)];
  const buttons = [...(row?.querySelectorAll('button') ?? [])].filter(({ disabled }) => !disabled);
  (buttons.find(({ dataset }) => dataset.by === by) ?? buttons[0])?.focus();
}

/**
 * @param rows holds the rows; its first one is the pattern of all
 * @param change called with the cells in their new order; what it returns settles when they are drawn
 */
export function tabulateCells(rows: HTMLTableSectionElement, change: (cells: string[]) => Promise<void>): Draw {
  const template = rows.rows[0]!;
  return (cells, correlations, names) => {
    const drawn = cells.map((id, index) => {
      const row = template.cloneNode(true) as HTMLTableRowElement;
      const link = row.querySelector('a')!;
      link.href = link.href.replace(/[^/]+\/$/, `${id}/`);
      link.textContent = cellNumber(id);
      const r = correlations[index]!;
      const texts = [names.get(id) ?? '', index === 0 || Number.isNaN(r) ? '–' : signed(r), ''];
      texts.forEach((text, column) => {
        row.cells[column + 1]!.textContent = text;
      });
      for (const button of row.querySelectorAll('button')) {
        const { by, words } = button.dataset;
        const to = index + Number(by ?? 0);
        button.ariaLabel = `${words} ${cellNumber(id)}`;
        button.disabled = by === undefined ? cells.length === 1 : to < 0 || to >= cells.length;
        button.addEventListener('click', async () => {
          await change(by === undefined ? cells.toSpliced(index, 1) : moved(cells, index, Number(by)));
          focusRow(rows, to, by);
        });
      }
      return row;
    });
    rows.replaceChildren(...drawn);
  };
}
