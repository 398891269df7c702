// What happens when cells take over what they remember at another place, and the table of it.
import { z } from 'zod';
import type { Table } from '../../base/figures.ts';
import { count, share, slug } from '../../base/schemas.ts';

/** Numbers of cells that are interchanged together, where a network has as many. */
export const COUNTS = [1, 2, 4, 8, 16] as const;

/** Mean probabilities over the steps that follow, once so many cells have been interchanged. */
const point = z.object({
  cells: count,
  /** With the cells that follow the label best. */
  best: share,
  /** With random cells of the same layers: the least and the largest of all draws. */
  low: share,
  high: share,
});
export type InterchangePoint = z.infer<typeof point>;

/** A probability where the label is on and goes on, and where it is off and stays off. */
const probability = z.object({
  /** As the network is. */
  inside: share,
  outside: share,
  /** Where the label is off, with memory from where it is on. */
  intoOutside: z.array(point),
  /** Where it is on, with memory from where it is off. */
  intoInside: z.array(point),
});
export type InterchangedProbability = z.infer<typeof probability>;

/** Of one hypothesis. */
const interchanged = z.object({
  hypothesis: slug,
  /** Pairs of a place inside and one outside. */
  pairs: count,
  /** Steps that are read on, over which the means are. */
  steps: count,
  /** How often cells are drawn at random, for each number of them. */
  draws: count,
  /** That the label is on, as a probe says that reads other cells. */
  probe: probability,
  /** Of a closing mark; null of a hypothesis that is not about quotations. */
  closing: probability.nullable(),
});
export type Interchanged = z.infer<typeof interchanged>;

/** What all cells share: the hypotheses for which it was done, in the gallery's order. */
export const galleryInterchangeSchema = z.object({ hypotheses: z.array(interchanged) });
export type GalleryInterchange = z.infer<typeof galleryInterchangeSchema>;

/** Of one cell that was interchanged among the best: for which hypotheses, and where it stands among their cells, from 1. */
export const interchangeSchema = z.object({
  places: z.array(z.object({ hypothesis: slug, place: z.int().positive() })),
});
export type CellInterchange = z.infer<typeof interchangeSchema>;

export function interchangeTable({ hypotheses }: GalleryInterchange): Table {
  const rows = hypotheses.flatMap(({ hypothesis, probe, closing }) =>
    [{ name: 'probe', of: probe }, ...(closing === null ? [] : [{ name: 'closing mark', of: closing }])].flatMap(
      ({ name, of }) => [
        [hypothesis, name, 'inside', 0, of.inside, '', ''],
        [hypothesis, name, 'outside', 0, of.outside, '', ''],
        ...of.intoOutside.map(({ cells, best, low, high }) => [
          hypothesis,
          name,
          'into outside',
          cells,
          best,
          low,
          high,
        ]),
        ...of.intoInside.map(({ cells, best, low, high }) => [hypothesis, name, 'into inside', cells, best, low, high]),
      ],
    ),
  );
  const header = ['hypothesis', 'probability', 'place', 'cells', 'mean', 'random_low', 'random_high'];
  return [header, ...rows];
}
