import type { Span } from '../base/positions.ts';

export type LabelKind = 'binary' | 'real';

/** One value a code point: 0 or 1 where binary. */
export interface Labels {
  readonly kind: LabelKind;
  readonly values: Uint8Array | Float32Array;
}

/** A hypothesis's labels over a dataset. */
export interface Label {
  readonly id: string;
  readonly kind: LabelKind;
  /** One entry a step: 0 or 1 where binary, any finite number where real. */
  readonly values: ArrayLike<number>;
}

/**
 * How a token is labelled by its own characters: by most of them, by the first or the last, by any of them; or not at all, where
 * the label says nothing of tokens.
 */
export const TOKEN_RULES = ['majority', 'first', 'last', 'any', 'none'] as const;
export type TokenRule = (typeof TOKEN_RULES)[number];

/** @returns 1 inside the spans, 0 outside */
export function fromSpans(spans: Iterable<Span>, length: number): Uint8Array {
  const values = new Uint8Array(length);
  for (const { start, end } of spans) values.fill(1, start, end);
  return values;
}

/** @returns the longest spans over which a binary label is on */
export function runs(values: ArrayLike<number>): Span[] {
  return segments(values, (position) => values[position]! > 0);
}

/** @returns the longest spans over which a real label is positive and rises with each character */
export function rises(values: ArrayLike<number>): Span[] {
  return segments(
    values,
    (position) => values[position]! > 0 && values[position] !== values[position - 1],
    (position) => values[position]! > values[position - 1]!,
  );
}

function segments(
  values: ArrayLike<number>,
  isOn: (position: number) => boolean,
  continues: (position: number) => boolean = () => true,
): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (let position = 0; position <= values.length; position++) {
    const on = position < values.length && isOn(position);
    if (start !== undefined && (!on || !continues(position))) {
      spans.push({ start, end: position });
      start = undefined;
    }
    if (on) start ??= position;
  }
  return spans;
}
