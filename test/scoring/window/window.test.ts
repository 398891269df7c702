import { describe, expect, it } from 'vitest';
import { mixedRandom } from '../../../pipeline/base/random.ts';
import { NO_ROWS } from '../../../pipeline/datasets/dataset.ts';
import {
  type WindowFeatures,
  type WindowReads,
  windowFeatures,
  windowReads,
} from '../../../pipeline/scoring/window/features.ts';
import { lossOf, predictFromWindow } from '../../../pipeline/scoring/window/window.ts';

const LENGTH = 12_000;
const random = mixedRandom(11);
const LETTERS = ['a', 'b', 'c', ' '];
/** A bracket opens now and then, and closes after three to thirty letters; what lies between is the label. */
const symbols: string[] = [];
const inside: number[] = [];
for (let left = 0; symbols.length < LENGTH; ) {
  const opens = left === 0 && random.uniform() < 0.05;
  if (opens) left = 4 + Math.floor(random.uniform() * 28);
  const closes = left === 1;
  symbols.push(opens ? '(' : closes ? ')' : LETTERS[Math.floor(random.uniform() * LETTERS.length)]!);
  inside.push(left > 1 ? 1 : 0);
  left = Math.max(0, left - 1);
}
const numbers = new Map([...new Set(symbols)].map((symbol, k) => [symbol, k]));
const ids = Int32Array.from(symbols, (symbol) => numbers.get(symbol)!);
const steps = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, k) => from + k);
const split = { fitting: steps(0, 8000), validation: steps(8000, 9000), predicted: steps(9000, LENGTH - 1) };

/** Bits a step that a window of so many steps leaves of the label of the step read. */
function leftBy(length: number): number {
  const label = { id: 'inside', kind: 'binary' as const, values: Uint8Array.from(inside) };
  const [reading] = predictFromWindow(windowFeatures({ reads: 'symbols', ids }, length), [label], split);
  const losses = [...split.predicted].map((step, row) => lossOf('logistic', inside[step]!, reading!.values[row]!));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length / Math.LN2;
}

describe('a window of the last steps', () => {
  it('tells the more of a label the longer it is, and all of it where it reaches back to what set it', () => {
    const [none, few, some, all] = [0, 2, 12, 40].map(leftBy) as [number, number, number, number];
    const rate = inside.reduce((sum, value) => sum + value, 0) / LENGTH;
    expect(none).toBeCloseTo(-(rate * Math.log2(rate) + (1 - rate) * Math.log2(1 - rate)), 1);
    expect(few).toBeLessThan(none);
    expect(some).toBeLessThan(0.8 * few);
    expect(all).toBeLessThan(0.35 * none);
  });

  it('reads numbers as well as symbols', () => {
    const values = Float32Array.from({ length: LENGTH }, () => random.uniform());
    const label = {
      id: 'sum',
      kind: 'real' as const,
      values: values.map((value, t) => value + 2 * (values[t - 3] ?? 0)),
    };
    const reads = { reads: 'numbers' as const, values, features: 1 };
    const left = [1, 8].map((length) => {
      const [reading] = predictFromWindow(windowFeatures(reads, length), [label], split);
      const errors = [...split.predicted].map((step, row) => (label.values[step]! - reading!.values[row]!) ** 2);
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    });
    // Four fifths of the variance are those of the number three steps back.
    expect(left[0]).toBeCloseTo(4 / 12, 1);
    expect(left[1]).toBeLessThan(0.03);
  });
});

describe('a window of the last tokens', () => {
  /** Words that are all different, and now and then a quotation of some of them. */
  const words: string[] = [];
  const quoted: number[] = [];
  const ending: number[] = [];
  for (let left = 0; words.length < LENGTH; ) {
    const opens = left === 0 && random.uniform() < 0.06;
    if (opens) left = 3 + Math.floor(random.uniform() * 12);
    const isWalking = random.uniform() < 0.3;
    const letters = Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random.uniform() * 26))).join(
      '',
    );
    words.push(opens ? '“' : left === 1 ? '”' : isWalking ? `${letters}ing` : letters);
    quoted.push(left > 1 ? 1 : 0);
    ending.push(opens || left === 1 ? 0 : Number(words.at(-1)!.endsWith('ing')));
    left = Math.max(0, left - 1);
  }
  const texts = words.map((word) => `${word} `);
  let at = 0;
  const spans = words.map((word) => {
    const start = at;
    at += word.length + 1;
    return { start, end: start + word.length };
  });
  const reads = windowReads({ symbols: words, rows: NO_ROWS, texts, spans });

  /** Bits a token. */
  function left(values: readonly number[], length: number, given: WindowReads): number {
    const label = { id: 'label', kind: 'binary' as const, values: Uint8Array.from(values) };
    const [reading] = predictFromWindow(windowFeatures(given, length), [label], split);
    const losses = [...split.predicted].map((step, row) => lossOf('logistic', values[step]!, reading!.values[row]!));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length / Math.LN2;
  }

  it('tells what a word that it never saw has in common with others, and what the marks before it say', () => {
    if (reads.reads !== 'symbols') throw new TypeError('Tokens are symbols');
    const { written: _, ...alone } = reads;
    const rate = ending.reduce((sum, value) => sum + value, 0) / LENGTH;
    const nothing = -(rate * Math.log2(rate) + (1 - rate) * Math.log2(1 - rate));
    expect(left(ending, 1, alone)).toBeGreaterThan(0.8 * nothing);
    expect(left(ending, 1, reads)).toBeLessThan(0.1 * nothing);
    expect(left(quoted, 20, reads)).toBeLessThan(0.3 * left(quoted, 20, alone));
    expect(left(quoted, 0, reads)).toBeGreaterThan(0.5);
  });

  it('reaches no further back than its length', () => {
    const features = windowFeatures(reads, 5);
    const rowAt = (step: number, given: WindowFeatures) => {
      const row = given.at(step);
      return [...row.features.subarray(0, row.count)];
    };
    const other = windowReads({
      symbols: words.map((word, step) => (step < 100 ? 'else' : word)),
      rows: NO_ROWS,
      texts: texts.map((text, step) => (step < 100 ? text.replace(/[a-z]/g, '!') : text)),
      spans,
    });
    expect(rowAt(104, features)).toHaveLength(rowAt(104, windowFeatures(other, 5)).length);
    expect(features.at(3).count).toBeLessThanOrEqual(features.most);
    expect(windowFeatures(reads, 0).at(7).count).toBe(0);
  });
});
