import { domainOf } from '../../pipeline/base/bytes.ts';
import type { Domains } from '../../pipeline/base/schemas.ts';
import type { Signal } from '../../pipeline/base/signals.ts';
import { decimal, signed } from '../shared/format.ts';
import { scaleKind } from '../shared/scale.ts';

/** The numbers at both ends and in the middle of a signal's legend; where the middle is zero, the ends have signs. */
export function legendNumbers(signal: Signal, domains: Domains): { low: string; middle: string; high: string } {
  const { low, high } = domainOf(domains, signal);
  if (scaleKind(signal) === 'sequential') return { low: decimal(low, 0), middle: '0.5', high: decimal(high, 0) };
  const digits = Number.isInteger(high) ? 0 : 1;
  return { low: signed(low, digits), middle: '0', high: signed(high, digits) };
}

/** The ends of the signals' ranges in words: `0 and 1 for i, f, o; −1 and 1 for g, c, h`. */
export function describeRanges(signals: readonly Signal[], domains: Domains): string {
  const sharing = new Map<string, Signal[]>();
  for (const signal of signals) {
    const { low, high } = domainOf(domains, signal);
    const ends = [low, high].map((end) => decimal(end, Number.isInteger(end) ? 0 : 1)).join(' and ');
    sharing.set(ends, [...(sharing.get(ends) ?? []), signal]);
  }
  return Array.from(sharing, ([ends, sharers]) => `${ends} for ${sharers.join(', ')}`).join('; ');
}
