// Words on the page that change.

/** Says something else where it is something else: what is said again is read out again. */
export function say(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}
