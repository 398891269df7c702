// How far back a network looks, for a program's own input.

import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { defaultLags, type Memory, measureMemory } from '../inspect/memory.ts';
import { notWhole } from '../models/open.ts';
import { type Input, isLayered, type Model, readInput } from './model.ts';

export interface MemoryOptions extends EngineChoice {
  /** The largest lag; half of the input, at most 50, where left out. */
  readonly lags?: number;
  /** A cell whose memory c is explained besides the output: layer from 1, unit from 0. */
  readonly cell?: { readonly layer: number; readonly unit: number };
}

/**
 * For every lag how much gradient times input the output owes to what was read so many steps before; the loss when all
 * that is older is cut off; and for every cell the half-life that its forget gate gives its memory. Each with a 95%
 * interval over positions.
 * @throws InputError a layered model, an input that the model cannot read, or that is not longer than the lags; a network that reads
 *   backwards too; a cell that it does not have
 */
export async function memory(model: Model, input: Input, options: MemoryOptions = {}): Promise<Memory> {
  if (isLayered(model)) throw notWhole(model, model.name);
  const { architecture, parameters } = model;
  const { lags, cell, ...choice } = options;
  const { sequence, targets } = readInput(model, input);
  if (cell !== undefined && !(cell.unit < (architecture.units[cell.layer - 1] ?? 0))) {
    const fix = `Its layers have ${architecture.units.join(', ')} cells.`;
    throw new InputError(`The model "${model.name}" has no cell ${cellId(cell.layer, cell.unit)}.`, {}, fix);
  }
  const engine = await chooseEngine(choice);
  return measureMemory(
    { engine, architecture, parameters, sequence },
    {
      lags: lags ?? defaultLags(sequence.length),
      ...(cell === undefined ? {} : { cell: { layer: cell.layer - 1, unit: cell.unit, signal: 'c' } }),
      ...(targets === undefined ? {} : { targets }),
    },
  );
}
