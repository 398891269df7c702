// The evidence beside a cell's scores, in parts. Each is a stage of its own, so that a change of one does not measure the
// others anew, and covers every cell.

import { join } from 'node:path';
import type { CellEvidence, GalleryEvidence } from '../../contract/index.ts';
import type { Evidence, EvidenceContext } from '../../evidence/context.ts';
import { MEASURES } from '../../evidence/measures.ts';
import { PART_NAMES, type PartName } from '../../evidence/parts.ts';
import { readJson, writeFile } from '../../gallery/measured.ts';
import type { GatheredEvidence } from '../pages/input.ts';
import { runStage, type StageResult } from '../stage.ts';

const FILE = 'evidence.json';

/** What heads a cell that has nothing else, and what takes longest: begun late, it would go on when all others are done. */
const FIRST: readonly PartName[] = ['description', 'ablation'];

/** The order in which parts are begun where several are measured at a time. */
const sideBySide = (names: readonly PartName[]): PartName[] => [
  ...FIRST.filter((name) => names.includes(name)),
  ...names.filter((name) => !FIRST.includes(name)),
];

/** Called before a part is measured. @param pending that part and all that come after it */
export type BeforePart = (measured: ReadonlyMap<string, StageResult>, pending: readonly PartName[]) => Promise<void>;

/** Measures a part in this process or another. */
export type Measure = (part: PartName, to: string) => Promise<void>;

/**
 * Brings every part up to date.
 * @param folder the gallery's cache
 * @param inputs hashes of everything that a part may look at, besides its own code
 * @param measures as many parts are measured side by side
 * @param before called where a part is not reused
 * @returns what each part's stage left, by its name
 */
export async function measureEvidence(
  context: EvidenceContext,
  folder: string,
  inputs: Readonly<Record<string, string>>,
  measures: readonly Measure[],
  before: BeforePart,
): Promise<ReadonlyMap<string, StageResult>> {
  const results = new Map<PartName, StageResult>();
  const names = PART_NAMES.filter((name) => MEASURES[name].applies(context));
  const waiting = measures.length === 1 ? [...names] : sideBySide(names);
  const worker = async (measure: Measure) => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const part = name;
      const stage = { name, module: MEASURES[name].module, folder, inputs };
      const run = async (to: string) => {
        await before(
          results,
          names.filter((other) => !results.has(other)),
        );
        await measure(part, to);
      };
      results.set(name, await runStage({ ...stage, run }));
    }
  };
  try {
    await Promise.all(measures.map(worker));
  } finally {
    waiting.length = 0;
  }
  return results;
}

/** Measures one part and writes it below a folder. */
export async function measurePart(name: PartName, context: EvidenceContext, to: string): Promise<void> {
  writeFile(join(to, FILE), JSON.stringify(await MEASURES[name].measure(context)));
}

/** @param results as {@link measureEvidence} returned them */
export function gatherEvidence(results: ReadonlyMap<string, StageResult>, cells: number): GatheredEvidence {
  const found = [...results].map(([name, { output }]) => ({ name, ...readJson<Evidence>(join(output, FILE)) }));
  const entries = (of: (evidence: Evidence) => object | null | undefined) =>
    Object.fromEntries(found.map((part) => [part.name, of(part)] as const).filter(([, evidence]) => evidence != null));
  return {
    ofGallery: entries(({ gallery }) => gallery) as GalleryEvidence,
    ofCells: Array.from({ length: cells }, (_, cell) => entries((part) => part.cells[cell]) as CellEvidence),
  };
}
