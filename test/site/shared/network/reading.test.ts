import { describe, expect, it } from 'vitest';
import { DOMAINS, toByte } from '../../../../pipeline/base/bytes.ts';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { clampedComputation } from '../../../../pipeline/lstm/clamped.ts';
import { clampedName, keepName, signalName } from '../../../../pipeline/lstm/names.ts';
import { readingComputation } from '../../../../pipeline/lstm/network.ts';
import { stateToInputs, zeroState } from '../../../../pipeline/lstm/state.ts';
import { SNAPSHOT_EVERY } from '../../../../pipeline/trace/clamped-start.ts';
import { beginning, Reading } from '../../../../src/shared/network/reading.ts';
import { architecture, randomText, smallNetwork, values } from './small-network.ts';

const cells = architecture.units.reduce((sum, units) => sum + units, 0);

async function readAll(ids: Int32Array, reading: Reading): Promise<Reading> {
  reading.setText(ids);
  await reading.advance(Number.POSITIVE_INFINITY);
  return reading;
}

async function freshReading(ids: Int32Array): Promise<Reading> {
  return readAll(ids, new Reading(await smallNetwork(), beginning(architecture), []));
}

function bytesOf(reading: Reading): number[] {
  return Array.from({ length: reading.read * SIGNALS.length * cells }, (_, k) =>
    reading.byte(Math.floor(k / SIGNALS.length / cells), Math.floor(k / cells) % SIGNALS.length, k % cells),
  );
}

describe('a reading', () => {
  it('has the signals of the reference engine in float64, within one byte', async () => {
    const ids = randomText(300);
    const reading = await freshReading(ids);
    const engine = referenceEngine(Float64Array);
    const program = await engine.compile(
      readingComputation(architecture, { steps: ids.length, streams: 1 }, true),
      values,
    );
    const outputs = await program.run({ ...stateToInputs(zeroState(architecture, 1)), ids });
    let worst = 0;
    const seen = new Set<number>();
    for (const [s, signal] of SIGNALS.entries()) {
      for (let t = 0; t < ids.length; t++) {
        for (let cell = 0; cell < cells; cell++) {
          const layer = cell < architecture.units[0]! ? 0 : 1;
          const unit = cell - layer * architecture.units[0]!;
          const value = outputs[signalName(layer, signal)]![t * architecture.units[layer]! + unit]!;
          const byte = reading.byte(t, s, cell);
          worst = Math.max(worst, Math.abs(byte - toByte(value, DOMAINS[signal])));
          seen.add(byte);
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
    expect(seen.size).toBeGreaterThan(200);
    const last = outputs.logProbabilities!.subarray(-architecture.outputs);
    reading.now.said!.forEach((value, id) => {
      expect(value).toBeCloseTo(last[id]!, 4);
    });
  });

  it('ends after an edit in what a reading of the edited text ends in, wherever the edit is', async () => {
    const ids = randomText(70);
    const reading = await freshReading(ids);
    for (const at of [0, 1, SNAPSHOT_EVERY - 1, SNAPSHOT_EVERY, SNAPSHOT_EVERY + 1, 33, 69]) {
      for (const put of [[], [4, 2]]) {
        const edited = Int32Array.of(...ids.subarray(0, at), ...put, ...ids.subarray(at + 1));
        await readAll(edited, reading);
        const fresh = await freshReading(edited);
        expect(bytesOf(reading)).toEqual(bytesOf(fresh));
        expect(reading.now).toEqual(fresh.now);
        await readAll(ids, reading);
      }
    }
  });

  it('reads nothing again that stands before an edit, but for less than a segment between two snapshots', async () => {
    const network = await smallNetwork();
    let steps = 0;
    const stepper: typeof network.stepper = (...given) => {
      steps++;
      return network.stepper(...given);
    };
    const reading = new Reading({ ...network, stepper }, beginning(architecture), []);
    await readAll(randomText(100), reading);
    steps = 0;
    await readAll(Int32Array.of(...randomText(100), 3), reading);
    expect(steps).toBe(1);
    await readAll(randomText(100), reading);
    expect(steps).toBe(1 + (100 % SNAPSHOT_EVERY));
  });

  it('goes on where it was stopped', async () => {
    const ids = randomText(40);
    const reading = new Reading(await smallNetwork(), beginning(architecture), []);
    reading.setText(ids);
    await reading.advance(0);
    expect(reading.read).toBe(1);
    while (reading.read < reading.length) await reading.advance(0);
    expect(bytesOf(reading)).toEqual(bytesOf(await freshReading(ids)));
  });

  it('of a network with a cell held says what that network says', async () => {
    const ids = randomText(30);
    const hold = { layer: 0, unit: 2, value: 0.6 };
    const reading = await readAll(ids, new Reading(await smallNetwork(), beginning(architecture), [hold]));
    const engine = referenceEngine(Float64Array);
    const program = await engine.compile(clampedComputation(architecture, { steps: ids.length, streams: 1 }), values);
    const keep = Float64Array.from({ length: 6 }, (_, unit) => (unit === 2 ? 0 : 1));
    const held = Float64Array.from({ length: 6 }, (_, unit) => (unit === 2 ? 0.6 : 0));
    const outputs = await program.run({
      ...stateToInputs(zeroState(architecture, 1)),
      ids,
      [keepName(0)]: keep,
      [clampedName(0)]: held,
    });
    const last = outputs.logProbabilities!.subarray(-architecture.outputs);
    const free = await freshReading(ids);
    let moved = 0;
    reading.now.said!.forEach((value, id) => {
      expect(value).toBeCloseTo(last[id]!, 4);
      moved = Math.max(moved, Math.abs(value - free.now.said![id]!));
    });
    expect(moved).toBeGreaterThan(0.01);
    expect(reading.byte(17, SIGNALS.indexOf('h'), 2)).toBe(toByte(0.6, DOMAINS.h));
  });
});
