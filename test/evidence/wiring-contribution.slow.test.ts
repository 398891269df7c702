// What the build says of planted cells: what they are wired to, and what they argue for.
import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_SIGNALS, DOMAINS } from '../../pipeline/base/bytes.ts';
import { cellPlaces } from '../../pipeline/base/cell-ids.ts';
import type { Block } from '../../pipeline/datasets/blocks.ts';
import { encode } from '../../pipeline/datasets/text/vocabulary.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import type { EvidenceContext, SampledSignals } from '../../pipeline/evidence/context.ts';
import { contribution } from '../../pipeline/evidence/contribution/measure.ts';
import { type CellContribution, contributionSchema } from '../../pipeline/evidence/contribution/schema.ts';
import { wiring } from '../../pipeline/evidence/wiring/measure.ts';
import { type CellWiring, wiringSchema } from '../../pipeline/evidence/wiring/schema.ts';
import { createTrainingSample } from '../../pipeline/gallery/kept-signals.ts';
import type { Score } from '../../pipeline/scoring/rank.ts';
import { readText, signalRows } from '../../pipeline/trace/read.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ECHO, idOf, plant } from '../fixtures/planted.ts';

const { labelled, network } = plant({ bystanders: 6, relay: true }, 30_000);
const { architecture, parameters, vocabulary } = network;
const ids = encode(labelled.texts, vocabulary);
const targets = characterTargets(ids, vocabulary.length);
const engine = onnxEngine({ device: 'cpu', threads: 1 });
const RELAY = '2-0';

/** How many quotations are open after each character was read, counted by their marks: 0 or 1. */
const open: number[] = [];
for (const character of labelled.texts) {
  open.push((open.at(-1) ?? 0) + Number(character === '“') - Number(character === '”'));
}

const positionsOf = (wanted: Block['split']) =>
  labelled.blocks
    .filter(({ split }) => split === wanted)
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
const [training, heldOut] = [positionsOf('train').slice(0, 6000), positionsOf('held-out')];

/** A row of a scoring, of which nothing but these is looked at. */
const score = (cell: string, hypothesis: string) => ({ cell, hypothesis, alignment: 'reading' }) as Score;

async function sampled(): Promise<SampledSignals> {
  const sample = createTrainingSample(architecture.units, training, ALL_SIGNALS);
  await readText({
    ...{ engine, architecture, parameters, sequence: targets.sequence, signals: true },
    begin() {},
    window: (window) => sample.add(signalRows(window, architecture)),
  });
  return { positions: training, signals: ALL_SIGNALS.signals, bytes: sample.bytes };
}

let wired: Map<string, CellWiring>;
let argued: Map<string, CellContribution>;

beforeAll(async () => {
  const sample = await sampled();
  const context = {
    engine,
    labelled,
    network: {
      card: { architecture, vocabulary },
      parameters,
      inputs: { reads: 'symbols', ids },
      sequence: targets.sequence,
      targets,
    },
    cells: cellPlaces(architecture.units),
    scores: {
      headline: [],
      domains: DOMAINS,
      positions: heldOut,
      trainingPositions: training,
      scores: [score(RELAY, 'inside-quotes'), score(RELAY, 'vowel'), score(idOf('line'), 'since-line-break')],
    },
    training: () => sample,
  } as unknown as EvidenceContext;
  expect(wiring.applies(context)).toBe(true);
  expect(contribution.applies(context)).toBe(true);
  const { cells } = context;
  const prediction = [await wiring.measure(context), await contribution.measure(context)];
  wired = new Map(cells.map(({ id }, cell) => [id, wiringSchema.parse(prediction[0]!.cells[cell])]));
  argued = new Map(cells.map(({ id }, cell) => [id, contributionSchema.parse(prediction[1]!.cells[cell])]));
});

/** The characters in the order of what they add to one gate, most first. */
function byDrive(cell: string, gate: 'i' | 'f' | 'g' | 'o'): string[] {
  const index = 'ifgo'.indexOf(gate);
  return wired
    .get(cell)!
    .inputs.flatMap((drives, k) => (drives === null ? [] : [{ character: vocabulary[k]!, drive: drives[index]! }]))
    .sort((a, b) => b.drive - a.drive)
    .map(({ character }) => character);
}

