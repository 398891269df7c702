// The two workers of the page about a visitor's pattern, played by hand: what is asked of them while they are busy.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PatternLabel } from '../../../../src/client/pattern/label.ts';
import type { MatchReply, MatchRequest, RankReply, RankRequest } from '../../../../src/client/pattern/protocol.ts';

type Workers = typeof import('../../../../src/client/pattern/workers.ts');
type Reply = MatchReply | RankReply;

/** A worker that says only what a test lets it say. */
class PlayedWorker {
  static started: PlayedWorker[] = [];
  readonly asked: (MatchRequest | RankRequest)[] = [];
  ended = false;
  onmessage: ((event: { data: Reply }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;

  constructor() {
    PlayedWorker.started.push(this);
  }

  postMessage(request: MatchRequest | RankRequest): void {
    if (!this.ended) this.asked.push(request);
  }

  terminate(): void {
    this.ended = true;
  }

  async say(...replies: Reply[]): Promise<void> {
    for (const data of replies) this.onmessage?.({ data });
    await settled();
  }

  async fail(message: string): Promise<void> {
    this.onerror?.({ message });
    await settled();
  }
}

/** Lets everything go on that waits for no clock. */
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

const BEGUN: MatchReply = { kind: 'begun' };
const labelled = (on: number): PatternLabel => ({ values: Uint8Array.of(on), on, spans: on, first: [] });
const matched = (on: number): MatchReply => ({ kind: 'matched', label: labelled(on) });
const request = (pattern: string): MatchRequest => ({ text: 'a', pieces: [], pattern, flags: '', shown: 1 });
const ranking = (milliseconds: number): RankReply => ({ ranked: [], chance: [], milliseconds });

let workers: Workers;

beforeEach(async () => {
  vi.useFakeTimers();
  PlayedWorker.started = [];
  vi.stubGlobal('Worker', PlayedWorker);
  // The worker that matches is kept between patterns, but not between tests.
  vi.resetModules();
  workers = await import('../../../../src/client/pattern/workers.ts');
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Asks for patterns at once, and notes what each came to: its label's count, or the error. */
async function match(...patterns: string[]): Promise<Map<string, unknown>> {
  const ends = new Map<string, unknown>();
  for (const pattern of patterns) {
    workers.matchPattern(request(pattern)).then(
      ({ on }) => ends.set(pattern, on),
      (error: unknown) => ends.set(pattern, error),
    );
  }
  await settled();
  return ends;
}

const patternsOf = ({ asked }: PlayedWorker): string[] => asked.map((one) => (one as MatchRequest).pattern);

describe('the worker that matches', () => {
  it('is asked for one pattern after another, and each gets its own label', async () => {
    const ends = await match('first', 'second');
    const [worker] = PlayedWorker.started;
    expect(patternsOf(worker!)).toEqual(['first']);
    await worker!.say(BEGUN, matched(1));
    expect(patternsOf(worker!)).toEqual(['first', 'second']);
    await worker!.say(BEGUN, matched(2));
    expect([...ends]).toEqual([
      ['first', 1],
      ['second', 2],
    ]);
    expect(PlayedWorker.started).toHaveLength(1);
  });

  it('is not stopped by the time of a pattern that has ended', async () => {
    const ends = await match('first', 'second');
    const [worker] = PlayedWorker.started;
    await worker!.say(BEGUN);
    await vi.advanceTimersByTimeAsync(workers.TIME_LIMIT - 100);
    await worker!.say(matched(1));
    await worker!.say(BEGUN);
    await vi.advanceTimersByTimeAsync(workers.TIME_LIMIT - 100);
    expect(worker!.ended).toBe(false);
    await worker!.say(matched(2));
    expect(ends.get('second')).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is stopped when a pattern runs away, and the one that waited gets a new one', async () => {
    const ends = await match('runaway', 'next');
    await PlayedWorker.started[0]!.say(BEGUN);
    await vi.advanceTimersByTimeAsync(workers.TIME_LIMIT);
    expect(ends.get('runaway')).toBeInstanceOf(workers.RunawayPattern);
    const [old, fresh] = PlayedWorker.started;
    expect([old!.ended, fresh?.ended]).toEqual([true, false]);
    expect(patternsOf(fresh!)).toEqual(['next']);
    await fresh!.say(BEGUN, matched(3));
    expect(ends.get('next')).toBe(3);
  });

  it('is replaced when it breaks, and its time does not run on', async () => {
    const ends = await match('first', 'second');
    await PlayedWorker.started[0]!.say(BEGUN);
    await PlayedWorker.started[0]!.fail('Out of memory.');
    expect(ends.get('first')).toEqual(new Error('Out of memory.'));
    expect(vi.getTimerCount()).toBe(0);
    await PlayedWorker.started[1]!.say(BEGUN, matched(2));
    expect(ends.get('second')).toBe(2);
  });

  it('goes on to the next pattern after one that failed', async () => {
    const ends = await match('bad', 'good');
    const [worker] = PlayedWorker.started;
    await worker!.say(BEGUN, { kind: 'failed', message: 'Malformed.' });
    await worker!.say(BEGUN, matched(4));
    expect([...ends.values()]).toEqual([new Error('Malformed.'), 4]);
  });
});

describe('the worker that ranks', () => {
  const open = () => {
    const rank = workers.openRanking({
      outputs: { packed: new Uint8Array(1), sizes: [1], characters: ['a'] },
      starts: [0],
    });
    const replies: unknown[] = [];
    const ask = async (label: number): Promise<void> => {
      const index = replies.push('waits') - 1;
      rank(Uint8Array.of(label), 1).then(
        ({ milliseconds }) => {
          replies[index] = milliseconds;
        },
        (error: unknown) => {
          replies[index] = error;
        },
      );
      await settled();
    };
    return { ask, replies, worker: PlayedWorker.started[0]! };
  };

  it('is given the outputs, then one label after another, and each gets its own ranking', async () => {
    const { ask, replies, worker } = open();
    await ask(1);
    await ask(2);
    expect(worker.asked).toMatchObject([{ kind: 'outputs' }, { kind: 'label', label: Uint8Array.of(1) }]);
    await worker.say(ranking(10));
    expect(worker.asked[2]).toEqual({ kind: 'label', label: Uint8Array.of(2), shifts: 1 });
    await worker.say(ranking(20));
    expect(replies).toEqual([10, 20]);
  });

  it('fails what was asked for where the outputs are not as they should be', async () => {
    const { ask, replies, worker } = open();
    await ask(1);
    await worker.say({ failed: 'The file is incomplete' });
    expect(replies).toEqual([new Error('The file is incomplete')]);
  });

  it('fails all that wait for it when it breaks, and who asks it later, even if it broke before it was asked', async () => {
    const { ask, replies, worker } = open();
    await worker.fail('');
    await ask(1);
    await ask(2);
    const broken = new Error('The worker could not be loaded.');
    expect(replies).toEqual([broken, broken]);
    expect(worker.ended).toBe(true);
  });
});
