// A page that stands without scripts fetches its own only when somebody wants more of it: at once where the address says
// what, else at the first sign of a visitor. Forms and links work by themselves until it is there.

/** @param start fetches the script, and sets it going */
export function awaken(start: () => Promise<unknown>): void {
  const signs = new AbortController();
  const { signal } = signs;
  const wake = async (event?: Event): Promise<void> => {
    signs.abort();
    await start();
    // The key that woke it counts.
    if (event instanceof KeyboardEvent) event.target?.dispatchEvent(new KeyboardEvent(event.type, event));
  };
  if (location.search !== '') void wake();
  else for (const sign of ['pointerover', 'focusin', 'keydown']) addEventListener(sign, wake, { signal });
}
