import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceContext } from '../../../pipeline/evidence/context.ts';
import { reach } from '../../../pipeline/evidence/reach/measure.ts';
import { lostByKnown, stepsUntil } from '../../../pipeline/evidence/reach/reach.ts';
import { galleryReachSchema, KNOWN, reachSchema } from '../../../pipeline/evidence/reach/schema.ts';
import { numberSequence } from '../../../pipeline/trace/targets.ts';
import { engine, GATES, LINEAR_CELL, linearCell, mean, randomValues } from '../networks.ts';

const VALUES = randomValues(700, 8);
const sequence = numberSequence(VALUES, 1);
const positions = Array.from({ length: 50 }, (_, k) => 150 + 11 * k);
const reader = (f: number) => ({ engine, architecture: LINEAR_CELL, parameters: linearCell(f), sequence });

/** h of the linear cell at a position after the last steps up to it. */
function outputAt(f: number, position: number, steps: number): number {
  const { i, o, w } = GATES;
  let c = 0;
  for (let t = Math.max(0, position + 1 - steps); t <= position; t++) c = f * c + i * w * VALUES[t]!;
  return o * c;
}

const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

const lostByHand = (f: number) =>
  KNOWN.map((steps) => {
    if (steps === 0) return 1;
    const lacking = positions.map((p) => outputAt(f, p, steps) - outputAt(f, p, p + 1));
    return Math.min(1, variance(lacking) / variance(positions.map((p) => outputAt(f, p, p + 1))));
  });

describe('what is lost when only the last steps are read', () => {
  it.each([0.5, 0.95, 0.999])('is that of summing them up by hand, for a forget gate of %f', async (f) => {
    const [lost] = await lostByKnown(reader(f), positions, true);
    expect(lost).toEqual(lostByHand(f).map((share) => expect.closeTo(share, 4)));
  });

  it('is the same without a reading of the whole where the cell forgets', async () => {
    const spared = positions.filter((position) => position >= 256);
    const [exactly] = await lostByKnown(reader(0.9), spared, true);
    const [lost] = await lostByKnown(reader(0.9), spared, false);
    expect(lost).toEqual(exactly!.map((share) => expect.closeTo(share, 5)));
  });

  it('does not count what is lacking at all places alike', async () => {
    // The input is always 1, but for the last steps before each position: after so few steps h is far from its level.
    const apart = positions.filter((_, k) => k % 10 === 0);
    const values = VALUES.map((value, t) => 1 + (apart.some((p) => t > p - 3 && t <= p) ? value : 0));
    const level = { ...reader(0.97), sequence: numberSequence(values, 1) };
    const [lost] = await lostByKnown(level, apart, true);
    expect(lost![KNOWN.indexOf(16)]).toBeLessThan(0.1);
  });

  it('is not said of a cell that never changes', async () => {
    const constant = { ...reader(0), sequence: numberSequence(new Float32Array(700).fill(1), 1) };
    expect(await lostByKnown(constant, positions, true)).toEqual([null]);
  });
});

describe('the steps after which so much is there', () => {
  it('are those at which the curve passes the share, over the logarithm of the steps', () => {
    expect(stepsUntil([1, 1, 1, 0.6, 0.4, 0, 0, 0, 0, 0], 0.5)).toBeCloseTo(Math.sqrt(4 * 8), 10);
    expect(stepsUntil([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.1)).toBeCloseTo(0.9, 10);
  });

  it('are those at which it does so for good', () => {
    expect(stepsUntil([1, 0.2, 0.7, 0.3, 0, 0, 0, 0, 0, 0], 0.5)).toBeCloseTo(2 * Math.SQRT2, 10);
  });

  it('are more than the most where it never does', () => {
    expect(stepsUntil([1, 1, 1, 1, 1, 1, 1, 1, 0.8, 0.6], 0.5)).toBeNull();
  });

  it('are the more, the less may be lost', () => {
    const curve = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(curve, (rest) => {
        const [half, most] = [0.5, 0.1].map((share) => stepsUntil([1, ...rest], share) ?? Number.POSITIVE_INFINITY);
        expect(half).toBeLessThanOrEqual(most!);
        expect(half).toBeGreaterThan(0);
      }),
    );
  });
});

describe('of a gallery, the build says', () => {
  const context = {
    engine,
    network: {
      ...{ card: { architecture: LINEAR_CELL }, parameters: linearCell(0.97), sequence },
      ...{ targets: null, scaling: null, starts: undefined },
    },
    cells: [{ id: '1-0', layer: 1, unit: 0 }],
    scores: { positions: Array.from({ length: 500 }, (_, k) => 100 + k) },
  } as unknown as EvidenceContext;

  it('how far each cell reaches, and how many reach far, beside untrained ones', async () => {
    const { cells, gallery } = await reach.measure(context);
    const { half, nineTenths } = reachSchema.parse(cells[0]);
    // What is lost of a leaky sum of noise falls as f²ᵏ: here to a tenth after 38 steps.
    expect(half).toBeCloseTo(Math.log(0.5) / (2 * Math.log(0.97)), -1);
    expect(nineTenths).toBeGreaterThan(25);
    const { far, untrained, positions: count } = galleryReachSchema.parse(gallery);
    expect(count).toBe(256);
    expect(far).toEqual({ half: 0, nineTenths: 1, of: 1 });
    expect(untrained).toMatchObject({ twins: 5, far: { of: 5 } });
    untrained.most.forEach((share, k) => {
      expect(share).toBeGreaterThanOrEqual(untrained.median[k]!);
    });
  });

  it('nothing where all steps come too early, or there is no network that reads forwards alone', async () => {
    const early = { ...context, scores: { ...context.scores, positions: [3, 4, 5] } };
    expect((await reach.measure(early)).cells).toEqual([null]);
    expect(reach.applies(context)).toBe(true);
    expect(reach.applies({ ...context, network: null })).toBe(false);
    const both = { ...context.network!.card, architecture: { ...LINEAR_CELL, bidirectional: [true] } };
    expect(reach.applies({ ...context, network: { ...context.network!, card: both } })).toBe(false);
  });
});
