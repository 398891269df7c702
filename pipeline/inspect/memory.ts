// How far back a network looks, by all three measures, over one sequence.

import type { LayerHalfLives } from '../evidence/half-life/half-life.ts';
import { type ContextPoint, lossByContext } from '../evidence/memory/context.ts';
import { type CellTarget, type Influence, influenceByLag } from '../evidence/memory/influence.ts';
import { readForMemory } from '../evidence/memory/memory.ts';
import type { Reader } from '../evidence/reading.ts';
import type { Targets } from '../trace/targets.ts';

/** Positions that influence and loss are averaged over, at most. */
const POSITIONS = 256;

export interface MemoryOptions {
  /** The largest lag; the sequence must be longer. */
  readonly lags: number;
  /** A cell that is explained besides the output. */
  readonly cell?: CellTarget;
  /** What follows each step, where the network predicts it. */
  readonly targets?: Targets;
  /** Told of steps of the sequence that were read, as `charactersToRead` counts them. */
  read?(steps: number): void;
  /** Called with 0 once that is over, and then with steps read again to measure, {@link stepsToMeasure} in all. */
  measured?(steps: number): void;
}

export interface Memory {
  /** On the output, for every lag from 0. */
  readonly influence: readonly Influence[];
  /** On the cell that was asked for. */
  readonly cellInfluence?: readonly Influence[];
  /** The loss with so many steps known, and last of all with everything known; empty where there are too few. */
  readonly context: readonly ContextPoint[];
  /** A layer each. */
  readonly halfLives: readonly LayerHalfLives[];
}

/** The largest lag that half of a sequence's positions have enough before them for. */
export function defaultLags(steps: number): number {
  return Math.max(1, Math.min(50, Math.floor((steps - 1) / 2)));
}

/** The steps from lag 0 to each lag. */
const knownSteps = (lags: number): number[] => Array.from({ length: lags + 1 }, (_, lag) => lag + 1);

const influenceSteps = (lags: number): number => 2 * POSITIONS * (lags + 1);
const contextSteps = (lags: number): number => POSITIONS * knownSteps(lags).reduce((sum, steps) => sum + steps, 0);

/** How many steps are read, there and back again, once the sequence was read. */
export function stepsToMeasure({ lags, cell }: MemoryOptions): number {
  return influenceSteps(lags) * (cell === undefined ? 1 : 2) + contextSteps(lags);
}

/** @throws InputError a network that reads backwards too, a sequence that is not longer than the largest lag */
export async function measureMemory(reader: Reader, options: MemoryOptions): Promise<Memory> {
  const { lags, cell, targets } = options;
  const influence = { lags, count: POSITIONS };
  const context = { known: knownSteps(lags), count: POSITIONS, ...(targets === undefined ? {} : { targets }) };
  const { influenceStates, contextStates, halfLives } = await readForMemory(reader, influence, context, (steps) =>
    options.read?.(steps),
  );
  options.measured?.(0);
  const explain = async (target: CellTarget | 'output') => {
    const found = await influenceByLag(reader, { ...influence, target, states: influenceStates });
    options.measured?.(influenceSteps(lags));
    return found;
  };
  const output = await explain('output');
  const cellInfluence = cell === undefined ? {} : { cellInfluence: await explain(cell) };
  const points = await lossByContext(reader, { ...context, states: contextStates });
  options.measured?.(contextSteps(lags));
  return { influence: output, ...cellInfluence, context: points, halfLives };
}
