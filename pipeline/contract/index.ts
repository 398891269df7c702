// The contract between the pipeline, which writes public/data, and the site, which draws it.
// Numbers and text, never colours. Every position is a code point of the text as it was prepared.
import { z } from 'zod';
import { cellSchema, cellsSchema, sizesSchema } from './cells.ts';
import { gallerySchema } from './gallery.ts';
import { hypothesesSchema } from './hypotheses.ts';

export type { RuleNode } from '../evidence/description/schema.ts';
export { type CellEvidence, type GalleryEvidence, PART_NAMES } from '../evidence/parts.ts';
export {
  type Cell,
  type CellSummary,
  cellSchema,
  cellSummarySchema,
  cellsSchema,
  type ExcerptKind,
  SCORES_FORMAT,
  type Score,
  type Sizes,
  scoreSchema,
  scoresSchema,
  sizesSchema,
} from './cells.ts';
export { FORMAT } from './common.ts';
export { type Gallery, gallerySchema } from './gallery.ts';
export { type Hypothesis, hypothesesSchema, hypothesisSchema } from './hypotheses.ts';
export type { Live, Model } from './model.ts';

/** The contract as JSON Schema, by the kind of file, for readers in other languages. */
export function describeContract(): Record<string, unknown> {
  const kinds = {
    gallery: gallerySchema,
    cells: cellsSchema,
    hypotheses: hypothesesSchema,
    cell: cellSchema,
    sizes: sizesSchema,
  };
  return Object.fromEntries(Object.entries(kinds).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
}
