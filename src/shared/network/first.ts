// What the network makes of the page's sample text, worked out when the page is built, so that the text has its colours
// before the network is there.
import type { Report } from './protocol.ts';

/** Bytes as base64, and log-probabilities to a few digits. */
export interface PackedReport {
  readonly values: string;
  readonly strips: string;
  readonly next: readonly number[];
}

const DIGITS = 6;
const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const toBytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param report on a text that was read to its end, with no cell held and nothing written */
export function packReport({ values, strips, free }: Report): PackedReport {
  const next = Array.from(free.next ?? [], (value) => Number(value.toFixed(DIGITS)));
  return { values: toText(values.bytes), strips: toText(strips), next };
}

/** @param length characters of the text */
export function unpackReport({ values, strips, next }: PackedReport, length: number): Omit<Report, 'revision'> {
  const nothing = { from: 0, end: 0, bytes: new Uint8Array(0) };
  return {
    kind: 'report',
    values: { from: 0, end: length, bytes: toBytes(values) },
    strips: toBytes(strips),
    stripsEnd: length,
    clampedFrom: null,
    isWriting: false,
    free: { written: new Int32Array(0), values: nothing, next: Float32Array.from(next) },
    held: null,
  };
}
