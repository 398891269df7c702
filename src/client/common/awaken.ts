// A page that stands without scripts fetches its own only when somebody wants more of it: at once where the address says
// what, else at the first sign of a visitor. Forms and links work by themselves until it is there.

/**
 * @param start fetches the script, and sets it going
 * @param isWanted whether the page is not as it should be without it, for then it starts by itself
 * @param answered a selector of what only the script answers to a pointer
 */
export function awaken(start: () => Promise<unknown>, isWanted = location.search !== '', answered?: string): void {
  const waiting = new AbortController();
  const missed: Event[] = [];
  let isAwake = false;
  const counts = (event: Event): boolean =>
    event instanceof KeyboardEvent ||
    (answered !== undefined && event instanceof PointerEvent && (event.target as Element).closest(answered) !== null);
  const wake = async (event?: Event): Promise<void> => {
    if (event !== undefined && counts(event)) missed.push(event);
    if (isAwake) return;
    isAwake = true;
    await start().finally(() => waiting.abort());
    // What came before there was anybody to answer it is said again.
    for (const early of missed) {
      if (early.defaultPrevented) continue;
      const Kind = early.constructor as typeof Event;
      early.target?.dispatchEvent(new Kind(early.type, early));
    }
  };
  for (const sign of ['pointerover', 'focusin', 'keydown', 'input', 'click'])
    addEventListener(sign, wake, { signal: waiting.signal });
  if (isWanted) void wake();
}
