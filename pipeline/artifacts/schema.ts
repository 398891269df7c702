// The contract between the pipeline, which writes public/data, and the site, which draws it.
// Numbers and text, never colours. Every position is a code point of the cleaned text.
import { z } from 'zod';
import { cellSchema, cellsSchema } from './schema/cells.ts';
import { gallerySchema } from './schema/gallery.ts';
import { heuristicsSchema } from './schema/heuristics.ts';

export {
  type Cell,
  type CellSummary,
  cellSchema,
  cellSummarySchema,
  cellsSchema,
  type ExcerptKind,
} from './schema/cells.ts';
export { cellId, type Domains, domainsSchema, FORMAT, type Split, slug } from './schema/common.ts';
export type { RuleNode } from './schema/evidence/description.ts';
export type { CellEvidence, GalleryEvidence } from './schema/evidence.ts';
export { type Gallery, gallerySchema } from './schema/gallery.ts';
export { type Heuristic, heuristicSchema, heuristicsSchema } from './schema/heuristics.ts';
export type { Live } from './schema/live.ts';
export type { Model } from './schema/model.ts';
export { type Score, scoreSchema, scoresSchema } from './schema/scores.ts';

/** The contract as JSON Schema, by the kind of file, for readers in other languages. */
export function describeContract(): Record<string, unknown> {
  const kinds = { gallery: gallerySchema, cells: cellsSchema, heuristics: heuristicsSchema, cell: cellSchema };
  return Object.fromEntries(Object.entries(kinds).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
}
