// The comparison: up to eight cells under one excerpt, which is shown once, with a coloured trace a cell beneath each line.
import type { Domain } from '../../../pipeline/base/bytes.ts';
import type { Characters } from '../../../pipeline/base/positions.ts';
import { nextInSample, placeInWhole } from '../../shared/book-pages.ts';
import {
  type ComparedSignal,
  type Comparison,
  correlation,
  MOST_CELLS,
  readComparison,
  signalIn,
  writeComparison,
} from '../../shared/comparison.ts';
import { characterName, integer } from '../../shared/format.ts';
import { cellNumber } from '../../shared/words.ts';
import { type CellNames, offerCells, setUnlessTyping } from '../common/cell-field.ts';
import { relabelLegend } from '../common/legend.ts';
import { signalText, stepText } from '../common/reading.ts';
import { knownCell, layersOf, openSample, openSource, type Source } from '../common/source.ts';
import { drawLines } from './lines.ts';
import { markCharacters } from './mark.ts';
import { tabulateCells } from './table.ts';

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const form = find<HTMLFormElement>('#compare');
const added = find<HTMLInputElement>('#compare [name=add]');
const atField = find<HTMLInputElement>('#compare [name=at]');
const lengthField = find<HTMLSelectElement>('#compare [name=length]');
/** None where only the output is kept. */
const signalField = document.querySelector<HTMLSelectElement>('#compare [name=signal]');
const rows = find<HTMLTableSectionElement>('#cells-compared');
const lines = find<HTMLElement>('#lines');
const status = find('#status');
const layers = layersOf(form);
const domains = JSON.parse(form.dataset.domains!) as Record<ComparedSignal, Domain>;

const FIRST: Comparison = {
  signal: 'h',
  cells: form.dataset.shown!.split(','),
  at: Number(atField.defaultValue),
  length: Number(form.dataset.length),
};
let wanted = FIRST;
const isBook = form.dataset.text === 'book';
/** Of each signal its values over the held-out sample, and of h those over the text that is read, each text fetched once. */
const samples: Partial<Record<ComparedSignal, ReturnType<typeof openSample>>> = {};
let readable: Promise<Source> | undefined;
function sampleOf(signal: ComparedSignal): ReturnType<typeof openSample> {
  samples[signal] ??= openSample(form, signal);
  return samples[signal];
}
function openText(signal: ComparedSignal): Promise<Source> {
  if (signal === 'c') return sampleOf(signal);
  readable ??= openSource(form);
  return readable;
}
function forget(signal: ComparedSignal): void {
  delete samples[signal];
  readable = undefined;
}
let names: CellNames = new Map();
/** What is on the page: the excerpt, each cell's bytes over it, and how each correlates with the first over all that is held out. */
let shown: { characters: Characters; traces: Uint8Array[]; correlations: number[] } = {
  ...{ characters: [], traces: [], correlations: [] },
};

const printByte = (byte: number): string =>
  (isBook && wanted.signal === 'h' ? stepText : signalText)(byte, domains[wanted.signal]);
const readCell = (typed: string): string | null => knownCell(typed, layers);

function say(words: string, seen: boolean): void {
  status.textContent = words;
  status.classList.toggle('hidden', !seen);
}

const drawTable = tabulateCells(rows, (cells) => show({ ...wanted, cells }));

/** Where an excerpt lies in the text that the output is kept for, which is the whole book where that is kept. */
async function placeOf({ signal, at }: Comparison): Promise<number> {
  if (signal === 'h' || !isBook) return at;
  return placeInWhole((await sampleOf(signal)).pieces, at);
}

/** The legend, and the words that hang on the signal. */
function drawSignal(signal: ComparedSignal): void {
  const option = signalField?.querySelector<HTMLOptionElement>(`[value=${signal}]`);
  if (!option || !signalField) return;
  signalField.value = signal;
  const bar = find('.bar');
  for (const part of document.querySelectorAll<HTMLElement>('main [data-signal]')) part.dataset.signal = signal;
  relabelLegend(bar, option);
  find('#signal-name').textContent = option.dataset.name!;
}

async function drawFrame(total: number): Promise<void> {
  const { signal, at, length, cells } = wanted;
  drawSignal(signal);
  setUnlessTyping(atField, String(at));
  lengthField.value = String(length);
  form.querySelector<HTMLInputElement>('[name=cells]')!.value = cells.join(',');
  find('#passage-place').textContent =
    `Characters ${integer(at)} to ${integer(Math.min(total, at + length))} of ${integer(total)}${signal === 'c' ? ' that are held out' : ''}.`;
  for (const turn of document.querySelectorAll<HTMLAnchorElement>('.turn a')) {
    const to = at + (turn.rel === 'next' ? length : -length);
    turn.classList.toggle('gone', at === 0 ? turn.rel === 'prev' : to >= total);
    turn.href = location.pathname + writeComparison({ ...wanted, at: Math.max(0, to) }, FIRST);
  }
  find<HTMLAnchorElement>('#read-on').search = `?cell=${cells[0]}&at=${await placeOf(wanted)}`;
}

