// What a stored byte stands for: one range for each signal, the same for all cells and models, so that any two can be
// compared. Runs in a browser too.
import { SIGNALS, type Signal } from './signals.ts';

/** Byte b stands for `low + b / 255 * (high - low)`: the value itself, or its tanh. */
export interface Domain {
  readonly low: number;
  readonly high: number;
  readonly transform: 'none' | 'tanh';
}

export type SignalDomains = Readonly<Record<Signal, Domain>>;

const GATE: Domain = { low: 0, high: 1, transform: 'none' };
const SYMMETRIC: Domain = { low: -1, high: 1, transform: 'none' };

/**
 * Gates [0, 1]; g and h [-1, 1]. c has no bounds, and some cells carry it into the hundreds while others work between -2
 * and 2: no straight scale shows both. It is stored as tanh c, which is all that the cell itself makes of it, h = o·tanh c.
 */
export const DOMAINS: SignalDomains = {
  i: GATE,
  f: GATE,
  o: GATE,
  g: SYMMETRIC,
  h: SYMMETRIC,
  c: { low: -1, high: 1, transform: 'tanh' },
};

/** Of values beyond [-1, 1], so many lie within their domain; the rest get its ends. */
const WITHIN = 0.999;

/**
 * The domain of a signal that lies around zero: [-1, 1], or where values are beyond it, the bound that only one in a
 * thousand passes, rounded up to two digits.
 */
export function symmetricDomain(sample: readonly Float32Array[]): Domain {
  let most = 0;
  for (const values of sample) for (const value of values) most = Math.max(most, Math.abs(value));
  if (most <= SYMMETRIC.high) return SYMMETRIC;
  const sizes = new Float32Array(sample.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const values of sample) for (const value of values) sizes[end++] = Math.abs(value);
  sizes.sort();
  const bound = Math.max(SYMMETRIC.high, sizes[Math.ceil(WITHIN * (sizes.length - 1))]!);
  const digit = 10 ** (Math.floor(Math.log10(bound)) - 1);
  const high = Number((Math.ceil(bound / digit) * digit).toPrecision(2));
  return { low: -high, high, transform: 'none' };
}

/** A value as its domain measures it. */
export function transformed(value: number, { transform }: Domain): number {
  return transform === 'tanh' ? Math.tanh(value) : value;
}

/** The byte nearest to a value; values outside the domain get its end. */
export function toByte(value: number, domain: Domain): number {
  const { low, high } = domain;
  const place = (255 * (transformed(value, domain) - low)) / (high - low);
  return place <= 0 ? 0 : place >= 255 ? 255 : (place + 0.5) | 0;
}

/** {@link toByte} of each. */
export function toBytes(values: Float32Array, domain: Domain): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = toByte(values[k]!, domain);
  return bytes;
}

/** What a byte stands for: the value itself, or its tanh. Fractions of a byte are values between two of them. */
export function fromByte(byte: number, { low, high }: Pick<Domain, 'low' | 'high'>): number {
  return low + (byte / 255) * (high - low);
}

/** {@link fromByte} of each. */
export function fromBytes(bytes: Uint8Array, domain: Pick<Domain, 'low' | 'high'>): Float64Array {
  const values = new Float64Array(bytes.length);
  for (let k = 0; k < values.length; k++) values[k] = fromByte(bytes[k]!, domain);
  return values;
}

/** The signals that are there to be scored, in the order of SIGNALS, and the domains of their bytes. */
export interface GivenSignals {
  readonly signals: readonly Signal[];
  readonly domains: SignalDomains;
}

/** What a network's reading gives. */
export const ALL_SIGNALS: GivenSignals = { signals: SIGNALS, domains: DOMAINS };
