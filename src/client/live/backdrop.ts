// A long text that changes: kept in pieces, of which only those that an edit touched are made anew.
import { PaintedText } from './painted-text.ts';
import { splitPieces } from './typed-text.ts';

interface Piece {
  readonly painted: PaintedText;
  /** First of its code points in the text, and one after its last. */
  start: number;
  end: number;
}

function makePiece(text: string): Piece {
  return { painted: new PaintedText(document.createElement('span'), text), start: 0, end: 0 };
}

export class Backdrop {
  readonly #element: HTMLElement;
  #pieces: Piece[] = [];

  constructor(element: HTMLElement) {
    this.#element = element;
    // A line break at the end opens a line only if something comes after it, as in a text field it always does.
    element.replaceChildren(document.createElement('br'));
  }

  get text(): string {
    return this.#pieces.map(({ painted }) => painted.text).join('');
  }

  set text(text: string) {
    const texts = splitPieces(text);
    const old = this.#pieces;
    const same = (a: number, b: number): boolean => old[a]?.painted.text === texts[b];
    const most = Math.min(old.length, texts.length);
    let before = 0;
    while (before < most && same(before, before)) before++;
    let after = 0;
    while (after < most - before && same(old.length - 1 - after, texts.length - 1 - after)) after++;
    const replaced = old.slice(before, old.length - after);
    const wanted = texts.slice(before, texts.length - after);
    const next = old[old.length - after]?.painted.element ?? this.#element.lastChild!;
    // The element of a piece that is being typed in stays, for a new one would be without colour for a moment.
    const kept = replaced.slice(0, wanted.length);
    kept.forEach(({ painted }, index) => {
      painted.text = wanted[index]!;
    });
    for (const { painted } of replaced.slice(kept.length)) painted.remove();
    const fresh = wanted.slice(kept.length).map(makePiece);
    next.before(...fresh.map(({ painted }) => painted.element));
    this.#pieces = [...old.slice(0, before), ...kept, ...fresh, ...old.slice(old.length - after)];
    let end = 0;
    for (const piece of this.#pieces) {
      piece.start = end;
      end += [...piece.painted.text].length;
      piece.end = end;
    }
  }

  /**
   * Paints the text from a code point on.
   * @param stepOf the step of a code point of the text
   * @param neutral the step that gets no mark
   */
  paint(from: number, stepOf: (position: number) => number, neutral: number): void {
    for (const { painted, start, end } of this.#pieces) {
      if (end > from) painted.paint(painted.text, (position) => stepOf(start + position), neutral);
    }
  }

  /** How many code units of the text come before a point in it; null where the point lies elsewhere. */
  offsetOf(node: Node, offset: number): number | null {
    if (!this.#element.contains(node)) return null;
    const range = document.createRange();
    range.setStart(this.#element, 0);
    range.setEnd(node, offset);
    return range.toString().length;
  }
}
