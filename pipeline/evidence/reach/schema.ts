// How far back the output of a cell reaches, and the figure of it.
import { z } from 'zod';
import type { Figures } from '../../base/figures.ts';
import { count, share } from '../../base/schemas.ts';

/** Numbers of steps that are read, rising; with none of them everything is lost. */
export const KNOWN = [0, 1, 2, 4, 8, 16, 20, 32, 64, 128] as const;
/** Of these the one that tells who reaches far: about as many steps as the best prediction of a label is given. */
export const FAR = 20;

/** A share for each of {@link KNOWN}. */
const curve = z.array(share).length(KNOWN.length);

const steps = z.number().nonnegative().nullable();

/** Cells that need more than {@link FAR} steps for so much of their variance, of those whose h varies at all. */
const far = z.object({ half: count, nineTenths: count, of: count });

/** Of one cell. */
export const reachSchema = z.object({
  /** The share of the variance of its h that is lost where only so many steps are read. */
  lost: curve,
  /** Steps from which on so much of the variance is there; null where that takes more than the most that are read. */
  half: steps,
  nineTenths: steps,
});
export type CellReach = z.infer<typeof reachSchema>;

/** What all cells share. */
export const galleryReachSchema = z.object({
  /** Positions that the shares are over. */
  positions: count,
  far,
  /** The same of untrained twins. */
  untrained: z.object({
    twins: count,
    far,
    /** Of all their cells, one number of steps at a time: what the median cell has lost, and the one that has lost most. */
    median: curve,
    most: curve,
  }),
});
export type GalleryReach = z.infer<typeof galleryReachSchema>;

export function reachFigures({ lost }: CellReach): Figures {
  return { reach: lost.map((y, k) => ({ series: 'share of the variance lost', x: KNOWN[k]!, y })) };
}
