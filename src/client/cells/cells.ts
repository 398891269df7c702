// The index of cells: filters, sorts and searches all of them in the browser, with the state in the address.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { cellNumber } from '../../shared/cell-number.ts';
import { integer } from '../../shared/format.ts';
import { rowTexts, type Titled } from '../../shared/listing.ts';
import { type Filters, type Hypothesis, NO_FILTERS, type Ranked, rankCells, says } from '../../shared/ranking.ts';

const PAGE = 100;
/** Rows that are drawn at once, as many as a window holds; on a slow machine the others would keep the next key waiting. */
const AT_ONCE = 20;
/** Milliseconds without a key after which the others are drawn. */
const PAUSE = 250;
const form = document.querySelector<HTMLElement>('#filters')!;
const inputs = form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select');
const fields = new Map(Array.from(inputs, (input) => [input.name, input]));
const easy = form.querySelector<HTMLInputElement>('[name=easy]')!;
const rows = document.querySelector<HTMLTableSectionElement>('#rows')!;
const count = document.querySelector('#count')!;
const more = document.querySelector<HTMLButtonElement>('#more')!;
const template = rows.rows[0]!;
const base = template
  .querySelector('a')!
  .getAttribute('href')!
  .replace(/[^/]+\/$/, '');
const columns = Number(rows.dataset.columns);
const names = new Map(
  Array.from(form.querySelectorAll<HTMLOptionElement>('[name=signal] option'), ({ value, text }) => [value, text]),
);

/** Names of the hypotheses in the order of the file, which is the order of the menu. */
const options = [...form.querySelectorAll<HTMLOptionElement>('[name=hypothesis] option')].slice(1);
const hypotheses = options.map(({ value, text, dataset }): Hypothesis & Titled => ({
  id: value,
  needsMemory: 'memory' in dataset,
  title: text,
  phrases: { on: dataset.on!, off: dataset.off! },
}));

let loading: Promise<CellSummary[]> | undefined;
let shown = PAGE;
/** All cells as the filters rank them, whatever is searched for, and the filters that they were ranked by. */
let order: { by: string; ranked: Ranked[] } = { by: '', ranked: [] };
let later = 0;

function readFilters(): Filters {
  const value = (name: string): string => fields.get(name)?.value ?? '';
  return {
    hypothesis: value('hypothesis'),
    easy: easy.checked,
    layer: value('layer'),
    signal: value('signal'),
    direction: value('direction'),
    search: value('search'),
    sort: value('sort'),
  };
}

function writeAddress(filters: Filters): void {
  const url = new URL(location.href);
  const set = Object.entries(filters).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]);
  url.search = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  history.replaceState(null, '', url);
}

/** Here and not from a module that others share, for a chunk of its own would make this page heavier than it may be. */
async function fetchCells(): Promise<CellSummary[]> {
  const response = await fetch(form.dataset.source!);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { cells: CellSummary[] }).cells;
}

function lineOf(ranked: Ranked, index: number): HTMLTableRowElement {
  const { cell, row } = ranked;
  const line = template.cloneNode(true) as HTMLTableRowElement;
  const link = line.querySelector('a')!;
  const strip = line.querySelector('.strip')!;
  link.href = `${base}${cell.id}/`;
  link.textContent = cellNumber(cell.id);
  strip.className = `strip x${row % columns} y${Math.floor(row / columns)}`;
  line.cells[0]!.textContent = String(index + 1);
  rowTexts(ranked, hypotheses, (letter) => names.get(letter || '-')).forEach((text, column) => {
    line.cells[column + 3]!.textContent = text;
  });
  return line;
}

/** The cells that fit, best first. What is typed chooses among them, and need not rank them anew. */
function rank(cells: readonly CellSummary[], filters: Filters): Ranked[] {
  const wanted = filters.search.trim().toLowerCase();
  const by = JSON.stringify({ ...filters, search: '' });
  if (order.by !== by) order = { by, ranked: rankCells(cells, hypotheses, { ...filters, search: '' }) };
  return order.ranked.filter(({ cell }) => says(cell, wanted));
}

async function draw(): Promise<void> {
  const filters = readFilters();
  clearTimeout(later);
  try {
    loading ??= fetchCells();
    const ranked = rank(await loading, filters);
    const lines = (from: number, to: number) => ranked.slice(from, to).map((cell, index) => lineOf(cell, from + index));
    clearTimeout(later);
    rows.replaceChildren(...lines(0, Math.min(AT_ONCE, shown)));
    const addRest = (from: number): void => {
      rows.append(...lines(from, Math.min(from + AT_ONCE, shown)));
      if (from + AT_ONCE < Math.min(shown, ranked.length)) later = window.setTimeout(addRest, 0, from + AT_ONCE);
      else more.hidden = ranked.length <= shown;
    };
    later = window.setTimeout(addRest, PAUSE, AT_ONCE);
    more.hidden = true;
    count.textContent = `${integer(Math.min(shown, ranked.length))} of ${integer(ranked.length)} cells that fit.`;
  } catch (error) {
    loading = undefined;
    count.textContent = `The list could not be loaded (${error instanceof Error ? error.message : error}). Try again.`;
  }
}

// Who comes to the filters is about to use them: by then the cells are there, and ranked.
form.addEventListener(
  'focusin',
  () => {
    loading ??= fetchCells();
    loading
      .then((cells) => rank(cells, readFilters()))
      .catch(() => {
        loading = undefined;
      });
  },
  { once: true },
);
let writing = 0;
form.addEventListener('input', ({ target }) => {
  shown = PAGE;
  void draw();
  // The address waits for a pause in typing: browsers allow it but so many changes.
  clearTimeout(writing);
  const isTyped = target instanceof HTMLInputElement && target.type === 'search';
  writing = window.setTimeout(() => writeAddress(readFilters()), isTyped ? PAUSE : 0);
});
more.addEventListener('click', () => {
  shown += 4 * PAGE;
  void draw();
});

const asked = new URLSearchParams(location.search);
for (const [name, value] of asked) {
  const input = fields.get(name);
  if (input === easy) easy.checked = value === 'true';
  else if (input !== undefined) input.value = value;
}
// What the address asks for, and what a visitor may have chosen before this was here.
const set = Object.entries(readFilters()).some(([name, value]) => value !== NO_FILTERS[name as keyof Filters]);
if (set) {
  writeAddress(readFilters());
  void draw();
}
