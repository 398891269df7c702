// The reader: any page of the book in the colours of any cell, with its place, and the cell's whole course, on the map.
import type { Alignment } from '../../../pipeline/base/signals.ts';
import { pageAt } from '../../shared/book-pages.ts';
import { cellNumber } from '../../shared/cell-number.ts';
import { integer } from '../../shared/format.ts';
import { type MarkedExcerpt, markedIn, placeQuery } from '../../shared/marked-excerpt.ts';
import { areaPath, profileOf } from '../../shared/minimap.ts';
import { lag } from '../../shared/scale.ts';
import { SIGNAL_WORDS } from '../../shared/words.ts';
import { offerCells, setUnlessTyping } from '../common/cell-field.ts';
import { fetchCell } from '../common/cell-file.ts';
import { cellSource, knownCell, layersOf, openSource, type Source } from '../common/source.ts';
import type { Pointed } from '../common/values.ts';
import { listenToTexts } from '../here/listen.ts';
import { showSignal } from './legend.ts';
import { drawPage, type Marked } from './page.ts';
import type { Shown } from './values.ts';

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const form = find<HTMLFormElement>('#reader');
const cellField = find<HTMLInputElement>('#reader [name=cell]');
const alignmentField = find<HTMLSelectElement>('#reader [name=alignment]');
const slider = find<HTMLInputElement>('#map [name=page]');
const text = find('#page');
const status = find('#status');
const layers = layersOf(form);

interface View {
  cell: string;
  /** Index of the page. */
  page: number;
  alignment: Alignment;
  /** An excerpt of the cell's page from which the visitor came; it is forgotten when another cell or page is asked for. */
  marked: MarkedExcerpt | null;
}
const FIRST: View = { cell: form.dataset.cell!, page: 0, alignment: 'reading', marked: null };
let view = FIRST;
let source: Promise<Source> | undefined;
let watching: Promise<(at: Pointed) => void> | undefined;
let names: Awaited<ReturnType<typeof offerCells>> = new Map();

let complaints = 0;
/** What is on the page now. */
let shown: Shown | undefined;

/** The view's address; what goes without saying is left out. */
function addressOf({ cell, page, alignment, marked }: View): string {
  const parts = new URLSearchParams(marked === null ? '' : placeQuery(marked));
  if (cell !== FIRST.cell || marked !== null) parts.set('cell', cell);
  if (marked !== null) return `${location.pathname}?${parts}`;
  if (page !== FIRST.page) parts.set('page', String(page + 1));
  if (alignment !== FIRST.alignment) parts.set('alignment', alignment);
  return `${location.pathname}${parts.size === 0 ? '' : '?'}${parts}`;
}

function drawMap({ pages }: Source, bytes: Uint8Array, { page }: View): void {
  const { above, below, perPage } = profileOf(bytes, pages);
  find('#map .above').setAttribute('d', areaPath(above, perPage, -1));
  find('#map .below').setAttribute('d', areaPath(below, perPage, 1));
  find('#map .here').setAttribute('x', String(page));
}

/** The words and links around the text. */
function drawFrame({ pages }: Source, shown: View): void {
  const { cell, page } = shown;
  const { start, end } = pages[page]!;
  const about = find('#about');
  const link = about.querySelector('a')!;
  const cellPage = link.href.replace(/[^/]+\/$/, `${cell}/`);
  link.href = cellPage;
  link.textContent = `Cell ${cellNumber(cell)}`;
  about.querySelector('span')!.textContent = names.has(cell) ? `: ${names.get(cell)}` : '';
  const compare = find<HTMLAnchorElement>('#compare');
  compare.search = String(new URLSearchParams({ cells: cell, at: String(start) }));
  const place = `Page ${page + 1} of ${pages.length}`;
  for (const element of document.querySelectorAll('.place')) element.textContent = place;
  slider.value = String(page + 1);
  slider.ariaValueText = `${place}, characters ${integer(start)} to ${integer(end)}`;
  for (const turn of document.querySelectorAll<HTMLAnchorElement>('.turn a')) {
    const to = page + (turn.rel === 'next' ? 1 : -1);
    turn.classList.toggle('gone', to < 0 || to >= pages.length);
    turn.href = addressOf({ ...shown, page: to, marked: null });
  }
  setUnlessTyping(cellField, cell);
  alignmentField.value = shown.alignment;
}

/** Shows a view, unless another one was asked for while its values were on their way. */
async function show(wanted: View): Promise<void> {
  view = wanted;
  const complained = complaints;
  try {
    source ??= openSource(form);
    const opened = await source;
    const [bytes, marked] = await Promise.all([opened.output(wanted.cell), loadMarked(wanted)]);
    if (view !== wanted) return;
    view.page = Math.min(Math.max(0, wanted.page), opened.pages.length - 1);
    shown = { cell: view.cell, bytes, behind: lag(view.alignment) };
    drawPage(text, opened, shown, view.page, marked);
    showSignal(find('#top'), marked?.own?.signal ?? 'h');
    drawMap(opened, bytes, view);
    drawFrame(opened, view);
    document.dispatchEvent(new Event('turned'));
    history.replaceState(null, '', addressOf(view));
    // What was wrong meanwhile is still to be read.
    if (complaints > complained) return;
    status.textContent = `Page ${view.page + 1}, coloured by cell ${view.cell}.`;
    status.classList.add('hidden');
    drawMarkNote(marked);
  } catch (error) {
    source = undefined;
    complain(`The text could not be loaded (${error instanceof Error ? error.message : error}). Try again.`);
  }
}

