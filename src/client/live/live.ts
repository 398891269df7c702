// The page where a visitor types: what the controls say goes to the worker, and what the worker finds out is shown.
import { fromByte } from '../../../pipeline/base/bytes.ts';
import { SIGNALS, type Signal } from '../../../pipeline/base/signals.ts';
import { decimal, signed } from '../../shared/format.ts';
import { type LiveSettings, LONGEST_TEXT, readChoice, shortened, writeChoice } from '../../shared/live-choice.ts';
import { cellNumber } from '../../shared/words.ts';
import { relabelLegend } from '../common/legend.ts';
import { showExpectations } from './expectations.ts';
import { Form } from './form.ts';
import { followCaret, followPointer } from './inspector.ts';
import { Loading } from './loading.ts';
import { startNetwork } from './network/client.ts';
import { type Report, STRIP } from './network/protocol.ts';
import type { WritingOptions } from './network/writing.ts';
import { Strips } from './strips.ts';
import { type Place, Texts } from './texts.ts';
import { setQuotes } from './typed-text.ts';
import { holdWords, inspectedWords, notesOn, progressWords, say, sayProgress } from './words.ts';

const root = document.querySelector<HTMLElement>('#try')!;
const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;

const { network, vocabulary, usual } = JSON.parse(root.dataset.settings!) as LiveSettings;
const { units } = network.architecture;
const known = new Set(vocabulary);

const form = new Form(root, units, readChoice(location.search, usual, units));
const area = form.text;
const texts = new Texts(vocabulary, find('#typed'), find('#written'));
const strips = new Strips(root.querySelectorAll<HTMLElement>('.line'));
const chips = root.querySelectorAll<HTMLButtonElement>('[data-choose]');
const writeButton = find<HTMLButtonElement>('#write');

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

function want(): void {
  const { index, layer, unit } = form.found;
  const { hold } = form.choice(usual);
  const held = hold === null ? null : { layer, unit, value: hold };
  revision++;
  client?.want({ revision, ids: texts.typed.ids, cell: index, hold: held, write });
  soonWriteAddress();
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** Browsers stop a page that changes its address too often. */
function soonWriteAddress(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const url = new URL(location.href);
    url.search = writeChoice(form.choice(usual), usual);
    history.replaceState(null, '', url);
  }, 300);
}

function readText(): void {
  isCut = area.value.length > LONGEST_TEXT || (isCut && area.value.length >= LONGEST_TEXT - 1);
  const text = setQuotes(shortened(area.value), known);
  if (text !== area.value) {
    const { selectionStart, selectionEnd } = area;
    area.value = text;
    area.setSelectionRange(selectionStart, selectionEnd);
  }
  texts.text = text;
  texts.paint(form.signal, texts.values.end);
  write = null;
  inspected = null;
  say(find('#notes'), notesOn(text, texts.typed, isCut).join('\n'));
  want();
}

function show(report: Report): void {
  if (report.revision !== revision) return;
  ({ isWriting } = report);
  texts.take(report);
  texts.paint(form.signal, report.from);
  strips.show(report, texts.before(report.end, STRIP));
  const { length } = texts.typed.ids;
  const { written } = texts;
  const columns = [report.free, report.held].filter((said) => said !== null);
  if (columns.length > 0 || length === 0) showExpectations(find<HTMLTableElement>('#expected'), vocabulary, columns);
  find('#continuation').hidden = written.length === 0;
  find('#keep').hidden = isWriting;
  say(writeButton, isWriting ? 'Stop' : 'Write');
  writeButton.disabled = length === 0;
  const isLast = report.end >= length + written.length && !isWriting;
  sayProgress(find('#reading'), progressWords(report.end, length, written.length), isLast);
  showHold(report.clampedFrom === null ? null : length - report.clampedFrom);
  showInspected();
}

/** @param length characters over which the cell is held; null where it is not, or not yet */
function showHold(length: number | null): void {
  const value = form.hold.valueAsNumber;
  say(find('#held-value'), signed(value));
  say(find('#hold-words'), holdWords(form.choice(usual).cell, value, length));
}

function inspect(place: Place): void {
  inspected = place;
  showInspected();
}

/** All six values at the character that was pointed at last, or at the end of the text. */
function showInspected(): void {
  const place = inspected ?? { position: texts.typed.characters.length - 1, isWritten: false };
  say(find('#inspected'), inspectedWords(texts.characterAt(place), place.position, place.isWritten));
  SIGNALS.forEach((signal, index) => {
    const byte = texts.byteAt(place, index);
    const domain = network.domains[signal];
    const print = domain.low < 0 ? signed : decimal;
    say(find(`[data-value=${signal}]`), byte === null ? '–' : print(fromByte(byte, domain)));
  });
}

/** What the choice of cell and signal means for the page itself. */
function showChoice(): void {
  const { cell, signal } = form.choice(usual);
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
  if (index !== shownCell) texts.values.end = 0;
  shownCell = index;
  showChoice();
  showHold(null);
  texts.paint(form.signal, 0);
  want();
}

function toggleWriting(): void {
  if (isWriting && write !== null) {
    write = { ...write, length: texts.written.length };
  } else {
    // The same once more is written anew, before the visitor's eyes.
    write = null;
    want();
    const { temperature, seed, length } = form.choice(usual);
    write = { temperature, seed, length };
  }
  want();
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
find('#keep').addEventListener('click', () => {
  area.value += texts.written.join('');
  readText();
});
for (const chip of chips) {
  chip.addEventListener('click', () => {
    const [cell, signal] = chip.dataset.choose!.split(' ') as [string, Signal];
    form.show(cell, signal);
    readControls();
  });
}

const typedAt = (position: number): void => inspect({ position, isWritten: false });
const writtenAt = (position: number): void => inspect({ position, isWritten: true });
followCaret(area, typedAt);
followPointer(find('#field'), texts.backdrop, area, typedAt);
followPointer(find('#continuation'), texts.continuation, null, writtenAt);

if (client === null) {
  giveUp();
} else {
  client.load();
  showChoice();
  showHold(null);
  readText();
}
