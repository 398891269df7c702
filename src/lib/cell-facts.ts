// What pages about a whole gallery take from the files of its cells, each of which is read once a build.
import type { Cell } from '../../pipeline/contract/index.ts';
import { once, readCell } from './artifacts.ts';
import { catalogue } from './catalogue.ts';

type Agreement = NonNullable<Cell['evidence']['ablation']>['agreement'];

export interface CellFacts {
  readonly id: string;
  readonly layer: number;
  readonly gates: Cell['gates'];
  /** How the change of the loss without it was estimated and measured; undefined where it was not. */
  readonly ablation: Agreement | undefined;
  /** Id of the hypothesis that heads its page; null where it could be scored on none. */
  readonly headline: string | null;
  /** Id of the hypothesis that it remembers most of; null where it remembers nothing. */
  readonly remembers: string | null;
}

/** Of all cells of a gallery, in the order of `cells.json`. */
export const cellFacts = (gallery: string): readonly CellFacts[] =>
  once(`the facts about the cells of ${gallery}`, () =>
    catalogue(gallery).cells.map(({ id, layer }) => {
      const { gates, scores, evidence } = readCell(gallery, id);
      const kept = scores.filter(({ remembers }) => remembers).sort((a, b) => (b.adds ?? 0) - (a.adds ?? 0));
      return {
        ...{ id, layer, gates, ablation: evidence.ablation?.agreement },
        headline: scores[0]?.hypothesis ?? null,
        remembers: kept[0]?.hypothesis ?? null,
      };
    }),
  );
