// A search over the hypotheses and all cells of the gallery, in a dialog: words or a number, arrow keys, Enter.
import { cellNumber } from '../../shared/cell-number.ts';
import { element } from '../common/element.ts';
import { fetchCatalogue } from '../common/fetch.ts';
import { createDialog } from './dialog.ts';
import { type Catalogue, type Found, find } from './find-cells.ts';

const SHOWN = 12;
/** Where the cells are listed, and below which address their pages lie. */
const { cells: source, pages } = document.querySelector<HTMLElement>('[data-pages]')!.dataset;

const field = element('input', { type: 'search', id: 'find-field', role: 'combobox', autocomplete: 'off' });
const list = element('ul', { id: 'find-list', role: 'listbox', ariaLabel: 'Hypotheses and cells' });
const note = element('p', { className: 'note', role: 'status' });
field.spellcheck = false;
field.ariaExpanded = 'true';
field.ariaAutoComplete = 'list';
field.setAttribute('aria-controls', list.id);
const label = element('label', { htmlFor: field.id, textContent: 'Its number, or words that say what it does' });
const dialog = createDialog('Find a cell', label, field, list, note);

let loading: Promise<Catalogue> | undefined;
let chosen = 0;

/** Pages of hypotheses lie beside those of cells. */
const labels = pages!.replace(/cells\/$/, 'hypotheses/');

function optionOf(href: string, what: string, words: string): HTMLLIElement {
  const link = element('a', { href, tabIndex: -1 });
  link.append(element('b', { textContent: what }), ` ${words}`);
  return element('li', { role: 'option' }, link);
}

function optionsOf({ hypotheses: ids, titles }: Catalogue, { hypotheses, cells }: Found): HTMLLIElement[] {
  return [
    ...hypotheses.map((index) => optionOf(`${labels}${ids[index]}/`, 'Hypothesis', titles[index]!)),
    ...cells.map(({ cell: { id, name, explanation, choice }, for: index }) => {
      const direction = index === null ? '' : choice[index]?.endsWith('-') ? 'off' : 'on';
      // What it was found for, where that is not what heads it.
      const words = index === null ? (name ?? explanation) : `${titles[index]}: ${direction}`;
      return optionOf(`${pages}${id}/`, cellNumber(id), words);
    }),
  ];
}

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
    loading ??= fetchCatalogue(source!);
    const catalogue = await loading;
    const options = optionsOf(catalogue, find(catalogue, field.value, SHOWN));
    options.forEach((option, index) => {
      option.id = `find-${index}`;
    });
    list.replaceChildren(...options);
    note.textContent = options.length === 0 ? 'Nothing fits.' : '';
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
