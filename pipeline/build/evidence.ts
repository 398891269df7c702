// The evidence beside a cell's scores, in parts. Each is a stage of its own, so that a change of one does not measure the
// others anew, and says what it has to say of every cell.
import { join } from 'node:path';
import type { CellEvidence, GalleryEvidence } from '../artifacts/schema.ts';
import { codeHash, runStage, type StageResult } from '../artifacts/stages.ts';
import { readJson, writeFile } from './cache.ts';
import { ablation } from './evidence/ablation.ts';
import { competing } from './evidence/competing.ts';
import type { EvidenceContext } from './evidence/context.ts';
import { contribution } from './evidence/contribution.ts';
import { description } from './evidence/description.ts';
import { events } from './evidence/events.ts';
import { halfLife } from './evidence/half-life.ts';
import { map } from './evidence/map.ts';
import { wiring } from './evidence/wiring.ts';

/** What one part says; the contract checks it against the part's own schema when the artifacts are written. */
export interface Evidence {
  /** For each cell; null for one of which there is nothing to say. */
  readonly cells: readonly (object | null)[];
  /** Of the gallery as a whole. */
  readonly gallery?: object;
}

export interface EvidencePart {
  /** Of its stage, and its key in a cell's artifact and in the gallery's. */
  readonly name: string;
  /** The code that it runs, below pipeline/, besides that of the network's mathematics: folders or files. */
  readonly code: readonly string[];
  /** Whether it makes sense for this gallery. */
  applies(context: EvidenceContext): boolean;
  measure(context: EvidenceContext): Evidence | Promise<Evidence>;
}

/** All parts, in the order in which they are measured. */
export const PARTS: readonly EvidencePart[] = [
  ablation,
  competing,
  contribution,
  description,
  events,
  halfLife,
  map,
  wiring,
];

/** What the parts found, as the artifacts take it. */
export interface GatheredEvidence {
  readonly ofGallery: GalleryEvidence;
  /** For each cell. */
  readonly ofCells: readonly CellEvidence[];
}

const FILE = 'evidence.json';

/** What every part runs. */
const COMMON_CODE = ['evidence/context.ts', 'foremost.ts', 'groups.ts', 'sampled-signals.ts'].map(
  (file) => `build/${file}`,
);

/**
 * Brings every part up to date.
 * @param folder the gallery's cache
 * @param inputs hashes of everything that a part may look at, besides its own code
 * @returns what each part's stage left, by its name
 */
export async function measureEvidence(
  context: EvidenceContext,
  folder: string,
  inputs: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, StageResult>> {
  const results = new Map<string, StageResult>();
  for (const { name, code, applies, measure } of PARTS) {
    if (!applies(context)) continue;
    const result = await runStage({
      name,
      folder,
      inputs: { ...inputs, code: codeHash(...COMMON_CODE, ...code) },
      run: async (to) => writeFile(join(to, FILE), JSON.stringify(await measure(context))),
    });
    results.set(name, result);
  }
  return results;
}

/** @param results as {@link measureEvidence} returned them */
export function gatherEvidence(results: ReadonlyMap<string, StageResult>, cells: number): GatheredEvidence {
  const found = [...results].map(([name, { output }]) => ({ name, ...readJson<Evidence>(join(output, FILE)) }));
  const entries = <T>(of: (evidence: Evidence) => T | null | undefined) =>
    Object.fromEntries(found.map((part) => [part.name, of(part)] as const).filter(([, said]) => said != null));
  return {
    ofGallery: entries(({ gallery }) => gallery) as GalleryEvidence,
    ofCells: Array.from({ length: cells }, (_, cell) => entries((part) => part.cells[cell]) as CellEvidence),
  };
}
