// Small pieces of work for the page's own thread: a few milliseconds of them a frame, so that typing never waits.

const SLICE = 8;
const waiting = new Set<() => void>();

function work(): void {
  const end = performance.now() + SLICE;
  for (const task of waiting) {
    waiting.delete(task);
    task();
    if (performance.now() >= end) break;
  }
  if (waiting.size > 0) requestAnimationFrame(work);
}

/** Does a task in one of the next frames; once, however often it is asked for until then. */
export function soon(task: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(work);
  waiting.add(task);
}

/** No longer to be done. */
export function never(task: () => void): void {
  waiting.delete(task);
}
