// What a visitor chose on the page where one types, and how it stands in the address: defaults are left out.
import type { SignalDomains } from '../../pipeline/base/bytes.ts';
import { cellId } from '../../pipeline/base/cell-ids.ts';
import type { Preparation } from '../../pipeline/base/preparation.ts';
import { SIGNALS, type Signal } from '../../pipeline/base/signals.ts';
import type { Cutting } from '../../pipeline/datasets/tokens/split.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { typedCellId } from './cell-number.ts';

/** A cell that is held, and the value in [-1, 1] that it passes on in place of its own h. */
export interface HeldCell {
  /** As `2-189`. */
  readonly cell: string;
  readonly value: number;
}

export interface Choice {
  readonly text: string;
  /** As `2-189`; the one that colours the text. */
  readonly cell: string;
  readonly signal: Signal;
  /** Each cell once; in the address as `hold=2-189_0.5`, once for each. */
  readonly holds: readonly HeldCell[];
  /** Of what the network writes, in [0, 1.5]. */
  readonly temperature: number;
  /** A whole number in [0, 2^31). */
  readonly seed: number;
  /** Characters that the network is to write. */
  readonly length: number;
  /** Whether it writes, as soon as it is there. */
  readonly write: boolean;
}

/** A signal of a cell: its place in SIGNALS, and the cell from 0, those of the first layer first. */
export type Watched = { readonly cell: number; readonly signal: number };

/** A network that a browser can run, and what of it is shown all the time. */
export interface LiveNetwork {
  /** Address of the packed weights. */
  readonly weights: string;
  /** Their true size. */
  readonly bytes: number;
  /** Tells one network from another of the same address. */
  readonly version: string;
  readonly architecture: Architecture;
  readonly domains: SignalDomains;
  /** Those that have strips. */
  readonly strips: readonly Watched[];
}

/** What the page must know of its gallery; it travels in the page as JSON. */
export interface LiveSettings {
  readonly network: LiveNetwork;
  readonly vocabulary: readonly string[];
  /** How a text is cut, where the network reads tokens; null where it reads characters. */
  readonly tokens: LiveTokens | null;
  /** Of the text that it learned from. */
  readonly preparation: Preparation;
  readonly usual: Choice;
}

export interface LiveTokens {
  readonly cutting: Cutting;
  /** The number of the token for all that is unknown; null where there is none. */
  readonly unknown: number | null;
}

/** Characters that are read; the rest would take the network too long. */
export const LONGEST_TEXT = 10_000;
/** The longest text that an address carries: browsers and mail programs cut long ones off. */
export const LONGEST_IN_ADDRESS = 2000;
/** Cells that are held at once at most. */
export const MOST_HELD = 8;
export const BOUNDS = { hold: [-1, 1], temperature: [0, 1.5], seed: [0, 2 ** 31 - 1], length: [1, 1000] } as const;

/** As much of a text as is read, cut between code points. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const isPair = /[\ud800-\udbff]/u.test(text[LONGEST_TEXT - 1]!);
  return text.slice(0, isPair ? LONGEST_TEXT - 1 : LONGEST_TEXT);
}

/** A cell's layer and unit, both from 0, and its place among all, those of the first layer first; null where there is none. */
export function findCell(id: string, units: readonly number[]): { layer: number; unit: number; index: number } | null {
  const [, first, second] = /^(\d+)\s*-\s*(\d+)$/u.exec(typedCellId(id)) ?? [];
  const layer = Number(first) - 1;
  const unit = Number(second);
  if (!(unit < (units[layer] ?? 0))) return null;
  return { layer, unit, index: units.slice(0, layer).reduce((sum, size) => sum + size, 0) + unit };
}

/** A number within its bounds; null where it is none. */
function numberWithin(value: string | null, name: keyof typeof BOUNDS): number | null {
  if (value === null || !/^-?\d+(\.\d+)?$/u.test(value)) return null;
  const [low, high] = BOUNDS[name];
  const within = Math.min(high, Math.max(low, Number(value)));
  return name === 'seed' || name === 'length' ? Math.round(within) : within;
}

/** The cell and the value of a `hold` in an address; of a number alone the cell is the one that the address chooses. */
function readHold(asked: string, chosen: string, units: readonly number[]): HeldCell[] {
  const [, named, number] = /^(?:(.*)_)?([^_]*)$/u.exec(asked) ?? [];
  const found = findCell(named ?? chosen, units);
  const value = numberWithin(number ?? null, 'hold');
  return found === null || value === null ? [] : [{ cell: cellId(found.layer + 1, found.unit), value }];
}

/** The last of those that name the same cell; no more than can be looked at. */
function eachOnce(holds: readonly HeldCell[]): HeldCell[] {
  return [...new Map(holds.map((hold) => [hold.cell, hold])).values()].slice(0, MOST_HELD);
}

/** What an address asks for; what is missing or makes no sense is as in `usual`. */
export function readChoice(search: string, usual: Choice, units: readonly number[]): Choice {
  const asked = new URLSearchParams(search);
  const found = findCell(asked.get('cell') ?? '', units);
  const cell = found === null ? usual.cell : cellId(found.layer + 1, found.unit);
  const signal = SIGNALS.find((name) => name === asked.get('signal'));
  return {
    text: shortened(asked.get('text')?.replaceAll(/\r\n?/gu, '\n') ?? usual.text),
    cell,
    signal: signal ?? usual.signal,
    holds: eachOnce(asked.getAll('hold').flatMap((hold) => readHold(hold, cell, units))),
    temperature: numberWithin(asked.get('temperature'), 'temperature') ?? usual.temperature,
    seed: numberWithin(asked.get('seed'), 'seed') ?? usual.seed,
    length: numberWithin(asked.get('length'), 'length') ?? usual.length,
    write: asked.has('write') || usual.write,
  };
}

/** The query of an address that brings this choice again, without its text where that is too long. */
export function writeChoice(choice: Choice, usual: Choice): string {
  const query = new URLSearchParams();
  for (const name of ['text', 'cell', 'signal', 'temperature', 'seed', 'length'] as const) {
    const value = String(choice[name]);
    if (choice[name] !== usual[name] && (name !== 'text' || value.length <= LONGEST_IN_ADDRESS)) query.set(name, value);
  }
  for (const { cell, value } of choice.holds) query.append('hold', `${cell}_${value}`);
  if (choice.write && !usual.write) query.set('write', '1');
  return query.toString();
}
