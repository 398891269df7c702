// The states that a network is in at some positions of a sequence that it reads from the beginning.
import { signalName } from '../lstm/names.ts';
import { copyStream, type NetworkState, zeroState } from '../lstm/state.ts';
import { forEachStep, type Observer, observe, type Subject } from './reading.ts';

export interface StatesObserver extends Observer {
  /** The states before the steps at the positions are read, a stream each; whole when the reading is over. */
  readonly states: NetworkState;
}

/** @param positions of steps, in any order */
export function observeStates({ architecture }: Subject, positions: readonly number[]): StatesObserver {
  const states = zeroState(architecture, positions.length);
  const streamsAt = Map.groupBy(positions.keys(), (stream) => positions[stream]!);
  return {
    states,
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        for (const target of streamsAt.get(position + 1) ?? []) {
          architecture.units.forEach((units, layer) => {
            for (const part of ['h', 'c'] as const) {
              const values = window.outputs[signalName(layer, part)]!.subarray(row * units, (row + 1) * units);
              states[layer]![part].set(values, target * units);
            }
          });
        }
      });
    },
  };
}

/** The same, in a reading for it alone. */
export async function statesBefore(subject: Subject, positions: readonly number[]): Promise<NetworkState> {
  const observer = observeStates(subject, positions);
  await observe(subject, [observer]);
  return observer.states;
}

/** The states of some streams, in the first layers of which there are as many as the architecture has. */
export function pickStreams(
  architecture: Subject['architecture'],
  states: NetworkState,
  streams: readonly number[],
): NetworkState {
  const picked = zeroState(architecture, streams.length);
  streams.forEach((stream, to) => {
    copyStream(architecture, states, stream, picked, to);
  });
  return picked;
}
