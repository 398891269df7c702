// How cells and signals are chosen on the command line.
import { type Command, InvalidArgumentError } from 'commander';
import { SIGNALS, type Signal } from '../base/signals.ts';
import type { UnitRange } from '../inspect/selection.ts';
import { namesOf } from './model-options.ts';
import { integerWithin } from './options.ts';

/** What {@link addSelectionOptions} gives. */
export interface Selecting {
  readonly layer?: number;
  readonly unit?: UnitRange;
  readonly signal?: readonly Signal[];
}

export function addSelectionOptions(command: Command): Command {
  return command
    .option('--layer <number>', 'only this layer, from 1', integerWithin(1))
    .option('--unit <number>', 'only this unit, from 0, or these, as in 10-19', unitRange)
    .option('--signal <names>', 'only these of i,f,g,o,c,h', signalsOf);
}

/** `12`, or `10-19`. */
export function unitRange(text: string): UnitRange {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (range.first <= range.last) return range;
  throw new InvalidArgumentError('It must be a unit such as 12, or units such as 10-19.');
}

/** Signals parted by commas, in the order in which every file has them. */
export function signalsOf(text: string): Signal[] {
  const names = namesOf(text);
  if (names.every((name) => SIGNALS.includes(name as Signal))) return SIGNALS.filter((name) => names.includes(name));
  throw new InvalidArgumentError(`It must be some of ${SIGNALS.join(',')}.`);
}

/** `2-139`: layer from 1, unit from 0. */
export function cellName(text: string): { layer: number; unit: number } {
  const [, layer, unit] = /^([1-9]\d*)-(\d+)$/.exec(text) ?? [];
  if (layer !== undefined) return { layer: Number(layer), unit: Number(unit) };
  throw new InvalidArgumentError('It must be a cell such as 2-139: layer from 1, unit from 0.');
}
