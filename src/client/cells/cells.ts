// The index of cells: filters, sorts and searches all of them in the browser, with the state in the address.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { cellNumber } from '../../shared/cell-number.ts';
import { rowTexts, type Titled } from '../../shared/listing.ts';
import { type Filters, type Hypothesis, NO_FILTERS, rankCells } from '../../shared/ranking.ts';
import { fetchCells } from '../common/fetch.ts';

const PAGE = 100;
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

async function draw(): Promise<void> {
  const filters = readFilters();
  try {
    loading ??= fetchCells(form.dataset.source!);
    const ranked = rankCells(await loading, hypotheses, filters);
    const lines = ranked.slice(0, shown).map((one, index) => {
      const line = template.cloneNode(true) as HTMLTableRowElement;
      const link = line.querySelector('a')!;
      const strip = line.querySelector('.strip')!;
      link.href = `${base}${one.cell.id}/`;
      link.textContent = cellNumber(one.cell.id);
      strip.className = `strip x${one.row % columns} y${Math.floor(one.row / columns)}`;
      line.cells[0]!.textContent = String(index + 1);
      rowTexts(one, hypotheses, (letter) => names.get(letter || '-')).forEach((text, column) => {
        line.cells[column + 3]!.textContent = text;
      });
      return line;
    });
    rows.replaceChildren(...lines);
    more.hidden = ranked.length <= shown;
    count.textContent = `${Math.min(shown, ranked.length)} of ${ranked.length} cells that fit.`;
  } catch (error) {
    loading = undefined;
    count.textContent = `The list could not be loaded (${error instanceof Error ? error.message : error}). Try again.`;
  }
}

form.addEventListener('input', () => {
  shown = PAGE;
  writeAddress(readFilters());
  void draw();
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
// What the address asks for, and what a visitor has chosen before this was there.
const chosen = readFilters();
if (Object.entries(chosen).some(([name, value]) => value !== NO_FILTERS[name as keyof Filters])) {
  writeAddress(chosen);
  void draw();
}
