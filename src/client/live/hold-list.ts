// The cells that are held: a row each, with the value that it is held at and a button that releases it.
import { signed } from '../../shared/format.ts';
import { type HeldCell, MOST_HELD } from '../../shared/live-choice.ts';
import { cellNumber } from '../../shared/words.ts';

export class HoldList {
  readonly #list: HTMLElement;
  readonly #row: HTMLTemplateElement;

  /** @param list with a template of a row in it */
  constructor(list: HTMLElement, held: readonly HeldCell[]) {
    this.#list = list;
    this.#row = list.querySelector('template')!;
    for (const { cell, value } of held) this.hold(cell, value);
  }

  get #rows(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>('[data-cell]')];
  }

  #rowOf(cell: string): HTMLElement | undefined {
    return this.#rows.find(({ dataset }) => dataset.cell === cell);
  }

  get cells(): HeldCell[] {
    return this.#rows.map((row) => ({ cell: row.dataset.cell!, value: row.querySelector('input')!.valueAsNumber }));
  }

  isHeld(cell: string): boolean {
    return this.#rowOf(cell) !== undefined;
  }

  get isFull(): boolean {
    return this.#rows.length >= MOST_HELD;
  }

  /** Holds one more; one that is held already gets the other value. */
  hold(cell: string, value: number): void {
    if (this.isFull && !this.isHeld(cell)) return;
    const row = this.#rowOf(cell) ?? this.#add(cell);
    row.querySelector('input')!.value = String(value);
    this.label();
  }

  #add(cell: string): HTMLElement {
    const row = this.#row.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const name = `cell ${cellNumber(cell)}`;
    row.dataset.cell = cell;
    row.querySelector('b')!.textContent = cellNumber(cell);
    row.querySelector('input')!.ariaLabel = `Value that ${name} is held at`;
    row.querySelector('button')!.ariaLabel = `Release ${name}`;
    this.#list.append(row);
    return row;
  }

  release(cell: string): void {
    this.#rowOf(cell)?.remove();
  }

  releaseAll(): void {
    for (const row of this.#rows) row.remove();
  }

  /** Writes each value beside its slider. */
  label(): void {
    for (const row of this.#rows) {
      row.querySelector('output')!.textContent = signed(row.querySelector('input')!.valueAsNumber);
    }
  }
}
