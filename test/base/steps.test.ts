import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CELLS_PACKED, packSteps, STEPS, stepOfByte, unpackSteps } from '../../pipeline/base/steps.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });

it('two cells that are packed together come back each in its step, and the middle of it at most half a step away', () => {
  fc.assert(
    fc.property(bytes, fc.infiniteStream(fc.nat(255)), (first, others) => {
      const second = Uint8Array.from(first, () => others.next().value as number);
      const packed = packSteps(first, second);
      expect(packed).toHaveLength(first.length);
      for (const [place, values] of [first, second].entries()) {
        const back = unpackSteps(packed, place % CELLS_PACKED);
        expect(Array.from(back, stepOfByte)).toEqual(Array.from(values, stepOfByte));
        for (const [t, byte] of back.entries()) {
          expect(Math.abs(byte - values[t]!)).toBeLessThanOrEqual(255 / (STEPS - 1) / 2 + 0.5);
        }
      }
    }),
  );
});

it('an odd cell is packed alone', () => {
  const packed = packSteps(Uint8Array.from([0, 128, 255]), undefined);
  expect([...packed]).toEqual([0x00, 0x70, 0xe0]);
});
