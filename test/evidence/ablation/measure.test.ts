// What the build says of planted cells, once they are held.
import { beforeAll, describe, expect, it } from 'vitest';
import { cellPlaces } from '../../../pipeline/base/cell-ids.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { onnxEngine } from '../../../pipeline/engines/onnx.ts';
import { ablation } from '../../../pipeline/evidence/ablation/measure.ts';
import { ablationSchema } from '../../../pipeline/evidence/ablation/schema.ts';
import type { EvidenceContext } from '../../../pipeline/evidence/context.ts';
import type { Score } from '../../../pipeline/scoring/rank.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { idOf, type PlantedCell, plant } from '../../fixtures/planted.ts';

const { labelled, network } = plant({ bystanders: 20 });
const ids = encode(labelled.texts, network.vocabulary);
const targets = characterTargets(ids, network.vocabulary.length);

/** A row of a scoring, of which nothing but these is looked at. */
const score = (name: PlantedCell, hypothesis: string, alignment: Score['alignment']) =>
  ({ cell: idOf(name), hypothesis, alignment, pShift: null }) as Score;

const context = {
  engine: onnxEngine({ device: 'cpu', threads: 1 }),
  labelled,
  network: {
    card: { architecture: network.architecture, vocabulary: network.vocabulary },
    parameters: network.parameters,
    sequence: targets.sequence,
    targets,
    starts: undefined,
    ids,
  },
  cells: cellPlaces(network.architecture.units),
  scores: {
    headline: [],
    positions: labelled.blocks
      .filter(({ split }) => split === 'held-out')
      .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k)),
    scores: [
      score('quotes', 'inside-quotes', 'reading'),
      score('flipFlop', 'after-comma', 'predicting'),
      score('line', 'since-line-break', 'reading'),
      score('echo', 'inside-quotes', 'predicting'),
    ],
  },
} as unknown as EvidenceContext;

let cells: readonly (object | null)[];
let sample: object | undefined;
const prediction = (name: PlantedCell) =>
  ablationSchema.parse(cells[context.cells.findIndex(({ id }) => id === idOf(name))]);

beforeAll(async () => {
  ({ cells, gallery: sample } = await ablation.measure(context));
});

describe('of planted cells, the build says', () => {
  it('on how much text each was held', () => {
    const heldOut = labelled.blocks.filter(({ split }) => split === 'held-out').length;
    expect(sample).toMatchObject({ steps: expect.any(Number), segments: heldOut, needed: 1, runUp: 40 });
    expect(prediction('quotes').everywhere.steps).toBe((sample as { steps: number }).steps);
    expect(prediction('quotes').measuredAt).toBe((sample as { steps: number }).steps);
  });

  it('that the quote counter is needed inside quotations alone', () => {
    const { byLabel, everywhere } = prediction('quotes');
    const { inside, outside } = byLabel!;
    expect(byLabel).toMatchObject({ hypothesis: 'inside-quotes', alignment: 'reading' });
    expect(inside.steps + outside.steps).toBe(everywhere.steps);
    expect(inside.zero!.change).toBeGreaterThan(0.05);
    const [low, high] = inside.zero!.interval!;
    expect((low + high) / 2).toBeCloseTo(inside.zero!.change, 10);
    expect(high).toBeGreaterThan(inside.zero!.change);
    expect(Math.abs(outside.zero!.change)).toBeLessThan(1e-4);
    const parts = inside.zero!.change * inside.steps + outside.zero!.change * outside.steps;
    expect(everywhere.zero!.change).toBeCloseTo(parts / everywhere.steps, 10);
  });

  it('that without it closing marks become as unlikely inside quotations as they are outside', () => {
    const { follows, elsewhere } = prediction('quotes').closing!;
    expect(follows.asIs).toBeGreaterThan(elsewhere.asIs);
    expect(follows.mean.change).toBeLessThan(0);
    expect(follows.asIs + follows.mean.change).toBeCloseTo(elsewhere.asIs + elsewhere.mean.change, 6);
  });

  it('of the others that nothing at all is lost, and so of those that the counter is compared with', () => {
    const nothing = { change: 0, interval: [0, 0] };
    for (const name of ['flipFlop', 'line', 'echo', 'idle'] as const) {
      expect(prediction(name).everywhere).toMatchObject({ mean: nothing, zero: null });
    }
    expect(prediction('quotes').others).toBe(20);
    expect(prediction('quotes').byLabel!.inside.mean.others).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('that the quote counter is needed, and none of the others', () => {
    expect(prediction('quotes').needed).toMatchObject({ is: true });
    expect(prediction('quotes').needed!.p).toBeLessThanOrEqual(0.05);
    for (const name of ['line', 'idle'] as const) expect(prediction(name).needed).toMatchObject({ is: false });
  });

  it('nothing by a label that is a number, or where there is no hypothesis', () => {
    expect(prediction('line').byLabel).toBeNull();
    expect(prediction('idle').byLabel).toBeNull();
    expect(prediction('flipFlop').byLabel).not.toBeNull();
  });

  it('nothing of closing marks but of cells that know quotations', () => {
    expect(prediction('echo').closing).not.toBeNull();
    for (const name of ['flipFlop', 'line', 'idle'] as const) expect(prediction(name).closing).toBeNull();
  });
});

it('nothing is said where there is no network, or it foretells nothing', () => {
  expect(ablation.applies(context)).toBe(true);
  expect(ablation.applies({ ...context, network: null })).toBe(false);
  expect(ablation.applies({ ...context, network: { ...context.network!, targets: null } })).toBe(false);
});
