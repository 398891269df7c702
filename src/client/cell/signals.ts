// Repaints a cell's excerpts by another signal. The bytes are fetched when a visitor first asks for one.
import { stepOfByte } from '../../shared/scale.ts';
import { heardSummary } from '../../shared/summary.ts';
import { fetchCell } from '../common/cell-file.ts';
import { rangeOf } from '../common/characters.ts';
import { element } from '../common/element.ts';
import { relabelLegend } from '../common/legend.ts';
import { canHighlight, Painting } from '../common/paint.ts';

function relabel(input: HTMLInputElement, bar: Element): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-signal]')) element.dataset.signal = input.value;
  relabelLegend(bar, input);
  for (const line of document.querySelectorAll('.key-line')) {
    for (const button of line.querySelectorAll<HTMLElement>('[data-signal-of]')) {
      button.ariaPressed = String(button.dataset.signalOf === input.value);
    }
    line.querySelector('.named')!.textContent = input.dataset.name!;
    for (const end of ['low', 'high']) line.querySelector(`[data-end=${end}]`)!.textContent = input.dataset[end]!;
  }
  // The book is to open in what is seen here.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-reads]')) {
    const url = new URL(link.href);
    url.searchParams.set('signal', input.value);
    link.href = url.href;
  }
  bar.querySelector('#status')!.textContent = `The text is coloured by ${input.value}, the ${input.dataset.name}.`;
}

/** Underlines again what the page came with, for the peaks are those of the signal that it opens with. */
function markPeaks(input: HTMLInputElement, texts: Iterable<HTMLElement>): void {
  if (!canHighlight) return;
  const ranges = input.defaultChecked
    ? Array.from(texts).flatMap((text) => (text.dataset.peak ? [rangeOf(text, Number(text.dataset.peak))] : []))
    : [];
  CSS.highlights.set('peak', new Highlight(...ranges));
}

/** Paints all excerpts by the signal of a tab, as long as the tab stays the chosen one. */
export async function show(input: HTMLInputElement): Promise<void> {
  const bar = input.closest<HTMLElement>('#bar')!;
  let all: Uint8Array;
  try {
    all = (await fetchCell(bar.dataset.source!)).values;
  } catch (error) {
    const status = bar.querySelector('#status')!;
    status.className = '';
    status.textContent = `The values could not be loaded (${error instanceof Error ? error.message : error}). Try again.`;
    return;
  }
  if (!input.checked || !input.isConnected) return;
  const characters = Number(bar.dataset.characters);
  // The bytes hold the signals in the order of their letters here.
  const signal = bar.dataset.signals!.indexOf(input.value);
  const values = all.subarray(signal * characters, (signal + 1) * characters);
  /** How many characters earlier the value is read that colours a character. */
  const behind = Number(bar.dataset.lag);
  const neutral = Number(input.dataset.neutral);
  const painting = new Painting(neutral);
  const texts = document.querySelectorAll<HTMLElement>('.text[data-offset]');
  for (const text of texts) {
    const start = Number(text.dataset.offset);
    const shareAt = (t: number): number | null => (t < behind ? null : values[start + t - behind]! / 255);
    const words = heardSummary([...(text.textContent ?? '')], shareAt, input.dataset.name!);
    const heard = text.parentElement!.querySelector('[data-heard]');
    if (heard !== null) heard.textContent = words;
    else {
      const fresh = element('p', { className: 'hidden' }, words);
      fresh.dataset.heard = '';
      text.before(fresh);
    }
    let first = start;
    for (const node of text.childNodes) {
      const stepOf = (t: number): number => {
        const position = first + t - behind;
        return position < start ? neutral : stepOfByte(values[position]!);
      };
      const piece = node.textContent ?? '';
      if (node instanceof Element) painting.add(node, piece, stepOf);
      first += [...piece].length;
    }
  }
  painting.show();
  markPeaks(input, texts);
  if (document.querySelector('[data-edges][aria-pressed=true]') !== null) {
    void import('../common/tokens.ts').then(({ drawEdges }) => drawEdges());
  }
  relabel(input, bar);
}

/** Colours what came without colours, beside a line of its own that says what they stand for. */
export function unfold(details: HTMLDetailsElement): void {
  const line = document.querySelector('.key-line');
  if (line !== null && details.querySelector('.key-line') === null) {
    const own = line.cloneNode(true) as HTMLElement;
    own.ariaLabel = `Colours, for: ${details.querySelector('h2')!.textContent}`;
    details.querySelector('summary')!.after(own);
  }
  const tab = document.querySelector<HTMLInputElement>('#bar [name=signal]:checked');
  if (tab !== null) void show(tab);
}

/** Shows the signal of a tab that a visitor has chosen, and puts it into the address. */
export function choose(input: HTMLInputElement): void {
  const url = new URL(location.href);
  if (input.defaultChecked) url.searchParams.delete('signal');
  else url.searchParams.set('signal', input.value);
  history.replaceState(null, '', url);
  void show(input);
}
