// A text, hypotheses and cells whose truth is known, at a small scale.

import { normal, type Random } from '../../pipeline/base/random.ts';
import { type LstmSignal, SIGNALS } from '../../pipeline/base/signals.ts';
import type { ScoredDataset } from '../../pipeline/scoring/plan/division.ts';
import type { Label } from '../../pipeline/scoring/plan/labels.ts';
import type { SignalWindow } from '../../pipeline/scoring/tally/staging.ts';

const BLOCK = 200;

/** Blocks as the pipeline cuts them, at a smaller length. */
export function smallText(length: number, random: Random): ScoredDataset {
  const tiles = (size: number) =>
    Array.from({ length: length / size }, (_, index) => ({ start: index * size, end: (index + 1) * size }));
  return {
    symbols: Array.from({ length }, () => 'abcde ‘’'[Math.floor(8 * random.uniform())]!),
    blocks: tiles(BLOCK).map((tile, index) => ({
      ...tile,
      split: index % 10 === 9 || index % 10 === 5 ? 'held-out' : index % 10 === 4 ? 'validation' : 'train',
    })),
  };
}

/** Spans of about `on` characters, about `off` apart. */
export function randomSpans(id: string, length: number, on: number, off: number, random: Random): Label {
  const values = new Uint8Array(length);
  for (let t = 1; t < length; t++) {
    const change = random.uniform() < 1 / (values[t - 1] === 1 ? on : off);
    values[t] = change ? 1 - values[t - 1]! : values[t - 1]!;
  }
  return { id, kind: 'binary', values };
}

/** Rises by one each character and falls back to zero now and then. */
export function randomRamp(id: string, length: number, period: number, random: Random): Label {
  const values = new Float32Array(length);
  for (let t = 1; t < length; t++) values[t] = random.uniform() < 1 / period ? 0 : values[t - 1]! + 1;
  return { id, kind: 'real', values };
}

/** Noise of unit variance whose correlation falls to 1/e over `memory` characters: an autoregression of order one. */
export function slowNoise(length: number, memory: number, random: Random): Float32Array {
  const keep = Math.exp(-1 / memory);
  const values = new Float32Array(length);
  let value = normal(random);
  for (let t = 0; t < length; t++) {
    value = keep * value + Math.sqrt(1 - keep * keep) * normal(random);
    values[t] = value;
  }
  return values;
}

export type Cells = readonly Readonly<Record<LstmSignal, Float32Array>>[];

/** A cell that knows nothing: slow noise squeezed into the signals' ranges. */
export function noiseCell(length: number, memory: number, random: Random): Cells[number] {
  const gate = () => slowNoise(length, memory, random).map((value) => 1 / (1 + Math.exp(-value)));
  const symmetric = () => slowNoise(length, memory, random).map(Math.tanh);
  return { i: gate(), f: gate(), o: gate(), g: symmetric(), h: symmetric(), c: slowNoise(length, memory, random) };
}

/** One layer's signals in windows of `rows` characters, shuffled so that none comes in the order of the text. */
export function windowsOf(cells: Cells, length: number, rows: number, random: Random): SignalWindow[] {
  const order = Int32Array.from({ length }, (_, position) => position);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor((last + 1) * random.uniform());
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return Array.from({ length: Math.ceil(length / rows) }, (_, window) => {
    const positions = order.slice(window * rows, (window + 1) * rows);
    const matrix = (signal: LstmSignal) =>
      Float32Array.from({ length: positions.length * cells.length }, (_, at) => {
        return cells[at % cells.length]![signal][positions[Math.floor(at / cells.length)]!]!;
      });
    const [i, f, g, o, c, h] = SIGNALS.map(matrix);
    return { positions, layers: [{ i: i!, f: f!, g: g!, o: o!, c: c!, h: h! }] };
  });
}
