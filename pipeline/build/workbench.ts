// What every stage of a gallery of a network's cells has at hand.
import { cellPlaces } from '../base/cell-ids.ts';
import type { Engine } from '../engines/engine.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';

export interface GalleryBuild {
  readonly id: string;
  readonly content: string;
  readonly engine: Engine;
  readonly threads?: number | undefined;
  /** Where the stages keep what they made. */
  readonly folder: string;
}

export interface Workbench {
  readonly build: GalleryBuild;
  readonly network: NetworkGallery;
  /** Made when the first stage needs it, and not at all if none does; the model and its twin share it. */
  readonly shared: { plan?: ScoringPlan };
}

/** A text longer than this has no file a cell of h over all of it: they would outgrow the site. */
export const LONGEST_BOOK = 250_000;

/** Whether there is a file a cell of h over all of it. */
export function hasBook({ labelled }: Pick<NetworkGallery, 'labelled'>): boolean {
  return labelled.characters.length <= LONGEST_BOOK;
}

export function cellIds({ card }: Pick<NetworkGallery, 'card'>): string[] {
  return cellPlaces(card.architecture.units).map(({ id }) => id);
}
