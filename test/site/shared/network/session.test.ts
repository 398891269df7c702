import { describe, expect, it } from 'vitest';
import { mixedRandom } from '../../../../pipeline/base/random.ts';
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import { referenceEngine } from '../../../../pipeline/engines/reference.ts';
import { clampedStart } from '../../../../pipeline/trace/clamped-start.ts';
import { generate } from '../../../../pipeline/trace/generate.ts';
import { packReport, unpackReport } from '../../../../src/shared/network/first.ts';
import type { Report, Wanted } from '../../../../src/shared/network/protocol.ts';
import { Session } from '../../../../src/shared/network/session.ts';
import { goOnByHand } from './held-by-hand.ts';
import { architecture, parameters, randomText, smallNetwork } from './small-network.ts';

const ids = randomText(150);
const hold = { layer: 1, unit: 3, value: -0.5 };
const holds = [hold, { layer: 0, unit: 1, value: 0.9 }];
const PLAIN: Wanted = { kind: 'want', revision: 1, ids, cell: 8, holds: [], write: null };
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
    expect([whole.values.from, whole.values.end]).toEqual([0, ids.length]);
    const session = new Session(await smallNetwork(), strips);
    session.want(PLAIN);
    const pieces = SIGNALS.map(() => [] as number[]);
    while (!session.isDone) {
      await session.advance(0);
      const { from, end, bytes } = session.report().values;
      const length = end - from;
      pieces.forEach((piece, signal) => {
        expect(piece.length).toBe(from);
        piece.push(...bytes.subarray(signal * length, (signal + 1) * length));
      });
    }
    expect(pieces.flat()).toEqual([...whole.values.bytes]);
  });

  it('has a strip’s last values as the cell itself has them', async () => {
    const { strips: bytes, stripsEnd: end } = await reportOn(PLAIN);
    const { values } = await reportOn({ ...PLAIN, cell: 10 });
    const length = bytes.length / 2;
    expect(length).toBe(120);
    expect([...bytes.subarray(length)]).toEqual([...values.bytes.subarray(4 * end, 5 * end).subarray(-length)]);
  });

  it('holds cells over the end of the text, and leaves the free network as it is', async () => {
    const free = await reportOn(PLAIN);
    const held = await reportOn({ ...PLAIN, holds });
    const start = clampedStart(ids.length);
    expect(held.clampedFrom).toBe(start);
    expect(ids.length - start).toBeGreaterThanOrEqual(100);
    expect(held.values).toEqual(free.values);
    expect(held.free).toEqual(free.free);
    expect(held.held!.next).not.toEqual(held.free.next);
    expect(held.strips).not.toEqual(free.strips);
    expect(free.held).toBeNull();
  });

  it.each([[[hold]], [holds]])('goes on with cells held as the same network worked out by hand: %j', async (some) => {
    const write = { temperature: 0.8, seed: 7, length: 60 };
    const { free, held } = await reportOn({ ...PLAIN, holds: some, write });
    const from = clampedStart(ids.length);
    const byHand = {
      free: goOnByHand(parameters, [...ids], { from, holds: [] }, write),
      held: goOnByHand(parameters, [...ids], { from, holds: some }, write),
    };
    for (const [found, expected] of [
      [free, byHand.free],
      [held!, byHand.held],
    ] as const) {
      expect([...found.written]).toEqual(expected.written);
      expected.after.forEach((probability, id) => {
        expect(Math.exp(found.next![id]!)).toBeCloseTo(probability, 5);
      });
    }
    expect(byHand.free.written).not.toEqual(byHand.held.written);
  });

  it('writes in both networks side by side, neither more than a character ahead', async () => {
    const session = new Session(await smallNetwork(), strips);
    session.want({ ...PLAIN, holds, write: { temperature: 0.8, seed: 7, length: 20 } });
    while (!session.isDone) {
      await session.advance(0);
      const { free, held } = session.report();
      expect(free.written.length - held!.written.length).toBeOneOf([0, 1]);
    }
  });

  it('keeps what the free network wrote when a cell is held and released', async () => {
    const write = { temperature: 0.8, seed: 7, length: 30 };
    const network = await smallNetwork();
    let steps = 0;
    const stepper: typeof network.stepper = (...given) => {
      steps++;
      return network.stepper(...given);
    };
    const session = new Session({ ...network, stepper }, strips);
    session.want({ ...PLAIN, write });
    const { free } = await finish(session);
    steps = 0;
    session.want({ ...PLAIN, holds, write });
    expect((await finish(session)).free).toEqual(free);
    expect(steps).toBe(ids.length - clampedStart(ids.length) + 30);
    session.want({ ...PLAIN, write });
    expect(await finish(session)).toEqual(await reportOn({ ...PLAIN, write }));
    expect(steps).toBe(ids.length - clampedStart(ids.length) + 30);
  });

  it('tells of a text the same after it was packed into a page', async () => {
    const { revision, ...report } = await reportOn(PLAIN);
    const again = unpackReport(packReport({ revision, ...report }), ids.length);
    const { next } = again.free;
    expect({ ...again, free: { ...again.free, next: null } }).toEqual({ ...report, free: expect.anything() });
    report.free.next!.forEach((value, id) => {
      expect(next![id]).toBeCloseTo(value, 3);
    });
  });

  it('ends in the same after any detour as without it', async () => {
    const edited = Int32Array.of(...ids, 3, 4);
    const last: Wanted = { ...PLAIN, ids: edited, holds, write: { temperature: 1, seed: 4, length: 12 } };
    const detours: Wanted[] = [
      PLAIN,
      { ...PLAIN, holds },
      { ...PLAIN, holds, ids: ids.subarray(0, 60) },
      { ...last, holds: [{ ...hold, value: 0.9 }] },
      { ...last, holds: [] },
      { ...last, write: { temperature: 1, seed: 5, length: 30 } },
      { ...last, cell: 1 },
    ];
    expect(await reportOn(...detours, last)).toEqual(await reportOn(last));
  });

  it('writes what the generator of the gallery writes, and the same for the same seed', async () => {
    const write = { temperature: 0.8, seed: 7, length: 40 };
    const { written } = (await reportOn({ ...PLAIN, write })).free;
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
    expect((await reportOn({ ...PLAIN, write: { ...write, seed: 8 } })).free.written).not.toEqual(written);
  });

  it('takes the likeliest character at temperature 0', async () => {
    const { free } = await reportOn({ ...PLAIN, write: { temperature: 0, seed: 1, length: 1 } });
    expect(free.written[0]).toBe(free.next!.indexOf(Math.max(...free.next!)));
  });

  it('stops writing where it is told to, and keeps what there is', async () => {
    const session = new Session(await smallNetwork(), strips);
    const write = { temperature: 0.8, seed: 7, length: 500 };
    session.want({ ...PLAIN, write });
    while (session.report().free.written.length < 20) await session.advance(0);
    const { written } = session.report().free;
    session.want({ ...PLAIN, revision: 2, write: { ...write, length: written.length } });
    const report = await finish(session);
    expect(report.free.written).toEqual(written);
    expect(report.isWriting).toBe(false);
  });

  it('has nothing to say on an empty text, and does not wait for it', async () => {
    const empty = new Int32Array(0);
    const report = await reportOn({ ...PLAIN, ids: empty, holds, write: { temperature: 1, seed: 1, length: 9 } });
    const { values, free, held } = report;
    expect([values.end, free.next, held!.next, free.written.length, held!.written.length]).toEqual([
      0,
      null,
      null,
      0,
      0,
    ]);
  });
});
