// The page where a visitor types: what the controls say goes to the worker, and what the worker finds out is shown.
import { fromByte } from '../../../pipeline/base/bytes.ts';
import { SIGNALS, type Signal } from '../../../pipeline/base/signals.ts';
import { differences, differenceWords } from '../../shared/differences.ts';
import { decimal, signed } from '../../shared/format.ts';
import { type LiveSettings, LONGEST_TEXT, readChoice, shortened, writeChoice } from '../../shared/live-choice.ts';
import { type Report, STRIP } from '../../shared/network/protocol.ts';
import type { WritingOptions } from '../../shared/network/writing.ts';
import { cellNumber } from '../../shared/words.ts';
import { relabelLegend } from '../common/legend.ts';
import { say } from '../common/say.ts';
import { showExpectations } from './expectations.ts';
import { readFirstReport } from './first-report.ts';
import { Form } from './form.ts';
import { followCaret, followPointer } from './inspector.ts';
import { Loading } from './loading.ts';
import { startNetwork } from './network/client.ts';
import { Strips } from './strips.ts';
import { type Place, Texts } from './texts.ts';
import { prepareTyped } from './typed-text.ts';
import { holdWords, inspectedWords, notesOn, progressWords, sayProgress } from './words.ts';

const root = document.querySelector<HTMLElement>('#try')!;
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;

const settings = JSON.parse(root.dataset.settings!) as LiveSettings;
const { network, vocabulary, tokens, usual } = settings;
const { units } = network.architecture;
const known = new Set(vocabulary);
/** Most networks read characters, and their pages need none of it. */
const words = tokens === null ? null : { ...tokens, ...(await import('./typed-tokens.ts')) };

const asked = readChoice(location.search, usual, units);
const form = new Form(root, units, asked);
const area = form.text;
const texts = new Texts(
  settings,
  { text: find('#typed'), free: find('#free'), held: find('#held') },
  words === null ? undefined : (text, numbers) => words.readTypedTokens(text, numbers, words, vocabulary),
);
const strips = new Strips(root.querySelectorAll<HTMLElement>('.line'));
const chips = root.querySelectorAll<HTMLButtonElement>('[data-choose]');
const writeButton = find<HTMLButtonElement>('#write');
const holdButton = find<HTMLButtonElement>('#hold');

let write: WritingOptions | null = null;
let isWriting = false;
/** Whether the visitor's text was longer than what is kept of it. */
let isCut = false;
/** Counts what was asked of the worker; reports on anything but the last are out of date. */
let revision = 0;
let shownCell = form.found.index;
/** The character whose values are shown; null for the last of the text. */
let inspected: Place | null = null;

const loading = new Loading(find('#loading'), network.bytes, () => client?.load());
const client = startNetwork(network, {
  progress: (loaded) => loading.progress(loaded),
  failed: (reason) => loading.failed(reason),
  ready: () => loading.done(),
  report: show,
  broken: giveUp,
});

function giveUp(): void {
  root.hidden = true;
  document.querySelector<HTMLElement>('#unsupported')!.hidden = false;
}

const choice = () => form.choice(usual, write !== null);

function want(): void {
  const holds = form.held.map(({ layer, unit, value }) => ({ layer, unit, value }));
  revision++;
  client?.want({ revision, ids: texts.typed.ids, cell: form.found.index, holds, write });
  soonWriteAddress();
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Browsers stop a page that changes its address too often. */
function soonWriteAddress(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const url = new URL(location.href);
    url.search = writeChoice(choice(), usual);
    history.replaceState(null, '', url);
  }, 300);
}

function readText(): void {
  isCut = area.value.length > LONGEST_TEXT || (isCut && area.value.length >= LONGEST_TEXT - 1);
  const text = prepareTyped(shortened(area.value), settings.preparation, known);
  if (text !== area.value) {
    const { selectionStart, selectionEnd } = area;
    area.value = text;
    area.setSelectionRange(selectionStart, selectionEnd);
  }
  texts.text = text;
  texts.paint(form.signal, texts.values.end, 0);
  write = null;
  inspected = null;
  say(find('#notes'), notesOn(text, texts.typed, isCut).join('\n'));
  want();
}

function show(report: Report): void {
  if (report.revision !== revision) return;
  ({ isWriting } = report);
  const { values, free, held } = report;
  texts.take(report);
  texts.paint(form.signal, values.from, Math.min(free.values.from, held?.values.from ?? free.values.from));
  strips.show(report, texts.before(report.stripsEnd, STRIP));
  const { length } = texts.typed.ids;
  const columns = [free.next, held?.next].filter((next) => next != null);
  if (columns.length > 0 || length === 0) showExpectations(find<HTMLTableElement>('#expected'), vocabulary, columns);
  showColumns(held !== null);
  say(writeButton, isWriting ? 'Stop' : 'Write');
  writeButton.disabled = length === 0 || words !== null;
  const written = Math.max(free.written.length, held?.written.length ?? 0);
  const isLast = values.end >= length && !isWriting;
  sayProgress(
    find('#reading'),
    progressWords(values.end, length, written, words === null ? undefined : 'tokens'),
    isLast,
  );
  showHold(report.clampedFrom === null ? null : length - report.clampedFrom);
  showInspected();
}

