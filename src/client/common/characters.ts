// Where the characters of a text stand on the screen. Positions are code points of its text content.

/** Code points of the text before a place in one of its nodes. */
export function positionAt(text: Element, node: Node, offset: number): number {
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(node, offset);
  return [...before.toString()].length;
}

export const lengthOf = (text: Element): number => [...(text.textContent ?? '')].length;

/** What the character at a position spans, which must be one of the text's. */
export function rangeOf(text: Element, position: number): Range {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let left = position;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const characters = [...(node.textContent ?? '')];
    if (left < characters.length) {
      const range = document.createRange();
      const start = characters.slice(0, left).join('').length;
      range.setStart(node, start);
      range.setEnd(node, start + characters[left]!.length);
      return range;
    }
    left -= characters.length;
  }
  throw new RangeError(`The text has no character ${position}.`);
}

/** Where a character is drawn; null where it is not, as a line break is. */
export function boxOf(text: Element, position: number): DOMRect | null {
  return [...rangeOf(text, position).getClientRects()].findLast(({ width }) => width > 0) ?? null;
}

type Caret = { readonly node: Node; readonly offset: number };

function caretAt(x: number, y: number): Caret | null {
  if ('caretPositionFromPoint' in document) {
    const caret = document.caretPositionFromPoint(x, y);
    return caret && { node: caret.offsetNode, offset: caret.offset };
  }
  // Older WebKit has its own name for it.
  const { caretRangeFromPoint } = document as { caretRangeFromPoint?: (x: number, y: number) => Range | null };
  const range = caretRangeFromPoint?.call(document, x, y) ?? null;
  return range && { node: range.startContainer, offset: range.startOffset };
}

/** The character that is drawn at a point of the screen, or null where none is. */
export function characterAt(text: Element, x: number, y: number): number | null {
  const caret = caretAt(x, y);
  if (caret === null || !text.contains(caret.node)) return null;
  const after = positionAt(text, caret.node, caret.offset);
  const covers = (position: number): boolean => {
    const box = position < 0 || position >= lengthOf(text) ? null : boxOf(text, position);
    return box !== null && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  };
  return [after, after - 1].find(covers) ?? null;
}

/** The character nearest to a place on another line: below for 1, above for −1; null where there is no such line. */
export function characterOnLine(text: Element, from: DOMRect, direction: 1 | -1): number | null {
  const { top, bottom } = text.getBoundingClientRect();
  const x = from.left + from.width / 2;
  for (let y = from.top + from.height / 2; y > top && y < bottom; y += (direction * from.height) / 2) {
    const caret = y > from.bottom || y < from.top ? caretAt(x, y) : null;
    if (caret === null || !text.contains(caret.node)) continue;
    return Math.min(positionAt(text, caret.node, caret.offset), lengthOf(text) - 1);
  }
  return null;
}
