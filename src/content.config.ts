// What a person wrote, as one collection of Astro's: prose and titles only. Numbers come from lib/artifacts.ts.

import { defineCollection } from 'astro:content';
import { resolve } from 'node:path';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

export const collections = {
  prose: defineCollection({
    loader: glob({
      pattern: '{galleries,heuristics,series-heuristics,notes}/**/*.md',
      base: resolve(process.env.CELLARIUM_CONTENT ?? 'content'),
      generateId: ({ entry }) => entry.replace(/\.md$/, ''),
    }),
    schema: z.looseObject({ title: z.string().optional() }),
  }),
};
