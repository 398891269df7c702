// What a visitor's browser needs to run the network itself.
import { z } from 'zod';
import { architectureSchema } from './architecture.ts';
import { count, sideFile } from './common.ts';

export const liveSchema = z.object({
  /** As `lstm/packed.ts` packs them: 8 bits a weight. */
  weights: sideFile,
  architecture: architectureSchema,
  /** How well its signals go along with those of the whole network. */
  agreement: z.object({
    /** Characters that both have read. */
    characters: count,
    /** So many cells of each hypothesis, by the signal that follows it best. */
    best: count,
    /** Different ones among these. */
    signals: count,
    /** Pearson's, of the signal that agrees least. */
    leastCorrelation: z.number().min(-1).max(1),
  }),
});
export type Live = z.infer<typeof liveSchema>;
