// The states that a network is in at some positions of a sequence that it reads from the beginning.
import { signalName } from '../lstm/network.ts';
import { type NetworkState, zeroState } from '../lstm/state.ts';
import { readText } from '../trace/read.ts';
import type { Subject } from './sample.ts';

/** @returns the states before the steps at `positions` are read, a stream each */
export async function statesBefore(subject: Subject, positions: readonly number[]): Promise<NetworkState> {
  const { architecture } = subject;
  const states = zeroState(architecture, positions.length);
  const streamsAt = new Map<number, number[]>();
  positions.forEach((position, stream) => {
    streamsAt.set(position, [...(streamsAt.get(position) ?? []), stream]);
  });
  await readText({
    ...subject,
    signals: true,
    begin() {},
    window({ streams, pieces, outputs }) {
      for (const { stream, start, length } of pieces) {
        for (let t = 0; t < length; t++) {
          const row = t * streams + stream;
          for (const target of streamsAt.get(start + t + 1) ?? []) {
            architecture.units.forEach((units, layer) => {
              for (const part of ['h', 'c'] as const) {
                const values = outputs[signalName(layer, part)]!.subarray(row * units, (row + 1) * units);
                states[layer]![part].set(values, target * units);
              }
            });
          }
        }
      }
    },
  });
  return states;
}