/** Shows a comparison, unless another one was asked for while its values were on their way. */
async function show(comparison: Comparison): Promise<void> {
  wanted = comparison;
  try {
    const { at, length, signal, cells } = comparison;
    const [{ characters, output }, sample] = await Promise.all([openText(signal), sampleOf(signal)]);
    const [outputs, judged] = await Promise.all(
      [output, sample.output].map((valuesOf) => Promise.all(cells.map(valuesOf))),
    );
    if (wanted !== comparison) return;
    shown = {
      characters: characters.slice(at, at + length),
      traces: outputs!.map((bytes) => bytes.subarray(at, at + length)),
      correlations: judged!.map((bytes) => correlation(judged![0]!, bytes)),
    };
    drawTable(comparison.cells, shown.correlations, names);
    drawLines(lines, { cells: wanted.cells, ...shown });
    await drawFrame(characters.length);
    history.replaceState(null, '', location.pathname + writeComparison(comparison, FIRST));
    say(`Cells ${comparison.cells.map(cellNumber).join(', ')}, from character ${integer(at)}.`, false);
  } catch (error) {
    forget(comparison.signal);
    say(`The values could not be loaded (${error instanceof Error ? error.message : error}). Try again.`, true);
  }
}

function addCell(): void {
  const cell = readCell(added.value);
  if (cell === null) {
    say(
      `There is no cell “${added.value}”. A cell is its layer and its number in it, such as ${FIRST.cells[0]}.`,
      true,
    );
  } else if (wanted.cells.includes(cell)) {
    say(`Cell ${cellNumber(cell)} is already shown.`, true);
  } else if (wanted.cells.length === MOST_CELLS) {
    say(`At most ${MOST_CELLS} cells can be compared. Drop one first.`, true);
  } else {
    added.value = '';
    void show({ ...wanted, cells: [...wanted.cells, cell] });
  }
}

async function turn(link: HTMLAnchorElement): Promise<void> {
  if (link.classList.contains('gone')) return;
  const { length } = (await openText(wanted.signal)).characters;
  await show(readComparison(new URL(link.href).searchParams, FIRST, readCell, length).comparison);
}

/** The same place in another signal, or the next one where it is kept. */
async function changeSignal(signal: ComparedSignal): Promise<void> {
  if (signal === wanted.signal) return;
  try {
    const { pieces } = await sampleOf('c');
    const at = signal === 'h' ? await placeOf(wanted) : isBook ? nextInSample(pieces, wanted.at) : wanted.at;
    await show({ ...wanted, signal, at });
  } catch (error) {
    forget('c');
    say(`The values could not be loaded (${error instanceof Error ? error.message : error}). Try again.`, true);
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (added.value.trim() !== '') addCell();
});
form.addEventListener('change', async ({ target }) => {
  if (target === signalField) return changeSignal(signalIn(new URLSearchParams({ signal: signalField!.value }), FIRST));
  if (target !== atField && target !== lengthField) return;
  const total = (await openText(wanted.signal)).characters.length;
  const at = Math.max(0, Math.min(total - 1, Math.floor(atField.valueAsNumber) || 0));
  atField.value = String(at);
  await show({ ...wanted, at, length: Number(lengthField.value) });
});
for (const link of document.querySelectorAll<HTMLAnchorElement>('.turn a')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    void turn(link);
  });
}
document.addEventListener('keydown', (event) => {
  const relation = { '[': 'prev', ']': 'next' }[event.key];
  if (relation === undefined || event.ctrlKey || event.metaKey) return;
  if (event.target instanceof Element && event.target.closest('input, select') !== null) return;
  event.preventDefault();
  void turn(find(`.turn a[rel=${relation}]`));
});

markCharacters(lines, (position, byKey) => {
  const values = shown.traces.map((trace) => printByte(trace[position]!));
  for (const [index, value] of values.entries()) rows.rows[index]!.cells[3]!.textContent = value;
  const character = characterName(shown.characters[position]!);
  find('#marked').textContent = `at “${character}”`;
  if (!byKey) return;
  const words = values.map((value, index) => `${cellNumber(wanted.cells[index]!)} ${value}`);
  say(`${character}, character ${integer(wanted.at + position)}: ${words.join(', ')}.`, false);
});

let width = lines.clientWidth;
new ResizeObserver(() => {
  if (lines.clientWidth === width || shown.characters.length === 0) return;
  width = lines.clientWidth;
  drawLines(lines, { cells: wanted.cells, ...shown });
}).observe(lines);

offerCells(form, find('#cells')).then((offered) => {
  names = offered;
  if (shown.traces.length > 0) drawTable(wanted.cells, shown.correlations, names);
});

/** Shows what the address asks for. */
export async function openComparison(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  if (signalField === null) asked.delete('signal');
  const opening = openText(signalIn(asked, FIRST));
  const characters = await opening.then((opened) => opened.characters.length).catch(() => Number.MAX_SAFE_INTEGER);
  const { comparison, unknown } = readComparison(asked, FIRST, readCell, characters);
  await show(comparison);
  if (unknown.length > 0) say(`There is no cell “${unknown.join('”, “')}”.`, true);
}
