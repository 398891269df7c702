import { describe, expect, it } from 'vitest';
import { mixedRandom } from '../../../../../pipeline/base/random.ts';
import { SIGNALS } from '../../../../../pipeline/base/signals.ts';
import { referenceEngine } from '../../../../../pipeline/engines/reference.ts';
import { generate } from '../../../../../pipeline/trace/generate.ts';
import type { Report, Wanted } from '../../../../../src/client/live/network/protocol.ts';
import { clampedStart, Session } from '../../../../../src/client/live/network/session.ts';
import { architecture, parameters, randomText, smallNetwork } from './small-network.ts';

const ids = randomText(150);
const hold = { layer: 1, unit: 3, value: -0.5 };
const PLAIN: Wanted = { kind: 'want', revision: 1, ids, cell: 8, hold: null, write: null };
const strips = [
  { cell: 0, signal: 5 },
  { cell: 10, signal: 4 },
];

async function finish(session: Session): Promise<Report> {
  while (!session.isDone) await session.advance(1000);
  return session.report();
}

async function reportOn(...wishes: Wanted[]): Promise<Report> {
  const session = new Session(await smallNetwork(), strips);
  let report: Report | undefined;
  for (const wanted of wishes) {
    session.want(wanted);
    report = await finish(session);
  }
  return report!;
}

describe('a session', () => {
  it('tells all once, and afterwards what is new, which put together is the same', async () => {
    const whole = await reportOn(PLAIN);
    expect([whole.from, whole.end]).toEqual([0, ids.length]);
    const session = new Session(await smallNetwork(), strips);
    session.want(PLAIN);
    const pieces = SIGNALS.map(() => [] as number[]);
    while (!session.isDone) {
      await session.advance(0);
      const { from, end, values } = session.report();
      const length = end - from;
      pieces.forEach((piece, signal) => {
        expect(piece.length).toBe(from);
        piece.push(...values.subarray(signal * length, (signal + 1) * length));
      });
    }
    expect(pieces.flat()).toEqual([...whole.values]);
  });

  it('has a strip’s last values as the cell itself has them', async () => {
    const { strips: bytes, end } = await reportOn(PLAIN);
    const { values } = await reportOn({ ...PLAIN, cell: 10 });
    const length = bytes.length / 2;
    expect(length).toBe(120);
    expect([...bytes.subarray(length)]).toEqual([...values.subarray(4 * end, 5 * end).subarray(-length)]);
  });

  it('holds a cell over the end of the text, and shows what the rest makes of it', async () => {
    const free = await reportOn(PLAIN);
    const held = await reportOn({ ...PLAIN, hold });
    const start = clampedStart(ids.length);
    expect(held.clampedFrom).toBe(start);
    expect(ids.length - start).toBeGreaterThanOrEqual(100);
    const h = (report: Report): number[] => [...report.values.subarray(5 * ids.length, 6 * ids.length)];
    expect(h(held).slice(0, start)).toEqual(h(free).slice(0, start));
    expect(h(held).slice(start)).not.toEqual(h(free).slice(start));
    expect(held.free).toEqual(free.free);
    expect(held.held).not.toEqual(held.free);
    expect(free.held).toBeNull();
  });

  it('ends in the same after any detour as without it', async () => {
    const edited = Int32Array.of(...ids, 3, 4);
    const last: Wanted = { ...PLAIN, ids: edited, hold, write: { temperature: 1, seed: 4, length: 12 } };
    const detours: Wanted[] = [
      PLAIN,
      { ...PLAIN, hold },
      { ...PLAIN, hold, ids: ids.subarray(0, 60) },
      { ...last, hold: { ...hold, value: 0.9 } },
      { ...last, write: { temperature: 1, seed: 5, length: 30 } },
      { ...last, cell: 1 },
    ];
    expect(await reportOn(...detours, last)).toEqual(await reportOn(last));
  });

  it('writes what the generator of the gallery writes, and the same for the same seed', async () => {
    const write = { temperature: 0.8, seed: 7, length: 40 };
    const { written } = await reportOn({ ...PLAIN, write });
    const { ids: expected } = await generate({
      engine: referenceEngine(Float32Array),
      architecture,
      parameters,
      seedIds: ids,
      length: 40,
      sampling: { kind: 'random', temperature: 0.8 },
      random: mixedRandom(7),
    });
    expect(written).toEqual(expected);
    expect((await reportOn({ ...PLAIN, write: { ...write, seed: 8 } })).written).not.toEqual(written);
    expect((await reportOn({ ...PLAIN, write, hold })).written).not.toEqual(written);
  });

  it('takes the likeliest character at temperature 0', async () => {
    const { written, free } = await reportOn({ ...PLAIN, write: { temperature: 0, seed: 1, length: 1 } });
    expect(written[0]).toBe(free!.indexOf(Math.max(...free!)));
  });

  it('stops writing where it is told to, and keeps what there is', async () => {
    const session = new Session(await smallNetwork(), strips);
    const write = { temperature: 0.8, seed: 7, length: 500 };
    session.want({ ...PLAIN, write });
    while (session.report().written.length < 20) await session.advance(0);
    const { written } = session.report();
    session.want({ ...PLAIN, revision: 2, write: { ...write, length: written.length } });
    const report = await finish(session);
    expect(report.written).toEqual(written);
    expect(report.isWriting).toBe(false);
  });

  it('has nothing to say on an empty text, and does not wait for it', async () => {
    const empty = new Int32Array(0);
    const report = await reportOn({ ...PLAIN, ids: empty, hold, write: { temperature: 1, seed: 1, length: 9 } });
    expect([report.end, report.free, report.held, report.written.length]).toEqual([0, null, null, 0]);
  });
});
