// How far back a network looks, by all three measures, from one reading of the sequence.
import type { Targets } from '../trace/targets.ts';
import { type ContextOptions, type ContextPoint, contextPositions, lossByContext } from './context.ts';
import { type LayerHalfLives, observeForgetting } from './half-life.ts';
import { type CellTarget, type Influence, influenceByLag, influenceStarts } from './influence.ts';
import { observe, type Subject } from './reading.ts';
import { requireForwards } from './sample.ts';
import { observeStates, pickStreams } from './states.ts';

export interface MemoryOptions {
  /** The largest lag; the sequence must be longer. */
  readonly lags: number;
  /** A cell that is to be explained besides what the network says. */
  readonly cell?: CellTarget;
  /** What follows each step, for the loss; see {@link ContextOptions}. */
  readonly targets?: Targets;
  /** Positions that influence and loss are averaged over, at most. */
  readonly count?: number;
  /** Told of every step of the sequence that is read. */
  readonly progress?: (steps: number) => void;
}

export interface Memory {
  /** On what the network says, from lag 0 on. */
  readonly influence: readonly Influence[];
  /** On the cell that was asked for. */
  readonly cellInfluence?: readonly Influence[];
  /** The loss when 1, 2, 4 … steps are known, as many as the largest lag, and all; nothing where there are too few. */
  readonly context: readonly ContextPoint[];
  /** A layer each. */
  readonly halfLives: readonly LayerHalfLives[];
}

/** Powers of two below a number, and the number. */
function doubling(largest: number): number[] {
  const numbers: number[] = [];
  for (let known = 1; known < largest; known *= 2) numbers.push(known);
  return [...numbers, Math.max(1, largest)];
}

/** @throws {InputError} for a network that reads backwards too, and a sequence that is not longer than the largest lag */
export async function memory(subject: Subject, options: MemoryOptions): Promise<Memory> {
  requireForwards(subject.architecture);
  const { lags, cell, targets, progress, ...rest } = options;
  const asked: ContextOptions = { ...rest, known: doubling(lags), ...(targets === undefined ? {} : { targets }) };
  const starts = influenceStarts(subject, options);
  const lastSteps = contextPositions(subject, asked).map((position) => position - 1);
  const { states, ...observer } = observeStates(subject, [...starts, ...lastSteps]);
  const forgetting = observeForgetting(subject);
  await observe(subject, [observer, forgetting], progress);
  const pick = (streams: readonly number[]) => pickStreams(subject.architecture, states, streams);
  const ofStarts = pick([...starts.keys()]);
  const explain = (target: CellTarget | 'output') =>
    influenceByLag(subject, { ...rest, lags, target, states: ofStarts });
  return {
    influence: await explain('output'),
    ...(cell === undefined ? {} : { cellInfluence: await explain(cell) }),
    context: await lossByContext(subject, { ...asked, states: pick(lastSteps.map((_, k) => starts.length + k)) }),
    halfLives: forgetting.halfLives(),
  };
}
