import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contextOrder } from '../../pipeline/base/context-order.ts';
import { packSteps, unpackSteps } from '../../pipeline/base/packed-steps.ts';
import { STEPS, stepOfByte } from '../../pipeline/base/steps.ts';

const steps = fc.array(fc.tuple(fc.nat(255), fc.constantFrom('a', 'b', ' ')), { minLength: 1, maxLength: 60 });

it('packed values come back each in its step, and the middle of it at most half a step away', () => {
  fc.assert(
    fc.property(steps, (read) => {
      const order = contextOrder(read.map(([, symbol]) => symbol));
      const values = Uint8Array.from(read, ([value]) => value);
      const packed = packSteps(values, order);
      expect(packed).toHaveLength(Math.ceil(values.length / 2));
      const back = unpackSteps(packed, order);
      expect(Array.from(back, stepOfByte)).toEqual(Array.from(values, stepOfByte));
      for (const [t, byte] of back.entries()) {
        expect(Math.abs(byte - values[t]!)).toBeLessThanOrEqual(255 / (STEPS - 1) / 2 + 0.5);
      }
    }),
  );
});

it('steps are differences in the order of the text, two to a byte', () => {
  const packed = packSteps(Uint8Array.from([0, 128, 255]), Uint32Array.from([2, 0, 1]));
  expect([...packed]).toEqual([0xe2, 0x70]);
});
