import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { adding, type Predicted, shareInterval, shareOf } from '../../pipeline/statistics/added.ts';
import { fitLogistic, logOdds } from '../../pipeline/statistics/sparse-logistic.ts';

const [ROWS, BLOCKS] = [4000, 8];
const block = Int32Array.from({ length: ROWS }, (_, row) => Math.floor((row * BLOCKS) / ROWS));

/** A label that depends on what is predicted and on something else besides, which a signal shows more or less of. */
function planted(seed: number, kind: 'binary' | 'real', shown: number) {
  const random = mixedRandom(seed);
  const text = () => {
    const prediction = Float32Array.from({ length: ROWS }, () => normal(random));
    const hidden = Float64Array.from({ length: ROWS }, () => normal(random));
    const label = hidden.map((value, row) => {
      const z = prediction[row]! + 1.5 * value;
      return kind === 'real' ? z + normal(random) : Number(random.uniform() < 1 / (1 + Math.exp(-z)));
    });
    return { label, prediction, signal: hidden.map((value) => shown * value + (1 - shown) * normal(random)) };
  };
  const [training, judging] = [text(), text()];
  const predicted: Predicted = { kind, training, judging, block, blocks: BLOCKS };
  return { predicted, training, judging, signal: { training: training.signal, judging: judging.signal } };
}

const devianceOf = (label: Float64Array, z: Float64Array) =>
  2 * label.reduce((sum, y, row) => sum + Math.log1p(Math.exp(y === 1 ? -z[row]! : z[row]!)), 0);

describe('what a signal adds to a prediction', () => {
  it('of a binary label is the deviance that a logistic regression by another method takes away', () => {
    const { predicted, training, judging, signal } = planted(5, 'binary', 0.8);
    const alone = fitLogistic([training.prediction], training.label);
    const together = fitLogistic([training.prediction, signal.training], training.label);
    const expected =
      1 -
      devianceOf(judging.label, logOdds([judging.prediction, signal.judging], ROWS, together)) /
        devianceOf(judging.label, logOdds([judging.prediction], ROWS, alone));
    const found = adding(predicted);
    expect(shareOf(found.judge(signal))).toBeCloseTo(expected, 3);
    expect(found.left).toBeCloseTo(devianceOf(judging.label, logOdds([judging.prediction], ROWS, alone)) / ROWS, 3);
  });

  it('of a real label is the share of the variance that what it shows makes up', () => {
    // Of what the prediction leaves, 1.5² is the hidden number's and 1 is noise.
    const { predicted, signal } = planted(6, 'real', 1);
    expect(shareOf(adding(predicted).judge(signal))).toBeCloseTo(1.5 ** 2 / (1.5 ** 2 + 1), 1);
  });

  it('is about nothing for noise, and its interval holds that', () => {
    const { predicted, signal } = planted(7, 'binary', 0);
    const found = adding(predicted).judge(signal);
    expect(Math.abs(shareOf(found))).toBeLessThan(0.003);
    const [low, high] = shareInterval(found)!;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(-0.003);
  });

  it('is what one step promises where it is little, and more is promised of no signal that has nothing new', () => {
    const { predicted, training, signal } = planted(8, 'binary', 0.15);
    const found = adding(predicted);
    expect(found.estimate(signal.training)).toBeCloseTo(shareOf(found.judge(signal)), 1);
    expect(found.estimate(training.prediction)).toBeLessThan(1e-6);
    expect(found.estimate(new Float64Array(ROWS).fill(3))).toBeLessThan(1e-6);
  });

  it('does not depend on the units of the signal', () => {
    const { predicted, signal } = planted(9, 'binary', 0.5);
    const found = adding(predicted);
    const plain = shareOf(found.judge(signal));
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (unit, zero) => {
          const scaled = (values: Float64Array) => values.map((value) => unit * value + zero);
          const share = shareOf(found.judge({ training: scaled(signal.training), judging: scaled(signal.judging) }));
          expect(share).toBeCloseTo(plain, 3);
        },
      ),
      { numRuns: 10 },
    );
  });
});
