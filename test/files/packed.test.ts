import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packNumbers, unpackNumbers } from '../../pipeline/files/packed.ts';

describe('packed numbers', () => {
  it('are unpacked bit for bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const whole = bytes.slice(0, 8 * Math.floor(bytes.length / 8)).buffer;
        for (const [dtype, values] of [
          ['U8', new Uint8Array(whole)],
          ['U16', new Uint16Array(whole)],
          ['U32', new Uint32Array(whole)],
          ['F32', new Float32Array(whole)],
          ['F64', new Float64Array(whole)],
        ] as const) {
          const unpacked = unpackNumbers(packNumbers(values), dtype, values.length)!;
          expect(unpacked.constructor).toBe(values.constructor);
          expect(Buffer.from(unpacked.buffer)).toEqual(Buffer.from(whole));
        }
      }),
    );
  });

  it('take a fraction of the room where they are counts', () => {
    const counts = Uint32Array.from({ length: 100_000 }, (_, k) => (k * k) % 7);
    expect(packNumbers(counts).length).toBeLessThan(counts.byteLength / 20);
  });

  it('are not unpacked where they are of another number, or none', () => {
    const packed = packNumbers(Float32Array.of(1, 2, 3));
    for (const count of [2, 4]) expect(unpackNumbers(packed, 'F32', count)).toBeUndefined();
    expect(unpackNumbers(Uint8Array.of(1, 2, 3), 'U8', 3)).toBeUndefined();
  });
});
