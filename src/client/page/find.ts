// A search over all cells of the gallery, in a dialog: words or a number, arrow keys, Enter.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { element } from '../common/element.ts';
import { fetchCells } from '../common/fetch.ts';
import { createDialog } from './dialog.ts';
import { findCells } from './find-cells.ts';

const SHOWN = 12;
/** Where the cells are listed, and below which address their pages lie. */
const { cells: source, pages } = document.querySelector<HTMLElement>('[data-pages]')!.dataset;

const field = element('input', { type: 'search', id: 'find-field', role: 'combobox', autocomplete: 'off' });
const list = element('ul', { id: 'find-list', role: 'listbox', ariaLabel: 'Cells' });
const note = element('p', { className: 'note', role: 'status' });
field.spellcheck = false;
field.ariaExpanded = 'true';
field.ariaAutoComplete = 'list';
field.setAttribute('aria-controls', list.id);
const label = element('label', { htmlFor: field.id, textContent: 'Its number, or words that say what it does' });
const dialog = createDialog('Find a cell', label, field, list, note);

let loading: Promise<CellSummary[]> | undefined;
let chosen = 0;

const optionOf = ({ id, name, explanation }: CellSummary, index: number): HTMLLIElement => {
  const link = element('a', { href: `${pages}${id}/`, tabIndex: -1 });
  link.append(element('b', { textContent: id.replace('-', '–') }), ` ${name ?? explanation}`);
  return element('li', { role: 'option', id: `find-${index}` }, link);
};

function choose(index: number): void {
  const options = [...list.children];
  chosen = Math.max(0, Math.min(options.length - 1, index));
  options.forEach((option, place) => {
    option.ariaSelected = String(place === chosen);
  });
  field.setAttribute('aria-activedescendant', options[chosen]?.id ?? '');
  options[chosen]?.scrollIntoView({ block: 'nearest' });
}

async function draw(): Promise<void> {
  try {
    loading ??= fetchCells(source!);
    const found = findCells(await loading, field.value, SHOWN);
    list.replaceChildren(...found.map(optionOf));
    note.textContent = found.length === 0 ? 'No cell fits.' : '';
    choose(0);
  } catch (error) {
    loading = undefined;
    note.textContent = `The cells could not be loaded (${error instanceof Error ? error.message : error}). Try again.`;
  }
}

field.addEventListener('input', () => void draw());
field.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) choose(chosen + step);
  else if (event.key === 'Enter') list.children[chosen]?.querySelector('a')?.click();
  else return;
  event.preventDefault();
});

export function open(): void {
  dialog.showModal();
  field.select();
  void draw();
}
