// Turns a bar's legend to another signal.

/** @param input the signal's tab or option, which knows the words and numbers of its legend */
export function relabelLegend(bar: Element, input: Pick<HTMLInputElement, 'dataset' | 'value'>): void {
  const { low, middle, high, name, meaning } = input.dataset;
  const legend = bar.querySelector('.legend')!;
  for (const [end, words] of Object.entries({ low, middle, high })) {
    legend.querySelector(`[data-end=${end}]`)!.textContent = words ?? '';
  }
  legend.querySelector('b')!.textContent = `${input.value}, ${name}`;
  legend.querySelector('p span')!.textContent = `: ${meaning}`;
}
