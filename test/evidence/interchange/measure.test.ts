// Memories of planted cells, of which the quote counter alone makes a closing mark likely.
import { beforeAll, describe, expect, it } from 'vitest';
import { cellPlaces } from '../../../pipeline/base/cell-ids.ts';
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { onnxEngine } from '../../../pipeline/engines/onnx.ts';
import type { EvidenceContext } from '../../../pipeline/evidence/context.ts';
import { interchanges, orderedCells } from '../../../pipeline/evidence/interchange/measure.ts';
import {
  type GalleryInterchange,
  galleryInterchangeSchema,
  interchangeSchema,
  interchangeTable,
} from '../../../pipeline/evidence/interchange/schema.ts';
import type { Score } from '../../../pipeline/scoring/rank.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { idOf, type PlantedCell, plant } from '../../fixtures/planted.ts';

const { labelled, network } = plant({ bystanders: 20 });
const ids = encode(labelled.texts, network.vocabulary);
const targets = characterTargets(ids, network.vocabulary.length);
const positionsOf = (wanted: string) =>
  labelled.blocks
    .filter(({ split }) => split === wanted)
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
const cells = cellPlaces(network.architecture.units);
const trainingPositions = positionsOf('train').slice(0, 4000);

/** A row of a scoring, of which nothing but these is looked at. */
const score = (name: PlantedCell, hypothesis: string, auroc: number, adds: number | null = null) =>
  ({
    ...{ cell: idOf(name), hypothesis, direction: 1, auroc, spearman: null, pShift: 0.005, adds },
    interval: [auroc - 0.01, auroc],
  }) as unknown as Score;

/** Bytes of h by which the echo follows the label, so that a probe can be fitted on it. */
function trainingBytes(): Uint8Array {
  const inside = labelled.labels.find(({ id }) => id === 'inside-quotes')!.values;
  const bytes = new Uint8Array(cells.length * SIGNALS.length * trainingPositions.length).fill(128);
  const echo = cells.findIndex(({ id }) => id === idOf('echo')) * SIGNALS.length + SIGNALS.indexOf('h');
  trainingPositions.forEach((position, row) => {
    bytes[echo * trainingPositions.length + row] = inside[position - 1]! > 0 ? 225 : 128;
  });
  return bytes;
}

const context = {
  engine: onnxEngine({ device: 'cpu', threads: 1 }),
  labelled,
  network: {
    card: { architecture: network.architecture, vocabulary: network.vocabulary },
    ...{ parameters: network.parameters, sequence: targets.sequence, targets, starts: undefined },
  },
  cells,
  training: () => ({ positions: trainingPositions, signals: SIGNALS, bytes: trainingBytes() }),
  scores: {
    ...{ evaluatedOn: 'held-out', positions: positionsOf('held-out'), trainingPositions },
    domains: { h: { low: -1, high: 1, transform: 'none' } },
    scores: [
      score('quotes', 'inside-quotes', 0.99),
      score('flipFlop', 'inside-quotes', 0.6),
      score('line', 'vowel', 0.95),
    ],
  },
} as unknown as EvidenceContext;

let found: readonly (object | null)[];
let gallery: GalleryInterchange;

beforeAll(async () => {
  const measured = await interchanges.measure(context);
  found = measured.cells;
  gallery = galleryInterchangeSchema.parse(measured.gallery);
});

describe('with the memory of another place', () => {
  it('a quote counter makes closing marks likely outside, and unlikely inside', () => {
    const { closing, pairs } = gallery.hypotheses[0]!;
    expect(pairs).toBe(64);
    const { inside, outside, intoOutside, intoInside } = closing!;
    expect(inside).toBeGreaterThan(outside);
    expect(intoOutside[0]).toMatchObject({ cells: 1, best: expect.closeTo(inside, 4) });
    expect(intoInside[0]!.best).toBeCloseTo(outside, 4);
    for (const { low, high } of intoOutside) {
      expect(low).toBeCloseTo(outside, 5);
      expect(high).toBeCloseTo(outside, 5);
    }
  });

  it('it is believed by a probe of the cell that listens to it', () => {
    const { inside, outside, intoOutside, intoInside } = gallery.hypotheses[0]!.probe;
    expect(inside - outside).toBeGreaterThan(0.5);
    // The echo hears of it a character later, at fifteen of sixteen.
    expect(intoOutside[0]!.best).toBeCloseTo((outside + 15 * inside) / 16, 2);
    expect(intoInside[0]!.best).toBeCloseTo((inside + 15 * outside) / 16, 2);
    expect(intoOutside[0]!.high).toBeCloseTo(outside, 3);
  });

  it('nothing is said by a label that never lasts, or for which no cell stands', () => {
    expect(gallery.hypotheses.map(({ hypothesis }) => hypothesis)).toEqual(['inside-quotes']);
    const weak = [score('quotes', 'inside-quotes', 0.8)];
    expect(interchanges.applies(context)).toBe(true);
    expect(interchanges.applies({ ...context, scores: { ...context.scores, scores: weak } })).toBe(false);
    expect(interchanges.applies({ ...context, network: null })).toBe(false);
  });

  it('each cell that takes part says where', () => {
    const of = (name: PlantedCell) => found[cells.findIndex(({ id }) => id === idOf(name))];
    expect(interchangeSchema.parse(of('quotes'))).toEqual({ places: [{ hypothesis: 'inside-quotes', place: 1 }] });
    expect(of('idle')).toBeNull();
  });

  it('all numbers stand in a table', () => {
    const [header, ...rows] = interchangeTable(gallery);
    const { probe } = gallery.hypotheses[0]!;
    expect(rows).toHaveLength(2 * (2 + 2 * probe.intoOutside.length));
    for (const row of rows) expect(row).toHaveLength(header!.length);
    expect(rows[0]).toEqual(['inside-quotes', 'probe', 'inside', 0, probe.inside, '', '']);
  });
});

it('cells are taken by what they add to the last characters where that is known, and else by strength', () => {
  const ordered = (scores: Score[]) =>
    orderedCells({ cells, scores: { ...context.scores, scores } }, 'inside-quotes').map((cell) => cells[cell]!.id);
  const scores = [score('quotes', 'inside-quotes', 0.7), score('echo', 'inside-quotes', 0.9)];
  expect(ordered(scores)).toEqual([idOf('echo'), idOf('quotes')]);
  const added = [score('quotes', 'inside-quotes', 0.7, 0.4), score('echo', 'inside-quotes', 0.9, 0.1)];
  expect(ordered([...added, score('line', 'vowel', 0.99, 0.5)])).toEqual([idOf('quotes'), idOf('echo')]);
});
