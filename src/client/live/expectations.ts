// What the network expects next, as a table of bars: as it is, and right below it with cells held.
import { characterName, percent } from '../../shared/format.ts';

/** Characters that are shown. */
const SHOWN = 8;

const SVG = 'http://www.w3.org/2000/svg';

/** As TwoWays.astro draws it. */
function bar(probability: number, name: string): SVGElement {
  const track = document.createElementNS(SVG, 'svg');
  const length = document.createElementNS(SVG, 'rect');
  for (const [attribute, value] of [
    ['class', `track ${name}`],
    ['viewBox', '0 0 100 1'],
    ['preserveAspectRatio', 'none'],
  ]) {
    track.setAttribute(attribute!, value!);
  }
  length.setAttribute('width', String(Math.max(0.4, 100 * probability)));
  length.setAttribute('height', '1');
  track.append(length);
  return track;
}

function number(probability: number): HTMLTableCellElement {
  const cell = document.createElement('td');
  cell.className = 'number';
  cell.textContent = percent(probability);
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
    const probabilities = columns.map((said) => Math.exp(said[id]!));
    const bars = document.createElement('td');
    bars.className = 'bars';
    bars.ariaHidden = 'true';
    bars.append(...probabilities.map((probability, k) => bar(probability, k === 0 ? 'free' : 'held')));
    row.append(head, bars, ...probabilities.map(number));
    return row;
  });
  table.tBodies[0]!.replaceChildren(...rows);
  const head = table.querySelector<HTMLElement>('th.held');
  if (head !== null) head.hidden = columns.length < 2;
}
