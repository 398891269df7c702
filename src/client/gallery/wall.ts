// Other orders of the wall; the choice is in the address.
import { parseCellId } from '../../../pipeline/base/cell-ids.ts';

/** Strips that get their new places between two paintings; a thousand at once would take a slow machine too long. */
const AT_ONCE = 128;

const wall = document.querySelector('#wall')!;
const order = document.querySelector('#wall-order');

/** What makes a place of the wall show a cell. */
interface Strip {
  readonly classes: string;
  readonly href: string;
  readonly label: string;
  readonly hypothesis: string;
  /** Layer and unit as one number. */
  readonly unit: number;
}

const ORDERS: Record<string, (a: Strip, b: Strip) => number> = {
  score: () => 0,
  unit: (a, b) => a.unit - b.unit,
  hypothesis: (a, b) => Number(a.hypothesis) - Number(b.hypothesis),
};

/** The strips by score, as the page came. */
let byScore: readonly Strip[] | undefined;
const orders = new Map<string, readonly Strip[]>();

function readStrips(): Strip[] {
  return [...wall.querySelectorAll('a')].map((link) => {
    const href = link.getAttribute('href')!;
    const { layer, unit } = parseCellId(href.split('/').at(-2)!)!;
    const { h } = link.parentElement!.dataset;
    return { classes: link.className, href, label: link.ariaLabel!, hypothesis: h!, unit: layer * 1e6 + unit };
  });
}

function inOrder(name: string): readonly Strip[] {
  byScore ??= readStrips();
  const known = orders.get(name) ?? byScore.toSorted(ORDERS[name]);
  orders.set(name, known);
  return known;
}

let latest = 0;

/**
 * Each place takes on another cell, and none is moved: to lay a thousand out anew takes far longer than to paint them. Those
 * out of sight follow, some at a time.
 */
function arrange(name: string): void {
  const own = ++latest;
  const strips = inOrder(name);
  const places = [...wall.querySelectorAll('a')];
  const fill = (from: number): void => {
    if (own !== latest) return;
    const to = Math.min(places.length, from + AT_ONCE);
    for (let k = from; k < to; k++) {
      const [place, { classes, href, label, hypothesis }] = [places[k]!, strips[k]!];
      place.className = classes;
      place.setAttribute('href', href);
      place.ariaLabel = label;
      place.parentElement!.dataset.h = hypothesis;
    }
    if (to < places.length) requestAnimationFrame(() => setTimeout(fill, 0, to));
  };
  fill(0);
}

function choose(name: string): void {
  arrange(name);
  const url = new URL(location.href);
  if (name === 'score') url.searchParams.delete('order');
  else url.searchParams.set('order', name);
  history.replaceState(null, '', url);
}

order?.addEventListener('change', ({ target }) => choose((target as HTMLInputElement).value));

const asked = new URLSearchParams(location.search).get('order');
const input = asked === null ? null : order?.querySelector<HTMLInputElement>(`[value="${CSS.escape(asked)}"]`);
if (input) input.checked = true;
// Whoever comes to the choice is about to make it, and may have made it before this was here.
Object.keys(ORDERS).forEach(inOrder);
const chosen = order?.querySelector<HTMLInputElement>(':checked')?.value ?? 'score';
if (chosen !== 'score') choose(chosen);
