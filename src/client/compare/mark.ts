// A mark on one character of the lines of an excerpt, moved by the pointer or by the arrow keys.

/** Index of the UTF-16 unit of a text node that lies at, or next to, a horizontal place. */
function unitAt(node: Text, x: number): number {
  const range = document.createRange();
  let [low, high] = [0, node.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    range.setStart(node, 0);
    range.setEnd(node, middle + 1);
    if (range.getBoundingClientRect().right > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

const MOVES: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 };

/**
 * @param lines holds `.line` elements, each with its text in `.spoken`, whose `data-start` is its first character's
 *   position in the excerpt
 * @param show called with the position of the character that is marked, and whether a key did it
 */
export function markCharacters(lines: HTMLElement, show: (position: number, byKey: boolean) => void): void {
  let marked = -1;

  const mark = (position: number, byKey: boolean): void => {
    const all = [...lines.querySelectorAll<HTMLElement>('.spoken')];
    const line = all.findLast(({ dataset }) => Number(dataset.start) <= position);
    const node = line?.firstChild;
    if (line === undefined || !(node instanceof Text)) return;
    const characters = [...node.data];
    const index = position - Number(line.dataset.start);
    if (index < 0 || index >= characters.length) return;
    marked = position;
    if ('highlights' in CSS) {
      const startOffset = characters.slice(0, index).join('').length;
      const endOffset = startOffset + characters[index]!.length;
      const range = new StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset });
      CSS.highlights.set('mark', new Highlight(range));
    }
    show(position, byKey);
  };

  lines.addEventListener('pointermove', ({ target, clientX }) => {
    const words = target instanceof Element ? target.closest('.line')?.querySelector<HTMLElement>('.spoken') : null;
    const node = words?.firstChild;
    if (!words || !(node instanceof Text)) return;
    const before = [...node.data.slice(0, unitAt(node, clientX))].length;
    const position = Number(words.dataset.start) + before;
    if (position !== marked) mark(position, false);
  });
  /** Position of the last character of the lines that are there now; −1 where there are none. */
  const lastPosition = (): number => {
    const line = [...lines.querySelectorAll<HTMLElement>('.spoken')].at(-1);
    return line === undefined ? -1 : Number(line.dataset.start) + [...line.textContent!].length - 1;
  };

  lines.addEventListener('keydown', (event) => {
    const by = MOVES[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // The lines may have been drawn anew, and be fewer than when the mark was set.
    mark(Math.max(0, Math.min(lastPosition(), marked + by)), true);
  });
}
