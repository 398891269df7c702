import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../pipeline/trace/streams.ts';

describe('layOut', () => {
  it('covers every position of a text of any length just once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000_000 }), (length) => {
        const { streams, steps, perStream } = layOut(length);
        expect(perStream % steps).toBe(0);
        if (length <= 64 * 131_072) expect(streams).toBeLessThanOrEqual(64);
        else expect(perStream).toBeLessThanOrEqual(131_072 + steps);
        if (streams <= 3200) expect(streams * steps).toBeLessThanOrEqual(3200);
        // Pieces [k·perStream, (k+1)·perStream) tile the line, so they cover the text if they reach its end.
        expect(streams * perStream).toBeGreaterThanOrEqual(length);
        // And none is longer than it has to be, by more than a window.
        expect((perStream - steps) * streams).toBeLessThan(length);
      }),
      { examples: [[1], [2], [99], [100], [101], [999], [1000], [1999], [2000], [64_000], [64_001], [143_506]] },
    );
  });

  it('reads a short text in one stream, and a long one in 64', () => {
    expect(layOut(1999).streams).toBe(1);
    expect(layOut(8000)).toEqual({ streams: 8, steps: 50, perStream: 1000 });
    expect(layOut(143_506).streams).toBe(64);
    expect(layOut(5_785_462)).toEqual({ streams: 64, steps: 50, perStream: 90_400 });
  });

  it('reads a very long text in as many as it takes for none to be long, in shorter windows', () => {
    expect(layOut(50_000_000)).toEqual({ streams: 382, steps: 8, perStream: 130_896 });
  });
});