function showColumns(isHeld: boolean): void {
  const { free, held } = texts;
  find('#columns').hidden = free.written.length === 0;
  find('#held-column').hidden = !isHeld;
  for (const button of root.querySelectorAll<HTMLElement>('[data-keep]')) button.hidden = isWriting;
  say(find('#difference'), isHeld ? differenceWords(differences(free.written, held.written)) : '');
}

/** @param length characters of the text over which cells are held; null where none is, or not yet */
function showHold(length: number | null): void {
  const { cell } = choice();
  const { holds } = form;
  holds.label();
  say(find('#hold-words'), holdWords(cell, holds.cells, length));
  say(holdButton, holds.isHeld(cell) ? `Release ${cellNumber(cell)}` : `Hold ${cellNumber(cell)}`);
  holdButton.disabled = holds.isFull && !holds.isHeld(cell);
  find('#release').hidden = holds.cells.length < 2;
}

function inspect(place: Place): void {
  inspected = place;
  showInspected();
}

/** All six values at the character that was pointed at last, or at the end of the text. */
function showInspected(): void {
  const place = inspected ?? { position: texts.typed.characters.length - 1, of: 'text' };
  say(find('#inspected'), inspectedWords(texts.characterAt(place), place));
  SIGNALS.forEach((signal, index) => {
    const byte = texts.byteAt(place, index);
    const domain = network.domains[signal];
    const print = domain.low < 0 ? signed : decimal;
    say(find(`[data-value=${signal}]`), byte === null ? '–' : print(fromByte(byte, domain)));
  });
}

/** What the choice of cell and signal means for the page itself. */
function showChoice(): void {
  const { cell, signal } = choice();
  const page = find<HTMLAnchorElement>('#cell-page');
  page.href = `${root.dataset.cells}${cell}/`;
  say(page, `The page of cell ${cellNumber(cell)}`);
  say(find('#no-cell'), form.cell.validationMessage);
  find('#bench').dataset.signal = signal;
  find('.legend').dataset.signal = signal;
  relabelLegend(find('#signals'), form.tab);
  for (const chip of chips) chip.setAttribute('aria-pressed', String(chip.dataset.choose === `${cell} ${signal}`));
}

function readControls(): void {
  const { index } = form.found;
  if (index !== shownCell) texts.forget();
  shownCell = index;
  showChoice();
  showHold(null);
  texts.paint(form.signal, 0, 0);
  want();
}

function options(): WritingOptions {
  const { temperature, seed, length } = choice();
  return { temperature, seed, length };
}

function toggleWriting(): void {
  if (isWriting && write !== null) {
    write = { ...write, length: Math.max(texts.free.written.length, texts.held.written.length) };
  } else {
    // The same once more is written anew, before the visitor's eyes.
    write = null;
    want();
    write = options();
  }
  want();
}

/** Whoever holds a cell wants to see what comes of it, so both columns are written. */
function toggleHold(): void {
  const { cell } = choice();
  if (form.holds.isHeld(cell)) {
    form.holds.release(cell);
  } else {
    form.holds.hold(cell, 1);
    write ??= options();
  }
  readControls();
}

area.addEventListener('paste', ({ clipboardData }) => {
  const kept = area.value.length - (area.selectionEnd - area.selectionStart);
  isCut ||= kept + (clipboardData?.getData('text').length ?? 0) > LONGEST_TEXT;
});
area.addEventListener('input', (event) => {
  if (!(event instanceof InputEvent && event.isComposing)) readText();
});
area.addEventListener('compositionend', readText);
root.addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement) readControls();
});
writeButton.addEventListener('click', toggleWriting);
holdButton.addEventListener('click', toggleHold);
root.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  const { keep, releases } = target.dataset;
  if (keep !== undefined) {
    area.value += texts[keep as 'free' | 'held'].written.join('');
    readText();
  } else if (releases !== undefined) {
    const row = target.closest<HTMLElement>('[data-cell]');
    if (row === null) form.holds.releaseAll();
    else form.holds.release(row.dataset.cell!);
    holdButton.focus();
    readControls();
  }
});
for (const chip of chips) {
  chip.addEventListener('click', () => {
    const [cell, signal] = chip.dataset.choose!.split(' ') as [string, Signal];
    form.show(cell, signal);
    readControls();
  });
}

const pointAt =
  (of: Place['of']) =>
  (position: number): void =>
    inspect({ position, of });
followCaret(area, pointAt('text'));
followPointer(find('#field'), texts.backdrop, area, pointAt('text'));
followPointer(find('#free'), texts.free.backdrop, null, pointAt('free'));
followPointer(find('#held'), texts.held.backdrop, null, pointAt('held'));

if (client === null) {
  giveUp();
} else {
  client.load();
  showChoice();
  showHold(null);
  readText();
  const first = readFirstReport(root, asked, usual);
  if (first !== null) show({ ...first, revision });
  if (asked.write) {
    write = options();
    want();
  }
}
