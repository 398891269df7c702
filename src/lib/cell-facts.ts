// What pages about a whole gallery take from the files of its cells, each of which is read once a build.
import type { Cell } from '../../pipeline/contract/index.ts';
import { once, readCell } from './artifacts.ts';
import { catalogue } from './catalogue.ts';

export interface CellFacts {
  readonly id: string;
  readonly layer: number;
  readonly gates: Cell['gates'];
  /** Id of the hypothesis that heads its page; null where it could be scored on none. */
  readonly headline: string | null;
  /** Id of the hypothesis that it remembers most of; null where it remembers nothing. */
  readonly remembers: string | null;
}

/** Of all cells of a gallery, in the order of `cells.json`. */
export const cellFacts = (gallery: string): readonly CellFacts[] =>
  once(`the facts about the cells of ${gallery}`, () =>
    catalogue(gallery).cells.map(({ id, layer }) => {
      const { gates, scores } = readCell(gallery, id);
      const kept = scores.filter(({ remembers }) => remembers).sort((a, b) => (b.adds ?? 0) - (a.adds ?? 0));
      return { id, layer, gates, headline: scores[0]?.hypothesis ?? null, remembers: kept[0]?.hypothesis ?? null };
    }),
  );
