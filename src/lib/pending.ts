// What is said of a gallery whose evidence is not all there yet: a page without a part must not read as though there were
// nothing to be found.
import type { Gallery } from '../../pipeline/contract/index.ts';
import { inWords } from './study.ts';

type Part = NonNullable<Gallery['pending']>[number];

/** What each part tells, as a list of them names it. */
const NAMES: Readonly<Record<Part, string>> = {
  description: 'the rules found automatically',
  halfLife: 'how long cells keep what they hold',
  reach: 'how far back cells reach',
  events: 'what happens where a label begins and ends',
  wiring: 'what opens the gates and which cells are connected',
  contribution: 'what cells argue for in the next prediction',
  clamped: 'what changes while a cell is held',
  ablation: 'what is lost without a cell',
  interchange: 'what changes when cells take over another memory',
  competing: 'what competes with the best hypothesis',
  map: 'the map of the cells',
};

/** What is still to be measured, as a sentence; null where all is there. */
export function pendingWords({ pending }: Pick<Gallery, 'pending'>): string | null {
  if (pending === undefined) return null;
  return `Still to come: ${inWords(pending.map((part) => NAMES[part]))}.`;
}
