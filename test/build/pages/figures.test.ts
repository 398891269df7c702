import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binned, figureCsv } from '../../../pipeline/base/csv.ts';
import { cellFigures, type FigureContext } from '../../../pipeline/contract/cell-figures.ts';
import { cellSchema } from '../../../pipeline/contract/index.ts';

describe('figureCsv', () => {
  it('is read back by another program as it was, whatever a series or a bar is called', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    const word = fc.string({ unit: 'binary' });
    const point = fc.record(
      { series: word, x: fc.oneof(word, fc.integer()), y: finite, low: finite, high: finite },
      { requiredKeys: ['series', 'x', 'y'] },
    );
    fc.assert(
      fc.property(fc.dictionary(word, fc.array(point, { maxLength: 6 })), (figures) => {
        const rows: string[][] = parse(figureCsv(figures), { record_delimiter: '\n' });
        expect(rows[0]).toEqual(['figure', 'series', 'x', 'y', 'low', 'high']);
        const points = Object.entries(figures).flatMap(([figure, all]) => all.map((one) => ({ figure, ...one })));
        expect(rows.slice(1).map(([figure, series, x]) => [figure, series, x])).toEqual(
          points.map(({ figure, series, x }) => [figure, series, String(x)]),
        );
        rows.slice(1).forEach(([, , , y, low, high], row) => {
          const expected = points[row]!;
          // Six digits are kept.
          expect(Math.abs(Number(y) - expected.y)).toBeLessThanOrEqual(1e-5 * Math.abs(expected.y));
          expect([low === '', high === '']).toEqual([expected.low === undefined, expected.high === undefined]);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('binned', () => {
  it('puts each count at the middle of its bin', () => {
    expect(binned('on', [3, 0, 5, 1], -1, 1).map(({ x, y }) => [x, y])).toEqual([
      [-0.75, 3],
      [-0.25, 0],
      [0.25, 5],
      [0.75, 1],
    ]);
  });
});

describe("the figures of a cell's page", () => {
  const domain = { low: -1, high: 1, transform: 'none' as const };
  const cell = {
    excerpts: [{ kind: 'lead', start: 40, text: 'a😀b', offset: 1 }],
    characters: 5,
    signals: ['f', 'h'],
    histogram: { signal: 'h', hypothesis: 'space', low: -1, high: 1, on: [1, 2], off: [3, 4] },
    gates: { f: { mean: 0.5, leftSaturated: 0, rightSaturated: 0, bins: [7, 8] } },
    evidence: {
      events: {
        hypothesis: 'space',
        reach: 1,
        medianLength: 1,
        overall: [{ signal: 'h', mean: 0 }],
        moments: [
          {
            kind: 'end',
            events: 4,
            blocks: 3,
            signals: [{ signal: 'h', mean: [null, 0.25, 0.5], half: [null, 0.125, null] }],
          },
        ],
      },
      contribution: {
        changes: [0.5, -0.5],
        effect: { hypothesis: null, all: { mean: 0, interval: null }, on: null, off: null },
      },
    },
  };
  const parts = {
    excerpts: true,
    characters: true,
    signals: true,
    histogram: true,
    gates: true,
    evidence: true,
  } as const;
  const drawnCell = { ...cellSchema.pick(parts).parse(cell) } as ReturnType<typeof cellSchema.parse>;
  const bytes = Uint8Array.from([0, 0, 51, 255, 0, 0, 255, 204, 0, 0]);
  const contextOf = (drawn: string) =>
    ({
      dataset: { drawn },
      domains: { i: domain, f: domain, g: domain, o: domain, c: domain, h: domain },
      model: null,
      series: { features: [' ', '\n'].map((title) => ({ title })) },
    }) as unknown as FigureContext;

  it('have their points, with intervals where these are known', () => {
    const figures = cellFigures(drawnCell, bytes, contextOf('lines'));
    expect(figures['around the end']!).toEqual([
      { series: 'h', x: 0, y: 0.25, low: 0.125, high: 0.375 },
      { series: 'h', x: 1, y: 0.5 },
    ]);
    expect(figures['around the onset']).toBeUndefined();
    expect(figures.values).toEqual([
      { series: 'label on', x: -0.5, y: 1 },
      { series: 'label on', x: 0.5, y: 2 },
      { series: 'label off', x: -0.5, y: 3 },
      { series: 'label off', x: 0.5, y: 4 },
    ]);
    expect(figures.gates!.map(({ series, x, y }) => [series, x, y])).toEqual([
      ['f', 0.25, 7],
      ['f', 0.75, 8],
    ]);
    expect(figures['argues for']!.map(({ x, y }) => [x, y])).toEqual([
      [' ', 0.5],
      ['\n', -0.5],
    ]);
  });

  it('have the lines of a series at its own steps, and no passages of a text', () => {
    const lines = cellFigures(drawnCell, bytes, contextOf('lines')).excerpts!;
    expect(lines.map(({ series, x }) => [series, x])).toEqual([
      ['f', 40],
      ['f', 41],
      ['f', 42],
      ['h', 40],
      ['h', 41],
      ['h', 42],
    ]);
    expect(lines.map(({ y }) => Number(y.toFixed(3)))).toEqual([-1, -0.6, 1, 1, 0.6, -1]);
    expect(cellFigures(drawnCell, bytes, contextOf('text')).excerpts).toEqual([]);
  });
});
