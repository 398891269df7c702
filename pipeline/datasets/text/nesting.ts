import type { Span } from '../../base/positions.ts';
import type { Mark, MarkKind } from './marks.ts';

/** From the opening mark to behind the closing one. */
export interface Quotation extends Span {
  readonly kind: MarkKind;
  /** How many quotations this one lies in. */
  readonly depth: number;
  /** Its opening marks: the first, and those that later paragraphs repeat. */
  readonly openings: readonly number[];
  /** False where the closing mark is missing. */
  readonly closed: boolean;
}

interface OpenQuotation {
  readonly kind: MarkKind;
  readonly openings: number[];
}

/** The quotations that are open at a place of the text, outermost first, and those that have ended. */
export class Nesting {
  readonly #open: OpenQuotation[] = [];
  readonly #ended: Quotation[] = [];

  get depth(): number {
    return this.#open.length;
  }

  /** The kinds of the open quotations, outermost first. */
  get kinds(): MarkKind[] {
    return this.#open.map(({ kind }) => kind);
  }

  has(kind: MarkKind): boolean {
    return this.#open.some((quotation) => quotation.kind === kind);
  }

  open({ kind, position }: Mark): void {
    this.#open.push({ kind, openings: [position] });
  }

  /** Notes that a paragraph opens with the mark of the quotation at `depth` once more. */
  repeat(depth: number, { position }: Mark): void {
    this.#open[depth]!.openings.push(position);
  }

  /** Ends the innermost quotation of the mark's kind, and those within it, whose own mark is missing. */
  close({ kind, position }: Mark): void {
    const depth = this.kinds.lastIndexOf(kind);
    if (depth < 0) return;
    this.abandon(depth + 1, position);
    this.#end(position + 1, true);
  }

  /** Ends all quotations from `depth` on, none of which has its closing mark, at `end`. */
  abandon(depth: number, end: number): void {
    while (this.#open.length > depth) this.#end(end, false);
  }

  /** The quotations that have ended, by their starts. */
  ended(): Quotation[] {
    return this.#ended.toSorted((a, b) => a.start - b.start);
  }

  #end(end: number, closed: boolean): void {
    const { kind, openings } = this.#open.pop()!;
    this.#ended.push({ start: openings[0]!, end, kind, depth: this.#open.length, openings, closed });
  }
}
