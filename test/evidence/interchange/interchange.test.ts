import { describe, expect, it } from 'vitest';
import { cellPlaces } from '../../../pipeline/base/cell-ids.ts';
import { interchange, interchangedStates, placesOf } from '../../../pipeline/evidence/interchange/interchange.ts';
import { statesBefore } from '../../../pipeline/evidence/reading.ts';
import { numberSequence } from '../../../pipeline/trace/targets.ts';
import { engine, GATES, LINEAR_CELL, linearCell, mean, randomValues } from '../networks.ts';

const VALUES = randomValues(200, 12);
const reader = { engine, architecture: LINEAR_CELL, parameters: linearCell(), sequence: numberSequence(VALUES, 1) };
const PAIRS = [
  { inside: 20, outside: 50 },
  { inside: 90, outside: 140 },
];
const STEPS = 5;

/** c of the linear cell after a step. */
function memoryAt(position: number): number {
  let c = 0;
  for (let t = 0; t <= position; t++) c = GATES.f * c + GATES.i * GATES.w * VALUES[t]!;
  return c;
}

/** What the linear cell predicts on average over the steps after a place, when it remembers another. */
function predictedByHand(place: number, remembered: number): number {
  let c = memoryAt(remembered);
  const said: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    c = GATES.f * c + GATES.i * GATES.w * VALUES[place + step]!;
    said.push(GATES.v * GATES.o * c);
  }
  return mean(said);
}

describe('an interchange', () => {
  it('makes a cell go on from what it remembers at the other place, in the text of its own', async () => {
    const cell = cellPlaces([1])[0]!;
    const states = await statesBefore(
      reader,
      placesOf(PAIRS).map((place) => place + 1),
    );
    const read = (prediction: Float32Array, _: unknown, stream: number) => prediction[stream]!;
    const h = (_: Float32Array, after: readonly { h: Float32Array }[], stream: number) => after[0]!.h[stream]!;
    const [asIs, moved] = await interchange(reader, PAIRS, states, [[], [cell]], STEPS, [read, h]);
    const expected = (of: (pair: (typeof PAIRS)[number]) => number) => expect.closeTo(mean(PAIRS.map(of)), 4);
    expect(asIs![0]).toEqual({
      inside: expected(({ inside }) => predictedByHand(inside, inside)),
      outside: expected(({ outside }) => predictedByHand(outside, outside)),
    });
    expect(moved![0]).toEqual({
      inside: expected(({ inside, outside }) => predictedByHand(inside, outside)),
      outside: expected(({ inside, outside }) => predictedByHand(outside, inside)),
    });
    expect(moved![1]!.inside).toBeCloseTo(moved![0]!.inside / GATES.v, 5);
  });

  it('moves c of the cells alone, between the two halves of the places', () => {
    const layer = (from: number, units: number) => ({
      h: Float32Array.from({ length: 4 * units }, (_, k) => from + k),
      c: Float32Array.from({ length: 4 * units }, (_, k) => 100 + from + k),
    });
    const states = [layer(0, 2), layer(20, 1)];
    const second = cellPlaces([2, 1]).filter(({ id }) => id === '1-1');
    const copied = interchangedStates(states, 4, [[], second], 2);
    expect([...copied[0]!.h]).toEqual([...states[0]!.h, ...states[0]!.h]);
    expect([...copied[1]!.c]).toEqual([...states[1]!.c, ...states[1]!.c]);
    expect([...copied[0]!.c.subarray(0, 8)]).toEqual([...states[0]!.c]);
    expect([...copied[0]!.c.subarray(8)]).toEqual([100, 105, 102, 107, 104, 101, 106, 103]);
  });
});
