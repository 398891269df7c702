// The index of cells: filters, sorts and searches all of them in the browser, with the state in the address.
import type { CellSummary } from '../../pipeline/artifacts/schema.ts';
import { scoreValue } from '../lib/format.ts';
import { type Filters, type Hypothesis, NO_FILTERS, rankCells } from '../lib/ranking.ts';

const PAGE = 100;
const form = document.querySelector<HTMLFormElement>('#filters')!;
const rows = document.querySelector<HTMLTableSectionElement>('#rows')!;
const count = document.querySelector('#count')!;
const more = document.querySelector<HTMLButtonElement>('#more')!;
const template = rows.rows[0]!;
const base = template.querySelector('a')!.getAttribute('href')!.replace(/[^/]+\/$/, '');
const columns = Number(rows.dataset.columns);
const names = new Map(
  Array.from(form.querySelectorAll<HTMLOptionElement>('[name=signal] option'), ({ value, text }) => [value, text]),
);

/** Names of the hypotheses in the order of the file, which is the order of the menu. */
const options = [...form.querySelectorAll<HTMLOptionElement>('[name=hypothesis] option')].slice(1);
const hypotheses: Hypothesis[] = options.map(({ value, dataset }) => ({ id: value, needsMemory: 'memory' in dataset }));

let loading: Promise<CellSummary[]> | undefined;
let shown = PAGE;

async function load(): Promise<CellSummary[]> {
  const response = await fetch(form.dataset.source!);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { cells: CellSummary[] }).cells;
}

function readForm(): Filters {
  const data = new FormData(form);
  const text = (name: string): string => String(data.get(name) ?? '');
  return {
    hypothesis: text('hypothesis'),
    easy: data.has('easy'),
    layer: text('layer'),
    signal: text('signal'),
    direction: text('direction'),
    search: text('search'),
    sort: text('sort'),
  };
}

function writeAddress(filters: Filters): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(filters)) {
    if (value === NO_FILTERS[name as keyof Filters]) url.searchParams.delete(name);
    else url.searchParams.set(name, String(value));
  }
  history.replaceState(null, '', url);
}

const thousandths = (value: number | null | undefined): string => scoreValue(value == null ? null : value / 1000);

async function draw(): Promise<void> {
  const filters = readForm();
  try {
    loading ??= load();
    const ranked = rankCells(await loading, hypotheses, filters);
    const lines = ranked.slice(0, shown).map(({ cell, row, hypothesis }, index) => {
      const line = template.cloneNode(true) as HTMLTableRowElement;
      const link = line.querySelector('a')!;
      const strip = line.querySelector('.strip')!;
      const choice = cell.choice[hypothesis] ?? '';
      link.href = `${base}${cell.id}/`;
      link.textContent = cell.id.replace('-', '–');
      strip.className = `strip x${row % columns} y${Math.floor(row / columns)}`;
      line.cells[0]!.textContent = String(index + 1);
      const words = choice === '' ? '–' : `${choice[2] === '+' ? 'on' : 'off'}, ${choice[1] === 'r' ? 'reading' : 'predicting'}`;
      const texts = [
        cell.name ?? cell.explanation,
        options[hypothesis]?.text ?? '–',
        thousandths(cell.value[hypothesis]),
        thousandths(cell.strength[hypothesis]),
        names.get(choice[0] ?? '-') ?? '–',
        words,
      ];
      texts.forEach((text, column) => {
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
  writeAddress(readForm());
  void draw();
});
form.addEventListener('submit', (event) => event.preventDefault());
more.addEventListener('click', () => {
  shown += 4 * PAGE;
  void draw();
});

const asked = new URLSearchParams(location.search);
for (const [name, value] of asked) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === 'true';
  else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}
if ([...asked.keys()].some((name) => name in NO_FILTERS)) void draw();
