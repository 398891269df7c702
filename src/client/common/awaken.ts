// A page that stands without scripts fetches its own only when somebody wants more of it: at once where the address says
// what, else at the first sign of a visitor. Forms and links work by themselves until it is there.

/**
 * @param start fetches the script, and sets it going
 * @param isWanted whether the page is not as it should be without it, for then it starts by itself
 */
export function awaken(start: () => Promise<unknown>, isWanted = location.search !== ''): void {
  const waiting = new AbortController();
  const keys: KeyboardEvent[] = [];
  let isAwake = false;
  const wake = async (event?: Event): Promise<void> => {
    if (event instanceof KeyboardEvent) keys.push(event);
    if (isAwake) return;
    isAwake = true;
    await start().finally(() => waiting.abort());
    // Keys that came before there was anybody to answer them still count.
    for (const key of keys) {
      if (!key.defaultPrevented) key.target?.dispatchEvent(new KeyboardEvent(key.type, key));
    }
  };
  for (const sign of ['pointerover', 'focusin', 'keydown', 'input'])
    addEventListener(sign, wake, { signal: waiting.signal });
  if (isWanted) void wake();
}
