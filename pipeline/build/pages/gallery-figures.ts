// The points of the figures of a gallery's other pages: of its hypotheses, of its model, of all its cells together.

import type { GalleryMap } from '../../contract/evidence/map.ts';
import type { Cell, CellSummary, Gallery, Hypothesis } from '../../contract/index.ts';
import { binned, type FigurePoint, type FigureSources } from './figure-data.ts';

/** Of a hypothesis's page, by the name that stands in the table. */
export const HYPOTHESIS_FIGURES: FigureSources<Hypothesis> = {
  'cells by strength': ({ spread }) => strengths(spread),
  label: ({ sample: { start, values } }) => values.map((y, t) => ({ series: 'label', x: start + t, y })),
};

export interface GalleryFigureSource {
  readonly gallery: Gallery;
  /** How each cell's gates spend their time. */
  readonly gates: readonly (Pick<Cell, 'id'> & Cell['gates'])[];
}

/** Of the gallery's front page and of those about its model, by the name that stands in the table. */
export const GALLERY_FIGURES: FigureSources<GalleryFigureSource> = {
  'cells by strength': ({ gallery }) => strengths(gallery.interpretable.byMemory.spread),
  training: ({ gallery: { model } }) =>
    (model?.curve ?? []).flatMap(({ epoch, trainLoss, validationLoss }) => [
      { series: 'training', x: epoch, y: trainLoss },
      { series: 'validation', x: epoch, y: validationLoss },
    ]),
  'how far back it looks': ({ gallery: { model } }) =>
    (model?.context ?? []).map(({ characters, loss, interval: [low, high] }) => ({
      series: 'held-out loss',
      x: characters ?? 'all',
      y: loss,
      low,
      high,
    })),
  'saturation of i': saturation('i'),
  'saturation of f': saturation('f'),
  'saturation of o': saturation('o'),
  series: ({ gallery: { series, heldOut } }) => {
    const steps = heldOut.pieces.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, t) => start + t));
    return (series?.features ?? []).flatMap(({ title, values }) =>
      values.map((y, row) => ({ series: title, x: steps[row]!, y })),
    );
  },
};

/** A point a cell: x is the share of the time that the gate is shut, y that it is open. */
function saturation(gate: 'i' | 'f' | 'o') {
  return ({ gates }: GalleryFigureSource): FigurePoint[] =>
    gates.flatMap((cell) => {
      const use = cell[gate];
      return use === undefined ? [] : [{ series: cell.id, x: use.leftSaturated, y: use.rightSaturated }];
    });
}

function strengths({ model, untrained, shuffled }: Hypothesis['spread']): FigurePoint[] {
  return [
    ...binned('model', model, 0, 1),
    ...binned('untrained', untrained, 0, 1),
    ...binned('trained on shuffled text', shuffled ?? [], 0, 1),
  ];
}

// The map's points as a table, for whoever wants to draw them otherwise.

/** @param hypotheses ids, those of the cells' columns */
export function mapCsv(
  { points, layer, all }: GalleryMap,
  cells: readonly CellSummary[],
  hypotheses: readonly string[],
): string {
  const header = ['cell', 'x', 'y', 'cluster_in_layer', 'cluster_in_all', 'best_hypothesis', 'strength'];
  const rows = cells.map(({ id, best, strength }, index) => {
    const most = best === null ? null : strength[best];
    return [
      id,
      ...points[index]!,
      layer[index]!,
      all[index]!,
      best === null ? '' : hypotheses[best]!,
      most == null ? '' : most / 1000,
    ];
  });
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}
