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

/** Called before a part is measured. @param pending that part and all that come after it */
export type BeforePart = (measured: ReadonlyMap<string, StageResult>, pending: readonly PartName[]) => Promise<void>;

/**
 * Brings every part up to date.
 * @param folder the gallery's cache
 * @param inputs hashes of everything that a part may look at, besides its own code
 * @param before called where a part is not reused
 * @returns what each part's stage left, by its name
 */
export async function measureEvidence(
  context: EvidenceContext,
  folder: string,
  inputs: Readonly<Record<string, string>>,
  before: BeforePart,
): Promise<ReadonlyMap<string, StageResult>> {
  const results = new Map<string, StageResult>();
  const names = PART_NAMES.filter((name) => MEASURES[name].applies(context));
  for (const [index, name] of names.entries()) {
    const { module, measure } = MEASURES[name];
    const result = await runStage({
      name,
      module,
      folder,
      inputs,
      async run(to) {
        await before(results, names.slice(index));
        writeFile(join(to, FILE), JSON.stringify(await measure(context)));
      },
    });
    results.set(name, result);
  }
  return results;
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
