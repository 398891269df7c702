// What every file of the artifacts has.
import { z } from 'zod';
import { count } from '../base/schemas.ts';

/** Raised whenever a reader of the old files would misread the new ones. */
export const FORMAT = 4;

export const format = z.literal(FORMAT);

/** A file of bytes that belongs to an artifact: its path below the gallery's folder and its true size. */
export const sideFile = z.object({ path: z.string(), bytes: count });

/** Cells by strength in equal bins over [0, 1]: of the model, of its twin, and of a network trained on shuffled text. */
export const spread = z.object({
  model: z.array(count),
  untrained: z.array(count),
  /** Null where no study trained one. */
  shuffled: z.array(count).nullable(),
});
