// The comparison: up to eight cells under one excerpt, which is shown once, with a coloured trace a cell beneath each line.
import { fromByte } from '../../../pipeline/base/bytes.ts';
import type { Characters } from '../../../pipeline/base/positions.ts';
import { type Comparison, MOST_CELLS, readComparison, writeComparison } from '../../shared/comparison.ts';
import { characterName, integer, signed } from '../../shared/format.ts';
import { cellNumber } from '../../shared/words.ts';
import { type CellNames, offerCells, setUnlessTyping } from '../common/cell-field.ts';
import { knownCell, layersOf, openSource, type Source } from '../common/source.ts';
import { drawLines } from './lines.ts';
import { markCharacters } from './mark.ts';
import { tabulateCells } from './table.ts';

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const form = find<HTMLFormElement>('#compare');
const added = find<HTMLInputElement>('#compare [name=add]');
const atField = find<HTMLInputElement>('#compare [name=at]');
const lengthField = find<HTMLSelectElement>('#compare [name=length]');
const rows = find<HTMLTableSectionElement>('#cells-compared');
const lines = find<HTMLElement>('#lines');
const status = find('#status');
const layers = layersOf(form);
const domain = { low: Number(form.dataset.low), high: Number(form.dataset.high) };

const FIRST: Comparison = {
  cells: form.dataset.shown!.split(','),
  at: Number(atField.defaultValue),
  length: Number(form.dataset.length),
};
let wanted = FIRST;
let source: Promise<Source> | undefined;
let names: CellNames = new Map();
/** What is on the page: the excerpt, and each cell's bytes over it. */
let shown: { characters: Characters; traces: Uint8Array[] } = { characters: [], traces: [] };

const printByte = (byte: number): string => signed(fromByte(byte, domain));
const readCell = (typed: string): string | null => knownCell(typed, layers);

function say(words: string, seen: boolean): void {
  status.textContent = words;
  status.classList.toggle('hidden', !seen);
}

const drawTable = tabulateCells(rows, (cells) => show({ ...wanted, cells }));

function drawFrame(total: number): void {
  const { at, length, cells } = wanted;
  setUnlessTyping(atField, String(at));
  lengthField.value = String(length);
  form.querySelector<HTMLInputElement>('[name=cells]')!.value = cells.join(',');
  find('#passage-place').textContent =
    `Characters ${integer(at)} to ${integer(Math.min(total, at + length))} of ${integer(total)}.`;
  for (const turn of document.querySelectorAll<HTMLAnchorElement>('.turn a')) {
    const to = at + (turn.rel === 'next' ? length : -length);
    turn.classList.toggle('gone', at === 0 ? turn.rel === 'prev' : to >= total);
    turn.href = location.pathname + writeComparison({ ...wanted, at: Math.max(0, to) }, FIRST);
  }
  find<HTMLAnchorElement>('#read-on').search = `?cell=${cells[0]}&at=${at}`;
}

/** Shows a comparison, unless another one was asked for while its values were on their way. */
async function show(comparison: Comparison): Promise<void> {
  wanted = comparison;
  try {
    source ??= openSource(form);
    const { characters, output } = await source;
    const { at, length } = comparison;
    const outputs = await Promise.all(comparison.cells.map(output));
    if (wanted !== comparison) return;
    shown = {
      characters: characters.slice(at, at + length),
      traces: outputs.map((bytes) => bytes.subarray(at, at + length)),
    };
    drawTable(comparison.cells, shown.traces, names);
    drawLines(lines, { cells: wanted.cells, ...shown });
    drawFrame(characters.length);
    history.replaceState(null, '', location.pathname + writeComparison(comparison, FIRST));
    say(`Cells ${comparison.cells.map(cellNumber).join(', ')}, from character ${integer(at)}.`, false);
  } catch (error) {
    source = undefined;
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
  const { length } = (await source)?.characters ?? { length: 0 };
  await show(readComparison(new URL(link.href).searchParams, FIRST, readCell, length).comparison);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (added.value.trim() !== '') addCell();
});
form.addEventListener('change', async ({ target }) => {
  if (target !== atField && target !== lengthField) return;
  const total = (await source)?.characters.length ?? Number.MAX_SAFE_INTEGER;
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
  if (shown.traces.length > 0) drawTable(wanted.cells, shown.traces, names);
});

/** Shows what the address asks for. */
export async function openComparison(): Promise<void> {
  source ??= openSource(form);
  const characters = await source.then((opened) => opened.characters.length).catch(() => Number.MAX_SAFE_INTEGER);
  const { comparison, unknown } = readComparison(new URLSearchParams(location.search), FIRST, readCell, characters);
  await show(comparison);
  if (unknown.length > 0) say(`There is no cell “${unknown.join('”, “')}”.`, true);
}
