// The numbers behind the figures of a gallery and of its hypotheses, as tables that anybody can draw them from again. A caption
// links to its table with src/components/FigureData.astro. Those of a cell's page are made in the browser, by contract/cell-figures.ts.
import { binned } from '../../base/csv.ts';
import type { FigurePoint, Figures } from '../../base/figures.ts';
import type { Cell, Gallery, Hypothesis } from '../../contract/index.ts';
import { type GalleryStudy, networksBeside } from '../../contract/study.ts';

/** Of a hypothesis's page. */
export function hypothesisFigures({ spread, sample: { start, values } }: Hypothesis): Figures {
  return {
    'cells by strength': strengths(spread),
    label: values.map((y, t) => ({ series: 'label', x: start + t, y })),
  };
}

/** What the figures of a gallery have a point of. */
type CellOfFigures = Pick<Cell, 'id' | 'gates' | 'evidence'>;

/**
 * Of the gallery's front page and of those about its model.
 * @param cells how the gates of each spend their time, and what was estimated and measured to be lost without it
 * @param study of its network beside others, if there is one
 */
export function galleryFigures(
  { interpretable, memory, model, series, heldOut }: Gallery,
  cells: readonly CellOfFigures[],
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
    'saturation of i': saturation('i', cells),
    'saturation of f': saturation('f', cells),
    'saturation of o': saturation('o', cells),
    'estimated and measured change of the loss': cells.flatMap(({ id, evidence: { ablation } }) =>
      ablation === undefined ? [] : [{ series: id, x: ablation.agreement.estimated, y: ablation.agreement.measured }],
    ),
    series: (series?.features ?? []).flatMap(({ title, values }) =>
      values.map((y, row) => ({ series: title, x: steps[row]!, y })),
    ),
  };
}

/** A point a cell: x is the share of the time that the gate is shut, y that it is open. */
function saturation(gate: 'i' | 'f' | 'o', cells: readonly CellOfFigures[]): FigurePoint[] {
  return cells.flatMap(({ id, gates: { [gate]: use } }) =>
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