/** The excerpt that a view marks, with its values where they are not those of the output. */
async function loadMarked({ cell, marked }: View): Promise<Marked | null> {
  if (marked === null) return null;
  const { at, length, offset, signal } = marked;
  if (signal === 'h') return { at, length, own: null };
  const { cell: about, values: all } = await fetchCell(await cellSource(form, cell));
  const first = about.signals.indexOf(signal) * about.characters + offset;
  return { at, length, own: { signal, bytes: all.subarray(first, first + length) } };
}

function drawMarkNote(marked: Marked | null): void {
  const note = find<HTMLElement>('#marked');
  note.hidden = marked === null;
  if (marked === null) return;
  const signal = marked.own?.signal;
  note.querySelector('span')!.textContent = signal
    ? `Only the excerpt is coloured, by the ${SIGNAL_WORDS[signal].name} ${signal}: over the whole text the output alone is kept.`
    : 'The excerpt is marked.';
  note.querySelector('a')!.href = addressOf({ ...view, marked: null });
  find('#page mark').scrollIntoView({ block: 'center', behavior: 'instant' });
}

function complain(words: string): void {
  complaints++;
  status.textContent = words;
  status.classList.remove('hidden');
}

function turn(by: number): void {
  const last = Number(slider.max) - 1;
  const page = Math.min(last, Math.max(0, view.page + by));
  if (page === view.page) return;
  void show({ ...view, page, marked: null });
  find('#top').scrollIntoView({ behavior: 'instant' });
}

function change(): void {
  const cell = knownCell(cellField.value, layers);
  if (cell === null) {
    complain(`There is no cell “${cellField.value}”. A cell is its layer and its number in it, such as ${FIRST.cell}.`);
    return;
  }
  cellField.value = cell;
  void show({
    ...view,
    cell,
    marked: null,
    alignment: alignmentField.value === 'predicting' ? 'predicting' : 'reading',
  });
}

/** The view that the address asks for, and the cell in it that is none. */
async function readAddress(): Promise<View & { unknown: string | null }> {
  const asked = new URLSearchParams(location.search);
  const at = Number(asked.get('at') ?? Number.NaN);
  const page = Number(asked.get('page') ?? 1) - 1;
  const typed = asked.get('cell') ?? FIRST.cell;
  const cell = knownCell(typed, layers);
  source ??= openSource(form);
  return {
    unknown: cell === null ? typed : null,
    cell: cell ?? FIRST.cell,
    page: Number.isInteger(at) ? pageAt((await source).pages, at) : Number.isInteger(page) ? page : 0,
    alignment: asked.get('alignment') === 'predicting' ? 'predicting' : 'reading',
    marked: cell === null ? null : markedIn(asked),
  };
}

slider.style.setProperty('--pages', slider.max);
form.addEventListener('change', change);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  change();
});
slider.addEventListener('input', () => void show({ ...view, page: Number(slider.value) - 1, marked: null }));
for (const link of document.querySelectorAll<HTMLAnchorElement>('.turn a')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    turn(link.rel === 'next' ? 1 : -1);
  });
}
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const by = { ArrowLeft: -1, '[': -1, ArrowRight: 1, ']': 1 }[event.key];
  if (by === undefined) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest('input, select') !== null) return;
  // There they lead from character to character.
  if (event.key.startsWith('Arrow') && target.closest('.text') !== null) return;
  event.preventDefault();
  turn(by);
});
for (const kind of ['pointerover', 'focusin', 'click']) {
  text.addEventListener(kind, (event) => {
    watching ??= import('./values.ts').then(({ watchReader }) => watchReader(form, () => shown!));
    watching.then(
      // What came before the script is answered when it is there.
      (point) => event instanceof MouseEvent && point(event),
      // Without a connection there are no values; the next character that is pointed at asks again.
      () => {
        watching = undefined;
      },
    );
  });
}
listenToTexts('#page .text');
offerCells(form, find('#cells')).then((offered) => {
  names = offered;
  find('#about span').textContent = names.has(view.cell) ? `: ${names.get(view.cell)}` : '';
});

/** Opens the page that the address asks for. */
export async function openReader(): Promise<void> {
  try {
    const { unknown, ...asked } = await readAddress();
    await show(asked);
    if (unknown !== null) complain(`There is no cell “${unknown}”.`);
  } catch (error) {
    source = undefined;
    complain(`The text could not be loaded (${error instanceof Error ? error.message : error}). Try again.`);
  }
}
