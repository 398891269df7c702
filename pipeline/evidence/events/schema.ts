// What a cell's signals do around the places where its best hypothesis begins and ends, and the figures of that.
import { z } from 'zod';
import type { Figures } from '../../base/figures.ts';
import { count, signal, slug } from '../../base/schemas.ts';

const around = z.object({
  /** A span's first character, its last one, the only one where none is longer, or the first one after a real-valued label has fallen back. */
  kind: z.enum(['onset', 'end', 'only', 'fall']),
  /** How many there are on the held-out text, and how many of its blocks have one. */
  events: count,
  blocks: count,
  signals: z.array(
    z.object({
      signal,
      /** Mean over the events at each step from `reach` before to `reach` after; null where no event has that step. */
      mean: z.array(z.number().nullable()),
      /** Half of the 95% interval around it; null where too few blocks tell. */
      half: z.array(z.number().nullable()),
    }),
  ),
});

export const eventsSchema = z.object({
  hypothesis: slug,
  /** Steps before and after each event. */
  reach: count,
  /** Of the spans that begin on the held-out text, in steps; null where the label is real-valued. */
  medianLength: z.number().nullable(),
  /** Of each signal over all of the held-out sample; of c, as everywhere here, the tanh. */
  overall: z.array(z.object({ signal, mean: z.number() })),
  moments: z.array(around),
});
export type EventAverages = z.infer<typeof eventsSchema>;

/** What the figure is called where it is downloaded. */
export const figureName = (kind: EventAverages['moments'][number]['kind']): string =>
  kind === 'only' ? 'around the label' : `around the ${kind}`;

export function eventFigures({ moments, reach }: EventAverages): Figures {
  const figures = moments.map(({ kind, signals }) => {
    const points = signals.flatMap(({ signal: series, mean, half }) =>
      mean.flatMap((y, at) => {
        if (y === null) return [];
        const around = half[at] ?? null;
        return [{ series, x: at - reach, y, ...(around === null ? {} : { low: y - around, high: y + around }) }];
      }),
    );
    return [figureName(kind), points] as const;
  });
  return Object.fromEntries(figures);
}
