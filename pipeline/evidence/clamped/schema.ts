// How a network goes on after a text as it is, and with one cell clamped: what a cell's page shows side by side.
import { z } from 'zod';
import type { Figures } from '../../base/figures.ts';
import { count, share } from '../../base/schemas.ts';

export const clampedSchema = z.object({
  /** What h of the cell is clamped at: near the end of its own range, on the side of its best hypothesis. */
  value: z.number().min(-1).max(1),
  /** What both go on from, and its step from which the cell is clamped. */
  text: z.string(),
  from: count,
  /** Both are drawn with the same seed. */
  seed: z.int(),
  temperature: z.number(),
  /** What each writes, equally long. */
  free: z.string(),
  held: z.string(),
  /** h of the free cell at every character of `text` and then of `free`, a byte each over the domain of h, in base64. */
  h: z.base64(),
  /** Of the characters that are likeliest after `text` under either, the probabilities under both. */
  next: z.array(z.object({ character: z.string(), free: share, held: share })),
});
export type CellClamped = z.infer<typeof clampedSchema>;

export function clampedFigures({ next }: CellClamped): Figures {
  const series = (name: 'free' | 'held') =>
    next.map(({ character, ...probability }) => ({ series: name, x: character, y: probability[name] }));
  return { 'expected next': [...series('free'), ...series('held')] };
}
