// The evidence beside a cell's scores: a key for each part that was measured. A part's own schema stands in its file.
import { z } from 'zod';
import { competingSchema } from './evidence/competing.ts';

/** Of one cell. */
export const cellEvidenceSchema = z.strictObject({
  competing: competingSchema.optional(),
});
export type CellEvidence = z.infer<typeof cellEvidenceSchema>;

/** Of all cells together. */
export const galleryEvidenceSchema = z.strictObject({});
export type GalleryEvidence = z.infer<typeof galleryEvidenceSchema>;
