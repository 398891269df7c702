// Finds the character that a visitor points at, or that the caret stands behind.
import type { Backdrop } from './backdrop.ts';

/**
 * The code unit of a text below a point of the window; null where there is none.
 * @param above what lies over the text and takes the pointer: a caret's place is asked for as though it were not there
 */
function unitAt(backdrop: Backdrop, above: HTMLElement | null, x: number, y: number): number | null {
  if (!('caretPositionFromPoint' in document)) return null;
  if (above !== null) above.style.pointerEvents = 'none';
  const caret = document.caretPositionFromPoint(x, y);
  if (above !== null) above.style.pointerEvents = '';
  if (caret === null || caret.offsetNode.nodeType !== Node.TEXT_NODE) return null;
  const offset = backdrop.offsetOf(caret.offsetNode, caret.offset);
  if (offset === null || caret.offset === 0) return offset;
  // The caret goes to the nearer edge; the character is the one on whose side the point lies.
  const before = document.createRange();
  before.setStart(caret.offsetNode, caret.offset - 1);
  before.setEnd(caret.offsetNode, caret.offset);
  const { left, right, top, bottom } = before.getBoundingClientRect();
  return x >= left && x < right && y >= top && y < bottom ? offset - 1 : offset;
}

const codePoints = (text: string): number => [...text].length;

/** Tells of each code point of a text that the pointer comes to; once a frame. */
export function followPointer(
  field: HTMLElement,
  backdrop: Backdrop,
  above: HTMLElement | null,
  found: (position: number) => void,
): void {
  let isAsked = false;
  field.addEventListener('pointermove', ({ clientX, clientY, buttons }) => {
    if (isAsked || buttons > 0) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      const unit = unitAt(backdrop, above, clientX, clientY);
      const { text } = backdrop;
      if (unit !== null && unit < text.length) found(codePoints(text.slice(0, unit)));
    });
  });
}

/** Tells of the code point before the caret whenever it moves. */
export function followCaret(area: HTMLTextAreaElement, found: (position: number) => void): void {
  document.addEventListener('selectionchange', () => {
    if (document.activeElement !== area) return;
    const position = codePoints(area.value.slice(0, area.selectionEnd)) - 1;
    if (position >= 0) found(position);
  });
}
