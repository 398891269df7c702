// The numbers behind the site's figures, as tables that anybody can draw them from again: one row a point, in long form.
// A caption links to its table with src/components/FigureData.astro. The figures of the evidence stand with its parts.
import { fromByte } from '../../base/bytes.ts';
import type { FigurePoint, Figures, Table } from '../../base/figures.ts';
import type { Domains } from '../../base/schemas.ts';
import type { Cell, Gallery, Hypothesis } from '../../contract/index.ts';
import { type GalleryStudy, networksBeside } from '../../contract/study.ts';
import { evidenceFigures } from '../../evidence/parts.ts';
import { roundNumber } from '../../files/publish.ts';

const HEADER = ['figure', 'series', 'x', 'y', 'low', 'high'];

export function figureCsv(figures: Figures): string {
  const rows = Object.entries(figures).flatMap(([figure, points]) =>
    points.map(({ series, x, y, low = '', high = '' }) => [figure, series, x, y, low, high]),
  );
  return tableCsv([HEADER, ...rows]);
}

/** As RFC 4180 has it, with a line feed after each row and numbers rounded like those of the artifacts. */
export function tableCsv(table: Table): string {
  return table.map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: number | string): string {
  if (typeof value === 'number') return String(roundNumber(value));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Counts in equal bins over [low, high], each at its middle. */
export function binned(series: string, counts: readonly number[], low: number, high: number): FigurePoint[] {
  const width = (high - low) / counts.length;
  return counts.map((y, bin) => ({ series, x: low + (bin + 0.5) * width, y }));
}

export interface CellFigureSource {
  readonly cell: Cell;
  /** Its side file. */
  readonly bytes: Uint8Array;
  readonly domains: Domains;
  /** Of what is read and predicted: the vocabulary, or the features of a series. */
  readonly names: readonly string[];
  /** Whether the excerpts are lines along a time axis. */
  readonly isSeries: boolean;
}

/** Of a cell's page. */
export function cellFigures(source: CellFigureSource): Figures {
  const { cell, names, isSeries } = source;
  const { hypothesis, on, off, low, high } = cell.histogram;
  return {
    values:
      hypothesis === null
        ? binned('all', off, low, high)
        : [...binned('label on', on, low, high), ...binned('label off', off, low, high)],
    gates: (['i', 'f', 'o'] as const).flatMap((gate) => binned(gate, cell.gates[gate]?.bins ?? [], 0, 1)),
    ...evidenceFigures(cell.evidence, names),
    excerpts: isSeries ? signalsOverExcerpts(source) : [],
  };
}

function signalsOverExcerpts({ cell, bytes, domains }: CellFigureSource): FigurePoint[] {
  return cell.excerpts.flatMap(({ start, text, offset }) => {
    const length = start === null ? 0 : Array.from(text).length;
    return cell.signals.flatMap((signal, s) => {
      const from = s * cell.characters + offset;
      return Array.from(bytes.subarray(from, from + length), (byte, t) => ({
        series: signal,
        x: start! + t,
        y: fromByte(byte, domains[signal]),
      }));
    });
  });
}

/** Of a hypothesis's page. */
export function hypothesisFigures({ spread, sample: { start, values } }: Hypothesis): Figures {
  return {
    'cells by strength': strengths(spread),
    label: values.map((y, t) => ({ series: 'label', x: start + t, y })),
  };
}

/**
 * Of the gallery's front page and of those about its model.
 * @param gates how each cell's gates spend their time
 * @param study of its network beside others, if there is one
 */
export function galleryFigures(
  { interpretable, memory, model, series, heldOut }: Gallery,
  gates: readonly (Pick<Cell, 'id'> & Cell['gates'])[],
  study: GalleryStudy | null,
): Figures {
  const steps = heldOut.pieces.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, t) => start + t));
  return {
    'cells by strength': strengths(interpretable.byMemory.spread),
    'cells that add to the last steps': [
      ...(memory?.curve ?? []).flatMap(({ steps: x, cells, untrained }) => [
        { series: 'model', x, y: cells },
        ...untrained.map((y, network) => ({ series: `untrained ${network + 1}`, x, y })),
      ]),
      ...networksBeside(study).flatMap(({ id, memory: beside }) =>
        (beside?.curve ?? []).map(({ steps: x, cells: y }) => ({ series: id, x, y })),
      ),
    ],
    training: (model?.curve ?? []).flatMap(({ epoch, trainLoss, validationLoss }) => [
      { series: 'training', x: epoch, y: trainLoss },
      { series: 'validation', x: epoch, y: validationLoss },
    ]),
    'how far back it looks': (model?.context ?? []).map(({ characters, loss: y, interval: [low, high] }) => {
      return { series: 'held-out loss', x: characters ?? 'all', y, low, high };
    }),
    'saturation of i': saturation('i', gates),
    'saturation of f': saturation('f', gates),
    'saturation of o': saturation('o', gates),
    series: (series?.features ?? []).flatMap(({ title, values }) =>
      values.map((y, row) => ({ series: title, x: steps[row]!, y })),
    ),
  };
}

/** A point a cell: x is the share of the time that the gate is shut, y that it is open. */
function saturation(gate: 'i' | 'f' | 'o', gates: readonly (Pick<Cell, 'id'> & Cell['gates'])[]): FigurePoint[] {
  return gates.flatMap(({ id, [gate]: use }) =>
    use === undefined ? [] : [{ series: id, x: use.leftSaturated, y: use.rightSaturated }],
  );
}

function strengths({ model, untrained, shuffled }: Hypothesis['spread']): FigurePoint[] {
  return [
    ...binned('model', model, 0, 1),
    ...binned('untrained', untrained, 0, 1),
    ...binned('trained on shuffled text', shuffled ?? [], 0, 1),
  ];
}
