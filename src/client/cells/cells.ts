// The index of cells: filters, sorts and searches all of them in the browser, with the state in the address.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { integer, thousandths } from '../../shared/format.ts';
import { type Filters, type Hypothesis, NO_FILTERS, rankCells } from '../../shared/ranking.ts';

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
const hypotheses: Hypothesis[] = options.map(({ value, dataset }) => ({ id: value, needsMemory: 'memory' in dataset }));

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

/** Here and not from a module that others share, for a chunk of its own would make this page heavier than it may be. */
async function fetchCells(): Promise<CellSummary[]> {
  const response = await fetch(form.dataset.source!);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { cells: CellSummary[] }).cells;
}

async function draw(): Promise<void> {
  const filters = readFilters();
  try {
    loading ??= fetchCells();
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
      const words =
        choice === '' ? '–' : `${choice[2] === '+' ? 'on' : 'off'}, ${choice[1] === 'r' ? 'reading' : 'predicting'}`;
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
    count.textContent = `${integer(Math.min(shown, ranked.length))} of ${integer(ranked.length)} cells that fit.`;
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
if ([...asked.keys()].some((name) => name in NO_FILTERS)) void draw();
