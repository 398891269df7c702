// What a network makes of its own text once some of its cells remember another place: an interchange intervention (Geiger,
// Lu, Icard and Potts 2021, "Causal abstractions of neural networks"). After the step at a place, the memory c of some cells
// is what it is at the other place of its pair; everything else stays, and the network reads on. So what a cell tracks is put
// to the test: if the others listen to it, they go by what it says now.
import type { CellPlace } from '../../base/cell-ids.ts';
import { outputName } from '../../lstm/names.ts';
import { type NetworkState, stateFromOutputs } from '../../lstm/state.ts';
import { compileReading, runWindow } from '../../trace/streams.ts';
import type { Reader } from '../reading.ts';
import type { Pair } from './places.ts';

/** A number made of what the network predicts, [streams, outputs], and of its states. */
export type Reading = (prediction: Float32Array, states: NetworkState, stream: number) => number;

/** The means of a reading over all pairs and all steps read, after an interchange. */
export interface Means {
  /** At the places inside, with memory from outside where there was an interchange; and the other way round. */
  readonly inside: number;
  readonly outside: number;
}

/** Sets of cells that are interchanged side by side, at most. */
const TOGETHER = 9;

/** The places of some pairs, those inside first. */
export const placesOf = (pairs: readonly Pair[]): number[] => [
  ...pairs.map(({ inside }) => inside),
  ...pairs.map(({ outside }) => outside),
];

/**
 * @param states after the steps at {@link placesOf} the pairs, a stream each
 * @param sets cells that are interchanged together; with an empty set the network stays as it is
 * @param steps read on after each place
 * @returns for each set the means of each reading, [sets][readings]
 */
export async function interchange(
  reader: Reader,
  pairs: readonly Pair[],
  states: NetworkState,
  sets: readonly (readonly CellPlace[])[],
  steps: number,
  readings: readonly Reading[],
): Promise<Means[][]> {
  const { architecture, sequence, engine } = reader;
  const places = placesOf(pairs);
  const together = Math.ceil(sets.length / Math.ceil(sets.length / TOGETHER));
  const window = { steps: 1, streams: together * places.length };
  const program = await compileReading(engine, reader, window, false);
  const found: Means[][] = [];
  try {
    for (let first = 0; first < sets.length; first += together) {
      const batch = sets.slice(first, first + together);
      let state = interchangedStates(states, places.length, batch, together);
      const sums = batch.map(() => readings.map(() => ({ inside: 0, outside: 0 })));
      for (let step = 1; step <= steps; step++) {
        const starts = Array.from({ length: window.streams }, (_, b) => places[b % places.length]! + step);
        const outputs = await runWindow(program, sequence, window, starts, state);
        state = stateFromOutputs(architecture, outputs);
        const prediction = outputs[outputName(architecture)]!;
        sums.forEach((own, set) => {
          for (let place = 0; place < places.length; place++) {
            const to = place < pairs.length ? 'inside' : 'outside';
            readings.forEach((read, k) => {
              own[k]![to] += read(prediction, state, set * places.length + place) / (steps * pairs.length);
            });
          }
        });
      }
      found.push(...sums);
    }
  } finally {
    await program.dispose();
  }
  return found;
}

/**
 * The states at all places once for each set, in which its cells have their partner's c. The first half of the places are
 * partners of the second half.
 * @param copies how many there are in the end, the last ones as they are where the sets are fewer
 */
export function interchangedStates(
  states: NetworkState,
  places: number,
  sets: readonly (readonly CellPlace[])[],
  copies: number,
): NetworkState {
  return states.map(({ h, c }, index) => {
    const units = c.length / places;
    const copied = { h: new Float32Array(copies * h.length), c: new Float32Array(copies * c.length) };
    for (let copy = 0; copy < copies; copy++) {
      copied.h.set(h, copy * h.length);
      copied.c.set(c, copy * c.length);
      for (const { layer, unit } of sets[copy] ?? []) {
        if (layer !== index + 1) continue;
        for (let place = 0; place < places; place++) {
          const partner = (place + places / 2) % places;
          copied.c[copy * c.length + place * units + unit] = c[partner * units + unit]!;
        }
      }
    }
    return copied;
  });
}
