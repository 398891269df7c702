// What every file of the artifacts has.
import { z } from 'zod';
import { count, slug } from '../base/schemas.ts';

/** Raised whenever a reader of the old files would misread the new ones. */
export const FORMAT = 4;

export const format = z.literal(FORMAT);

/** A file of bytes that belongs to an artifact: its path below the gallery's folder and its true size. */
export const sideFile = z.object({ path: z.string(), bytes: count });

/** Hypotheses that do not apply to what is read, where all that do are taken; each with why, as what follows on "because". */
export const leftOutSchema = z.array(z.object({ id: slug, title: z.string(), reason: z.string() }));

/** What was found out or guessed of what is read, on which labels rest, in sentences. */
export const remarksSchema = z.array(z.string());

/** Cells by strength in equal bins over [0, 1]: of the model, of its twin, and of a network trained on shuffled text. */
export const spread = z.object({
  model: z.array(count),
  untrained: z.array(count),
  /** Null where no study trained one. */
  shuffled: z.array(count).nullable(),
});
