import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createProgress, formatDuration, formatRate, type Task } from '../../pipeline/base/progress.ts';

interface Trial {
  isTTY: boolean;
  steps: number[];
  seconds: number;
  /** Printed after each step. */
  line?: string;
  total?: Task['total'];
}

/** What a task shows that advances by `steps`, `seconds` apart. */
function shown({ isTTY, steps, seconds, line, total = 100 }: Trial): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, cursorTo() {}, clearLine() {} });
  let now = 0;
  const task = { title: 'Tracing', total, unit: 'characters' };
  const progress = createProgress(task, stream as unknown as NodeJS.WriteStream, () => now);
  for (const step of steps) {
    now += seconds * 1000;
    progress.advance(step);
    if (line !== undefined) progress.print(line);
  }
  progress.finish();
  return String(stream.read() ?? '');
}

describe('createProgress', () => {
  it('shows nothing for what ends within two seconds', () => {
    for (const isTTY of [true, false]) expect(shown({ isTTY, steps: [50, 50], seconds: 0.9 })).toBe('');
  });

  it('writes plain lines with rate and time left where there is no terminal, five seconds apart', () => {
    expect(shown({ isTTY: false, steps: Array<number>(10).fill(10), seconds: 2 })).toBe(
      'Tracing: 10%, 5 characters/s, 18 s left\n' +
        'Tracing: 40%, 5 characters/s, 12 s left\n' +
        'Tracing: 70%, 5 characters/s, 6 s left\n' +
        'Tracing: 100%, 5 characters/s, 0 s left\n' +
        'Tracing: done in 20 s, 5 characters/s\n',
    );
  });

  it.each([true, false])(
    'says of a task in rounds which one it is in and how far, and promises no end, on a terminal: %s',
    (isTTY) => {
      const output = shown({ isTTY, steps: [20, 5, 50, 25, 60], seconds: 6, total: { first: 25, later: 75 } });
      const all = ['round 1, 80%', 'round 1, 100%', 'round 2, 66%', 'round 2, 100%', 'round 3, 80%'];
      // A bar is drawn so many times a second at most, by the real clock.
      expect(output.match(/round \d+, \d+%/g)).toEqual(isTTY ? all.slice(-1) : all);
      expect(output).not.toContain('left');
      expect(output).toMatch(/Tracing: done in 30 s, 5\.33 characters\/s\n$/);
    },
  );

  it('draws a bar on a terminal, and ends with a line', () => {
    const output = shown({ isTTY: true, steps: [25, 25, 25, 25], seconds: 2 });
    expect(output).toContain('100%  12.5 characters/s, 0 s left');
    expect(output).toMatch(/Tracing: done in 8 s, 12\.5 characters\/s\n$/);
  });
});

describe('print', () => {
  it('erases the bar before a line, and nothing where there is no bar', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const erasures = (isTTY: boolean, seconds: number) =>
      shown({ isTTY, steps: [10, 10], seconds, line: 'epoch 1' }).split('\r\u001b[K').length - 1;
    expect([erasures(true, 3), erasures(true, 0.1), erasures(false, 3)]).toEqual([2, 0, 0]);
    expect(log).toHaveBeenCalledTimes(6);
    expect(log).toHaveBeenCalledWith('epoch 1');
    log.mockRestore();
  });
});

describe('formatDuration', () => {
  it('names the two largest units', () => {
    expect([0, 59.4, 59.6, 185, 3600, 7380].map(formatDuration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '3 min 05 s',
      '1 h 00 min',
      '2 h 03 min',
    ]);
  });
});

describe('formatRate', () => {
  it('groups thousands and keeps three digits of small rates', () => {
    expect(formatRate(12345.6, 'characters')).toBe('12,346 characters/s');
    expect(formatRate(0.12345, 'epochs')).toBe('0.123 epochs/s');
  });
});
