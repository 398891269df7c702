// Repaints a cell's passages by another signal. The bytes are fetched when a visitor first asks for one; the text is
// flattened and painted by the CSS Custom Highlight API, which adds no elements; where that is lacking, by spans.
import { colourRuns } from '../lib/runs.ts';
import { STEPS, stepOfByte } from '../lib/scale.ts';
import { relabelLegend } from './legend.ts';

const bar = document.querySelector<HTMLElement>('#bar')!;
const status = document.querySelector('#status')!;
const characters = Number(bar.dataset.characters);
/** The letters of the signals that the bytes hold, in their order. */
const signals = bar.dataset.signals!;
/** How many characters earlier the value is read that colours a character. */
const behind = Number(bar.dataset.lag);
const painted = 'highlights' in CSS;

let bytes: Promise<Uint8Array> | undefined;

async function fetchBytes(): Promise<Uint8Array> {
  const response = await fetch(bar.dataset.source!);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Paints one paragraph by the steps of its characters. */
function paint(
  paragraph: Element,
  stepOf: (position: number) => number,
  neutral: number,
  ranges: StaticRange[][],
): void {
  const text = paragraph.textContent ?? '';
  const runs = colourRuns(text, stepOf);
  if (!painted) {
    const nodes = runs.map(({ step, text: run }) => {
      const span = document.createElement('span');
      if (step !== neutral) span.className = `s${step}`;
      span.textContent = run;
      return span;
    });
    paragraph.replaceChildren(...nodes);
    return;
  }
  if (paragraph.childNodes.length !== 1) paragraph.textContent = text;
  const node = paragraph.firstChild!;
  let end = 0;
  for (const { step, text: run } of runs) {
    const start = end;
    end += run.length;
    if (step === neutral) continue;
    ranges[step]!.push(
      new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }),
    );
  }
}

function relabel(input: HTMLInputElement): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-signal]')) element.dataset.signal = input.value;
  relabelLegend(bar, input);
  status.textContent = `The text is coloured by ${input.value}, the ${input.dataset.name}.`;
}

async function show(input: HTMLInputElement): Promise<void> {
  bytes ??= fetchBytes();
  let all: Uint8Array;
  try {
    all = await bytes;
  } catch (error) {
    bytes = undefined;
    status.className = '';
    status.textContent = `The values could not be loaded (${error instanceof Error ? error.message : error}). Try again.`;
    return;
  }
  if (!input.checked) return;
  const signal = signals.indexOf(input.value);
  const values = all.subarray(signal * characters, (signal + 1) * characters);
  const neutral = Number(input.dataset.neutral);
  const ranges: StaticRange[][] = Array.from({ length: STEPS }, () => []);
  for (const text of document.querySelectorAll<HTMLElement>('.text[data-offset]')) {
    const start = Number(text.dataset.offset);
    let first = start;
    for (const node of text.childNodes) {
      const stepOf = (t: number): number => {
        const position = first + t - behind;
        return position < start ? neutral : stepOfByte(values[position]!);
      };
      if (node instanceof Element) paint(node, stepOf, neutral, ranges);
      first += [...(node.textContent ?? '')].length;
    }
  }
  if (painted) for (const [step, list] of ranges.entries()) CSS.highlights.set(`s${step}`, new Highlight(...list));
  relabel(input);
}

bar.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'signal') return;
  const url = new URL(location.href);
  if (target.defaultChecked) url.searchParams.delete('signal');
  else url.searchParams.set('signal', target.value);
  history.replaceState(null, '', url);
  void show(target);
});

const asked = new URLSearchParams(location.search).get('signal');
const tab = bar.querySelector<HTMLInputElement>(`input[name=signal][value="${CSS.escape(asked ?? '')}"]`);
if (tab !== null && !tab.checked) {
  tab.checked = true;
  void show(tab);
}
