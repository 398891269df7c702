// What the network expects next, as a table of bars: as it is, and with a cell held beside it.
import { characterName, percent } from '../../shared/format.ts';

/** Characters that are shown. */
const SHOWN = 10;

function bar(probability: number): HTMLTableCellElement {
  const cell = document.createElement('td');
  const length = document.createElement('i');
  length.style.inlineSize = `${100 * probability}%`;
  const track = document.createElement('span');
  track.className = 'track';
  track.append(length);
  cell.append(percent(probability), track);
  return cell;
}

/**
 * @param table with a body, and a column's head for what is held
 * @param columns log-probabilities of every character, the free network's first; the likeliest under either come first
 */
export function showExpectations(
  table: HTMLTableElement,
  vocabulary: readonly string[],
  columns: readonly Float32Array[],
): void {
  const likelihood = (id: number): number => Math.max(...columns.map((said) => said[id]!));
  const ids = Array.from(vocabulary.keys()).sort((a, b) => likelihood(b) - likelihood(a));
  const rows = (columns.length === 0 ? [] : ids.slice(0, SHOWN)).map((id) => {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = characterName(vocabulary[id]!);
    row.append(head, ...columns.map((said) => bar(Math.exp(said[id]!))));
    return row;
  });
  table.tBodies[0]!.replaceChildren(...rows);
  table.querySelector<HTMLElement>('.held')!.hidden = columns.length < 2;
}
