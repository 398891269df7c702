// Other orders of the wall; the choice is in the address.
import { parseCellId } from '../../../pipeline/base/cell-ids.ts';

const wall = document.querySelector('#wall')!;
const order = document.querySelector('#wall-order');
const byScore = [...wall.querySelectorAll('li')];

/** Layer and unit, read off the address of a strip. */
const place = (strip: HTMLLIElement): number => {
  const { layer, unit } = parseCellId(strip.firstElementChild!.getAttribute('href')!.split('/').at(-2)!)!;
  return layer * 1e6 + unit;
};
const hypothesis = (strip: HTMLLIElement): number => Number(strip.dataset.h);

const ORDERS: Record<string, (a: HTMLLIElement, b: HTMLLIElement) => number> = {
  score: () => 0,
  unit: (a, b) => place(a) - place(b),
  hypothesis: (a, b) => hypothesis(a) - hypothesis(b),
};

function arrange(name: string): void {
  wall.append(...byScore.toSorted(ORDERS[name]));
}

order?.addEventListener('change', ({ target }) => {
  const name = (target as HTMLInputElement).value;
  const url = new URL(location.href);
  if (name === 'score') url.searchParams.delete('order');
  else url.searchParams.set('order', name);
  history.replaceState(null, '', url);
  arrange(name);
});

const asked = new URLSearchParams(location.search).get('order') ?? 'score';
const input = order?.querySelector<HTMLInputElement>(`[value="${CSS.escape(asked)}"]`);
if (input && !input.checked) {
  input.checked = true;
  arrange(asked);
}
