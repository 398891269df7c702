// The evidence beside a cell's scores: a key for each part that was measured. A part's own schema stands in its file.
import { z } from 'zod';
import { ablationSampleSchema, ablationSchema } from './evidence/ablation.ts';
import { competingSchema } from './evidence/competing.ts';
import { contributionSchema } from './evidence/contribution.ts';
import { descriptionSchema } from './evidence/description.ts';
import { eventsSchema } from './evidence/events.ts';
import { halfLifeSchema } from './evidence/half-life.ts';
import { cellMapSchema, galleryMapSchema } from './evidence/map.ts';
import { wiringSchema } from './evidence/wiring.ts';

/** Of one cell. */
export const cellEvidenceSchema = z.strictObject({
  ablation: ablationSchema.optional(),
  competing: competingSchema.optional(),
  contribution: contributionSchema.optional(),
  description: descriptionSchema.optional(),
  events: eventsSchema.optional(),
  halfLife: halfLifeSchema.optional(),
  map: cellMapSchema.optional(),
  wiring: wiringSchema.optional(),
});
export type CellEvidence = z.infer<typeof cellEvidenceSchema>;

/** Of all cells together. */
export const galleryEvidenceSchema = z.strictObject({
  ablation: ablationSampleSchema.optional(),
  map: galleryMapSchema.optional(),
});
export type GalleryEvidence = z.infer<typeof galleryEvidenceSchema>;
