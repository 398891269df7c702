// The controls of the page where a visitor types, and the choice that they stand for.
import { cellId } from '../../../pipeline/base/cell-ids.ts';
import type { Signal } from '../../../pipeline/base/signals.ts';
import { BOUNDS, type Choice, findCell, type HeldCell } from '../../shared/live-choice.ts';
import { HoldList } from './hold-list.ts';

/** The controls by their names; those of the signal are several. */
export class Form {
  readonly text: HTMLTextAreaElement;
  readonly cell: HTMLInputElement;
  readonly holds: HoldList;
  readonly #root: HTMLElement;
  readonly #units: readonly number[];
  #cellId: string;

  constructor(root: HTMLElement, units: readonly number[], choice: Choice) {
    this.#root = root;
    this.#units = units;
    this.#cellId = choice.cell;
    this.text = root.querySelector('textarea')!;
    this.cell = this.#input('cell');
    this.holds = new HoldList(root.querySelector('#holds')!, choice.holds);
    this.text.value = choice.text;
    for (const name of ['temperature', 'seed', 'length'] as const) this.#input(name).value = String(choice[name]);
    this.show(choice.cell, choice.signal);
  }

  #input(name: string): HTMLInputElement {
    return this.#root.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
  }

  /** The tab of the signal that is chosen. */
  get tab(): HTMLInputElement {
    return this.#root.querySelector<HTMLInputElement>('input[name=signal]:checked')!;
  }

  get signal(): Signal {
    return this.tab.value as Signal;
  }

  /** Sets the cell and the signal. */
  show(cell: string, signal: Signal): void {
    this.cell.value = cell;
    this.#root.querySelector<HTMLInputElement>(`input[name=signal][value=${signal}]`)!.checked = true;
  }

  /** Layer, unit and place of the chosen cell; that of the last valid one while what is typed names none. */
  get found(): { layer: number; unit: number; index: number } {
    const found = findCell(this.cell.value, this.#units);
    if (found !== null) this.#cellId = cellId(found.layer + 1, found.unit);
    const last = this.#units
      .map((units, layer) => `${cellId(layer + 1, 0)} to ${cellId(layer + 1, units - 1)}`)
      .join(', ');
    this.cell.setCustomValidity(found === null ? `There is no such cell; there are ${last}.` : '');
    return found ?? findCell(this.#cellId, this.#units)!;
  }

  #number(name: 'temperature' | 'seed' | 'length', usual: Choice): number {
    const [low, high] = BOUNDS[name];
    const value = this.#input(name).valueAsNumber;
    return Number.isNaN(value) ? Number(usual[name]) : Math.min(high, Math.max(low, value));
  }

  /** Its places in the network, by layer and unit from 0. */
  get held(): { layer: number; unit: number; value: number }[] {
    return this.holds.cells.map(({ cell, value }: HeldCell) => ({ ...findCell(cell, this.#units)!, value }));
  }

  /** @param usual stands in where a number was deleted; @param write whether the network is to write */
  choice(usual: Choice, write: boolean): Choice {
    const { layer, unit } = this.found;
    return {
      text: this.text.value,
      cell: cellId(layer + 1, unit),
      signal: this.signal,
      holds: this.holds.cells,
      temperature: this.#number('temperature', usual),
      seed: Math.round(this.#number('seed', usual)),
      length: Math.round(this.#number('length', usual)),
      write,
    };
  }
}
