// The parts of the evidence on a cell's page, each drawn by the component beside this file that bears its name. A component
// exports its place on the page and, where it is a section, the heading.
import type { AstroComponentFactory } from 'astro/runtime/server/index.js';
import { type Cell, type Gallery, PART_NAMES } from '../../../pipeline/contract/index.ts';

/** What a component is given; the part is there in the cell's evidence. */
export interface EvidenceProps {
  cell: Cell;
  gallery: Gallery;
  /** Of the hypotheses, by their ids. */
  titles: ReadonlyMap<string, string>;
}

/** Sections of their own, in their order on the page, or what belongs into a section that is there anyway. */
export type Place = 'hold' | 'around' | 'without' | 'found' | 'after workings' | 'competing' | 'gates' | 'neighbours';

/** Of a section; the contents of the page lead to it. */
export type Heading = (props: EvidenceProps) => { readonly id: string; readonly title: string };

interface PartModule {
  readonly default: AstroComponentFactory;
  readonly place: Place;
  readonly heading?: Heading;
}

const modules = import.meta.glob<PartModule>('./*.astro', { eager: true });

function moduleOf(name: string): PartModule {
  const file = `./${name.charAt(0).toUpperCase()}${name.slice(1)}.astro`;
  const found = modules[file];
  if (found === undefined)
    throw new Error(`No component draws the part "${name}" of the evidence: ${file} is missing.`);
  return found;
}

/** The parts that were measured of a cell and belong into a place of its page, in the order of their list. */
export function partsAt(place: Place, { evidence }: Cell): PartModule[] {
  return PART_NAMES.filter((name) => evidence[name] !== undefined)
    .map(moduleOf)
    .filter((part) => part.place === place);
}

/** The headings of those of them that are sections. */
export function headingsAt(place: Place, props: EvidenceProps): ReturnType<Heading>[] {
  return partsAt(place, props.cell).flatMap(({ heading }) => (heading === undefined ? [] : [heading(props)]));
}