describe('of what planted cells are wired to', () => {
  it('names the characters that open and shut the gates that were built for them', () => {
    expect(byDrive(idOf('quotes'), 'g').at(0)).toBe('“');
    expect(byDrive(idOf('quotes'), 'g').at(-1)).toBe('”');
    expect(byDrive(idOf('flipFlop'), 'i').slice(0, 2).sort()).toEqual([',', '.']);
    expect(byDrive(idOf('line'), 'f').at(-1)).toBe('\n');
  });

  it('names them too where they come by way of the layer below', () => {
    expect(byDrive(RELAY, 'g').at(0)).toBe('“');
    expect(byDrive(RELAY, 'g').at(-1)).toMatch(/[”\n]/);
    const read = training.map((position) => ids[position]);
    const rare = vocabulary.filter((_, k) => read.filter((id) => id === k).length < 10);
    expect(rare.length).toBeGreaterThan(0);
    for (const { inputs } of wired.values()) {
      expect(vocabulary.filter((_, k) => inputs[k] === null)).toEqual(rare);
    }
  });

  it('draws the only connection that there is at both of its ends, by how much the quote counter varies', () => {
    const prediction = training.map((position) => Math.tanh(open[position]!));
    const mean = prediction.reduce((sum, h) => sum + h, 0) / prediction.length;
    const deviation = Math.sqrt(prediction.reduce((sum, h) => sum + (h - mean) ** 2, 0) / prediction.length);
    const drives = [0, 0, expect.closeTo(ECHO * deviation, 2), 0];
    const { outputsTo } = wired.get(idOf('quotes'))!;
    expect(outputsTo).toEqual({ same: [{ id: idOf('echo'), drives }], above: [{ id: RELAY, drives }] });
    expect(wired.get(RELAY)!.inputsFrom).toEqual({ below: [{ id: idOf('quotes'), drives }], same: [] });
    expect(wired.get(idOf('echo'))!.inputsFrom).toEqual({ below: [], same: [{ id: idOf('quotes'), drives }] });
  });

  it('has nobody listen to a cell that does nothing, nor it to anybody', () => {
    const { inputsFrom, outputsTo } = wired.get(idOf('idle'))!;
    expect({ inputsFrom, outputsTo }).toEqual({
      inputsFrom: { below: [], same: [] },
      outputsTo: { same: [], above: [] },
    });
  });
});

describe('of what planted cells argue for', () => {
  const closing = vocabulary.indexOf('”');
  const row = () => Array.from(vocabulary, (_, k) => parameters.dense[0]!.kernel.data[k]!);

  it('has the closing mark for the relay, as much as its weight says, and the same less for all others', () => {
    const weight = row()[closing]!;
    argued.get(RELAY)!.changes.forEach((change, k) => {
      expect(change).toBeCloseTo((k === closing ? weight : 0) - weight / vocabulary.length, 4);
    });
  });

  it('has it for the quote counter too, by way of the relay, and nothing for any other cell', () => {
    const { changes } = argued.get(idOf('quotes'))!;
    expect(changes.indexOf(Math.max(...changes))).toBe(closing);
    for (const [id, { changes: own, effect }] of argued) {
      if (id === RELAY || id === idOf('quotes')) continue;
      expect(own.every((change) => change === 0)).toBe(true);
      expect(effect.all).toEqual({ mean: 0, interval: [0, 0] });
    }
  });

  it('tells the mean effect inside quotations from that outside, as counted by hand', () => {
    const weight = row()[closing]!;
    const value = (position: number) => Math.tanh(Math.tanh(ECHO * Math.tanh(open[position]!)));
    const usual = training.reduce((sum, position) => sum + value(position), 0) / training.length;
    const judged = heldOut.filter((position) =>
      labelled.blocks.some(({ split, start, end }) => split === 'held-out' && start <= position && position + 1 < end),
    );
    const { values } = labelled.labels.find(({ id }) => id === 'inside-quotes')!;
    const meanOf = (positions: readonly number[]) =>
      positions.reduce((sum, position) => {
        const follows = (labelled.texts[position + 1] === '”' ? weight : 0) - weight / vocabulary.length;
        return sum + (value(position) - usual) * follows;
      }, 0) / positions.length;
    const { hypothesis, all, on, off } = argued.get(RELAY)!.effect;
    expect(hypothesis).toBe('inside-quotes');
    expect(all.mean).toBeCloseTo(meanOf(judged), 4);
    expect(on!.mean).toBeCloseTo(meanOf(judged.filter((position) => values[position] === 1)), 4);
    expect(off!.mean).toBeCloseTo(meanOf(judged.filter((position) => values[position] === 0)), 4);
    for (const { mean, interval } of [all, on!]) {
      expect(interval![0]).toBeLessThan(mean);
      expect(interval![1]).toBeGreaterThan(mean);
    }
    // Outside it says the same everywhere, and no closing mark follows.
    expect(off!.interval).toEqual([off!.mean, off!.mean]);
  });

  it('does not part the effect by a label that is a number, or none', () => {
    expect(argued.get(idOf('line'))!.effect).toMatchObject({ hypothesis: null, on: null, off: null });
    expect(argued.get(idOf('idle'))!.effect).toMatchObject({ hypothesis: null, on: null, off: null });
  });
});

it('neither is measured where there is no network, nor where it reads both ways', () => {
  const of = (card: object | null) =>
    ({ network: card === null ? null : { card: { architecture: card }, targets } }) as unknown as EvidenceContext;
  expect(wiring.applies(of(null))).toBe(false);
  expect(contribution.applies(of(null))).toBe(false);
  const both = { ...architecture, bidirectional: [true, false] };
  expect(wiring.applies(of(both))).toBe(false);
  expect(contribution.applies(of(both))).toBe(false);
  expect(contribution.applies(of({ ...architecture, outputs: 2 }))).toBe(false);
});
