// What a network makes of the last few steps before some positions, all of which are read side by side.
import { type NetworkState, stateFromOutputs } from '../../lstm/state.ts';
import { readingPrograms, runWindow } from '../../trace/streams.ts';
import type { Reader } from '../reading.ts';

/** What a reading leaves at the step before each position. */
export interface LastStep {
  readonly state: NetworkState;
  /** Of the last window that was read, by the names that a reading gives them; the last step's are the last rows. */
  output(name: string): Float32Array;
}

/** Steps of a long window. Any number of steps is made up of such windows and single steps, with two programs for all. */
const WINDOW = 8;

/** @param signals whether {@link LastStep.output} is asked for any of them */
export function lastStepsReader(reader: Reader, positions: readonly number[], signals: boolean) {
  const { engine, architecture, sequence } = reader;
  const { programFor, dispose } = readingPrograms(engine, reader, positions.length, signals);
  return {
    /** @param steps read before each position, at least 1 @param start what the streams begin in */
    async read(steps: number, start: NetworkState): Promise<LastStep> {
      let last: LastStep = { state: start, output: () => new Float32Array() };
      for (let left = steps; left > 0; ) {
        const window = { steps: left >= WINDOW ? WINDOW : 1, streams: positions.length };
        const starts = positions.map((position) => position - left);
        const outputs = await runWindow(await programFor(window.steps), sequence, window, starts, last.state);
        last = {
          state: stateFromOutputs(architecture, outputs),
          output: (name) => outputs[name]!.slice(-outputs[name]!.length / window.steps),
        };
        left -= window.steps;
      }
      return last;
    },
    dispose,
  };
}
