// The evidence beside a cell's scores: a key for each part that was measured. A part's own schema stands in its file.
import type { z } from 'zod';
import { cellEvidenceSchema as parts } from '../evidence/parts.ts';
import { wiringSchema } from '../evidence/wiring/schema.ts';

/** Of one cell. */
export const cellEvidenceSchema = parts.extend({ wiring: wiringSchema.optional() });
export type CellEvidence = z.infer<typeof cellEvidenceSchema>;

export { type GalleryEvidence, galleryEvidenceSchema } from '../evidence/parts.ts';
