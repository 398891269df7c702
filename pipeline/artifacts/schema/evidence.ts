// The evidence beside a cell's scores: a key for each part that was measured. A part's own schema stands in its file.
import { z } from 'zod';
import { competingSchema } from './evidence/competing.ts';
import { descriptionSchema } from './evidence/description.ts';
import { eventsSchema } from './evidence/events.ts';
import { halfLifeSchema } from './evidence/half-life.ts';

/** Of one cell. */
export const cellEvidenceSchema = z.strictObject({
  competing: competingSchema.optional(),
  description: descriptionSchema.optional(),
  events: eventsSchema.optional(),
  halfLife: halfLifeSchema.optional(),
});
export type CellEvidence = z.infer<typeof cellEvidenceSchema>;

/** Of all cells together. */
export const galleryEvidenceSchema = z.strictObject({});
export type GalleryEvidence = z.infer<typeof galleryEvidenceSchema>;
