// Cells whose truth is known, taken through the scoring and then through the parts of the evidence as a build does it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../../pipeline/base/signals.ts';
import { MEASURES } from '../../../pipeline/evidence/measures.ts';
import { type CellEvidence, cellEvidenceSchema } from '../../../pipeline/evidence/parts.ts';
import { idOf, type PlantedCell } from '../../fixtures/planted.ts';
import { measurePlanted, type PlantedMeasurement } from './measured.ts';

/** h where c is 1, as near as a byte says it. */
const ON = Math.tanh(1);

let planted: PlantedMeasurement;
let evidence: Map<string, CellEvidence>;

beforeAll(async () => {
  planted = await measurePlanted({ bystanders: 8 });
  const { context } = planted;
  const found: [name: string, cells: readonly (object | null)[]][] = [];
  for (const name of ['ablation', 'competing', 'description', 'events'] as const) {
    const { applies, measure } = MEASURES[name];
    expect(applies(context)).toBe(true);
    found.push([name, (await measure(context)).cells]);
  }
  evidence = new Map(
    context.cells.map(({ id }, cell) => {
      const measured = found.filter(([, cells]) => cells[cell] !== null).map(([name, cells]) => [name, cells[cell]]);
      return [id, cellEvidenceSchema.parse(Object.fromEntries(measured))];
    }),
  );
});
afterAll(() => planted.remove());

const of = (name: PlantedCell): CellEvidence => evidence.get(idOf(name))!;

/** The mean of a signal so many characters after a kind of event. */
function around(name: PlantedCell, kind: 'onset' | 'end', signal: Signal, after: number): number {
  const { reach, moments } = of(name).events!;
  const averages = moments.find((moment) => moment.kind === kind)!.signals.find((own) => own.signal === signal)!;
  return averages.mean[reach + after]!;
}

describe('the quote counter', () => {
  it('is told to be on inside quotation marks, by the scores and by itself', () => {
    expect(of('quotes').events!.hypothesis).toBe('inside-quotes');
    const { rule, explained } = of('quotes').description!;
    expect(rule!.sentence).toMatch(/^High inside .*quotation marks, near zero elsewhere$/);
    expect(explained).toBeGreaterThan(0.95);
  });

  it('steps up at an opening mark, stays, and steps down at the closing one', () => {
    expect(around('quotes', 'onset', 'h', 0)).toBeCloseTo(ON, 1);
    expect(around('quotes', 'onset', 'h', -1)).toBeLessThan(0.1);
    expect(around('quotes', 'onset', 'g', 0)).toBeCloseTo(1, 2);
    expect(around('quotes', 'end', 'h', 0)).toBeCloseTo(ON, 1);
    expect(around('quotes', 'end', 'h', 1)).toBeLessThan(0.1);
    expect(around('quotes', 'end', 'g', 1)).toBeCloseTo(-1, 2);
  });

  it('is missed inside quotations, where closing marks become unlikely without it, and nowhere else', () => {
    const { byLabel, closing } = of('quotes').ablation!;
    expect(byLabel!.hypothesis).toBe('inside-quotes');
    expect(byLabel!.inside.zero!.change).toBeGreaterThan(0.05);
    expect(byLabel!.outside.zero!.change).toBeCloseTo(0, 6);
    expect(closing!.follows.mean.change).toBeLessThan(-0.25 * closing!.follows.asIs);
  });

  it('is no leaky counter of opening marks', () => {
    const { terms, together, afterCounter } = of('quotes').competing!;
    expect(terms[0]!.id).toBe('inside-quotes');
    expect(terms[0]!.alone).toBeGreaterThan(0.99);
    expect(together.share).toBeGreaterThan(0.99);
    expect(afterCounter!.interval![0]).toBeGreaterThan(0.9);
  });
});

describe('the flip-flop', () => {
  it('is set by a comma and reset by a full stop', () => {
    expect(of('flipFlop').events!.hypothesis).toBe('after-comma');
    expect(around('flipFlop', 'onset', 'h', -1)).toBeCloseTo(-ON, 1);
    expect(around('flipFlop', 'onset', 'h', 0)).toBeCloseTo(ON, 1);
    expect(around('flipFlop', 'end', 'h', 1)).toBeCloseTo(-ON, 1);
  });

  it('is explained by nothing but its own hypothesis', () => {
    const { terms, afterOthers } = of('flipFlop').competing!;
    expect(terms[0]).toMatchObject({ id: 'after-comma' });
    expect(terms[0]!.adds).toBeGreaterThan(0.5);
    for (const { adds } of terms.slice(1)) expect(adds).toBeLessThan(0.01);
    expect(afterOthers.value).toBeGreaterThan(0.95);
  });

  it('is described by the two marks that it hangs on, as far as the words for them go', () => {
    const { rule } = of('flipFlop').description!;
    expect(rule!.sentence).toContain('comma');
    expect(rule!.sentence).toContain('full stop');
  });
});

describe('the line counter', () => {
  it('is told to rise with the distance from the line break', () => {
    const { rule, explained } = of('line').description!;
    expect(rule!.sentence).toBe('Rises with the distance from the last line break');
    expect(explained).toBeGreaterThan(0.9);
  });

  it('falls to nothing at a line break, and begins again', () => {
    expect(of('line').events!.hypothesis).toBe('line-break');
    expect(around('line', 'onset', 'h', -1)).toBeGreaterThan(0.5);
    expect(around('line', 'onset', 'h', 0)).toBeCloseTo(0, 1);
  });
});

describe('what has no say', () => {
  it.each(['flipFlop', 'line', 'echo', 'idle'] as const)('is not missed at all (%s)', (name) => {
    const { everywhere } = of(name).ablation!;
    expect(everywhere).toMatchObject({ mean: { change: 0 }, zero: null });
  });

  it('and does nothing is neither described nor explained', () => {
    expect(of('idle').description?.rule ?? null).toBeNull();
    expect(of('idle').competing).toBeUndefined();
  });
});
