// The legend of the reader: the output's, or that of the signal in which an excerpt is shown.
import type { Signal } from '../../../pipeline/base/signals.ts';
import { SIGNAL_WORDS } from '../../shared/words.ts';

/** @param bar carries the numbers of every signal's legend */
export function showSignal(bar: HTMLElement, signal: Signal): void {
  const legend = bar.querySelector<HTMLElement>('.legend')!;
  if (legend.dataset.signal === signal) return;
  const numbers = (JSON.parse(bar.dataset.legends!) as Record<string, Record<string, string>>)[signal] ?? {};
  for (const [end, words] of Object.entries(numbers)) legend.querySelector(`[data-end=${end}]`)!.textContent = words;
  const { name, meaning } = SIGNAL_WORDS[signal];
  legend.querySelector('b')!.textContent = `${signal}, ${name}`;
  legend.querySelector('p span')!.textContent = `: ${meaning}`;
  legend.dataset.signal = signal;
  bar.closest<HTMLElement>('main [data-signal]:not(.legend)')!.dataset.signal = signal;
}
