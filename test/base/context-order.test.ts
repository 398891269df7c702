import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOrder, packBytes, unpackBytes } from '../../pipeline/base/context-order.ts';
import { foldValues, unfoldValues } from '../../pipeline/base/excerpt-values.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c', '\u{1f600}'), { maxLength: 80 });

/** What was read at a position and up to eleven before, as a word in which letters stand for symbols as they first occur. */
function contextAt(symbols: readonly string[], position: number): string {
  const known = [...new Set(symbols)];
  const letters = Array.from({ length: 12 }, (_, k) => known.indexOf(symbols[position - k]!) + 1);
  return letters.map((letter) => String.fromCharCode(letter)).join('');
}

describe('the order of a text', () => {
  it('puts positions after the same symbols side by side, and equals as they stand', () => {
    fc.assert(
      fc.property(text, (symbols) => {
        const sorted = symbols.map((_, t) => ({ t, context: contextAt(symbols, t) }));
        sorted.sort((a, b) => (a.context < b.context ? -1 : a.context > b.context ? 1 : a.t - b.t));
        expect([...contextOrder(symbols)]).toEqual(sorted.map(({ t }) => t));
      }),
    );
  });

  it('leaves small differences of values that follow what was read', () => {
    const symbols = Array.from({ length: 300 }, (_, t) => 'alice'[(t * t) % 5]!);
    const values = Uint8Array.from(symbols, (symbol) => 50 * 'alice'.indexOf(symbol));
    const changes = packBytes(values, contextOrder(symbols));
    expect(changes.filter((change) => change !== 0).length).toBeLessThanOrEqual(5);
    expect(unpackBytes(changes, contextOrder(symbols))).toEqual(values);
  });
});

describe('folded values', () => {
  const excerpts = [{ text: 'off with ' }, { text: 'her head' }];
  const length = 17;

  it.each([
    ['all signals of an LSTM', SIGNALS, length],
    ['the output alone', ['h'] as const, length],
    ['those of a GRU', ['r', 'z', 'n', 'h'] as const, length],
    ['steps that are no characters', SIGNALS, 4],
  ])('come back as they were: %s', (_, signals, steps) => {
    const size = signals.length * steps;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), (values) => {
        expect(unfoldValues(foldValues(values, signals, excerpts), signals, excerpts)).toEqual(values);
      }),
    );
  });

  it('have hardly anything left of h where it is o · tanh c', () => {
    const values = new Uint8Array(6 * length);
    for (let t = 0; t < length; t++) {
      const [o, c] = [(t * 53) % 256, (t * 97) % 256];
      const h = (o / 255) * ((2 * c) / 255 - 1);
      values[3 * length + t] = o;
      values[4 * length + t] = c;
      values[5 * length + t] = Math.round((255 * (h + 1)) / 2);
    }
    const left = foldValues(values, SIGNALS, excerpts).subarray(5 * length);
    expect([...left].filter((byte) => byte > 1 && byte < 255)).toEqual([]);
  });
});
