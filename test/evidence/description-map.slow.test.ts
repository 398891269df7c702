// What the build says by itself of planted cells: a rule of the last characters, and which cells do the same.
import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_SIGNALS, DOMAINS } from '../../pipeline/base/bytes.ts';
import { cellPlaces } from '../../pipeline/base/cell-ids.ts';
import { tableCsv } from '../../pipeline/base/csv.ts';
import { explain } from '../../pipeline/build/pages/explain.ts';
import type { Block } from '../../pipeline/datasets/blocks.ts';
import { encode } from '../../pipeline/datasets/text/vocabulary.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import type { EvidenceContext, SampledSignals } from '../../pipeline/evidence/context.ts';
import { description } from '../../pipeline/evidence/description/measure.ts';
import { descriptionSchema, type RuleDescription } from '../../pipeline/evidence/description/schema.ts';
import { map } from '../../pipeline/evidence/map/measure.ts';
import { type CellCluster, cellMapSchema, galleryMapSchema, mapTable } from '../../pipeline/evidence/map/schema.ts';
import { createTrainingSample } from '../../pipeline/gallery/kept-signals.ts';
import { readText, signalRows } from '../../pipeline/trace/read.ts';
import { characterSequence } from '../../pipeline/trace/targets.ts';
import { idOf, plant } from '../fixtures/planted.ts';

const { labelled, network } = plant({ bystanders: 6, relay: true }, 30_000);
const { architecture, parameters, vocabulary } = network;
const engine = onnxEngine({ device: 'cpu', threads: 1 });
const cells = cellPlaces(architecture.units);
const RELAY = '2-0';

const positionsOf = (wanted: Block['split']) =>
  labelled.blocks
    .filter(({ split }) => split === wanted)
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
const [trainingPositions, positions] = [positionsOf('train').slice(0, 8000), positionsOf('held-out')];

let descriptions: Map<string, RuleDescription | null>;
let clusters: Map<string, { layer: CellCluster; all: CellCluster | null }>;
let context: EvidenceContext;

beforeAll(async () => {
  const samples = [trainingPositions, positions].map((wanted) =>
    createTrainingSample(architecture.units, wanted, ALL_SIGNALS),
  );
  await readText({
    ...{ engine, architecture, parameters, signals: true },
    sequence: characterSequence(encode(labelled.texts, vocabulary)),
    begin() {},
    window(window) {
      for (const sample of samples) sample.add(signalRows(window, architecture));
    },
  });
  const [training, heldOut] = samples.map(
    ({ positions: own, bytes }): SampledSignals => ({ positions: own, signals: ALL_SIGNALS.signals, bytes }),
  );
  context = {
    ...{ engine, labelled, cells, network: null },
    scores: { domains: DOMAINS, positions, trainingPositions },
    training: () => training,
    heldOut: () => heldOut,
  } as unknown as EvidenceContext;
  const described = (await description.measure(context)).cells;
  descriptions = new Map(
    cells.map(({ id }, cell) => [id, described[cell] === null ? null : descriptionSchema.parse(described[cell])]),
  );
  const mapped = (await map.measure(context)).cells;
  clusters = new Map(cells.map(({ id }, cell) => [id, cellMapSchema.parse(mapped[cell])]));
});

describe('the rule found by itself', () => {
  it('of the quote counter is that it is on inside quotation marks', () => {
    const found = descriptions.get(idOf('quotes'))!;
    expect(found.rule?.sentence).toBe('High inside double quotation marks, near zero elsewhere');
    expect(found.rule?.clauses[0]?.value).toBeCloseTo(Math.tanh(1), 1);
    expect(found.explained).toBeGreaterThan(0.95);
    expect(found.interval![0]).toBeLessThanOrEqual(found.explained);
  });

  it('of the line counter is that it rises along the line', () => {
    const found = descriptions.get(idOf('line'))!;
    expect(found.rule?.sentence).toBe('Rises with the distance from the last line break');
    expect(found.explained).toBeGreaterThan(0.8);
  });

  it('of a cell that does nothing is not there', () => {
    expect(descriptions.get(idOf('idle'))).toBeNull();
  });

  it('stands for a cell that no hypothesis explains, if it explains enough of it', () => {
    const found = descriptions.get(idOf('quotes'))!;
    const line = (description?: RuleDescription) => explain([], new Map(), undefined, description).words;
    expect(line(found)).toBe('Found: high inside double quotation marks, near zero elsewhere');
    expect(line({ ...found, explained: 0.29 })).toBe('No hypothesis explains it');
    expect(line({ ...found, rule: null })).toBe('No hypothesis explains it');
    expect(line()).toBe('No hypothesis explains it');
    expect(explain([], new Map(), 'Counts quotations', found).words).toBe('Counts quotations');
  });
});

describe('the clusters', () => {
  it('have the quote counter together with those that listen to it, across the layers', () => {
    const { layer, all } = clusters.get(idOf('quotes'))!;
    expect(layer.members).toEqual([idOf('echo')]);
    expect(all?.members.toSorted()).toEqual([idOf('echo'), RELAY].sort());
    expect(clusters.get(RELAY)?.all?.number).toBe(all?.number);
    expect(clusters.get(RELAY)?.layer.size).toBe(1);
  });

  it('leave a cell that does nothing by itself', () => {
    expect(clusters.get(idOf('idle'))).toMatchObject({ layer: { size: 1 }, all: { size: 1, members: [] } });
  });

  it('are numbered by their size', () => {
    const sizes = new Map([...clusters.values()].map(({ all }) => [all!.number, all!.size]));
    const rising = [...sizes].sort(([a], [b]) => a - b).map(([, size]) => size);
    expect(rising).toEqual(rising.toSorted((a, b) => b - a));
    expect(rising.reduce((sum, size) => sum + size, 0)).toBe(cells.length);
  });
});

describe('the map', () => {
  it('has a point for each cell, the same in every build, and says so as a table too', async () => {
    const [first, second] = [await map.measure(context), await map.measure(context)].map(({ gallery }) =>
      galleryMapSchema.parse(gallery),
    );
    expect(first).toEqual(second);
    expect(first!.points).toHaveLength(cells.length);
    const ranked = cells.map(({ id }) => ({ id, hypothesis: null, strength: null }));
    const [header, ...rows] = tableCsv(mapTable(first!, ranked)).trim().split('\n');
    expect(header).toBe('cell,x,y,cluster_in_layer,cluster_in_all,best_hypothesis,strength');
    expect(rows[0]).toBe(`1-0,${first!.points[0]!.join(',')},${first!.layer[0]},${first!.all[0]},,`);
    expect(rows).toHaveLength(cells.length);
  });

  it('is not drawn of a handful of cells, nor of very many', () => {
    const of = (count: number) => map.applies({ ...context, cells: Array.from({ length: count }, () => cells[0]!) });
    expect([4, 5, 2048, 2049].map(of)).toEqual([false, true, true, false]);
  });
});
