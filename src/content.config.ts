// What a person wrote, by Astro's own loader: prose and titles only. Numbers come from lib/artifacts.ts.

import { defineCollection } from 'astro:content';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

const own = resolve(process.env.CELLARIUM_CONTENT ?? 'content');

/** The Markdown files of one folder; of hypotheses that nobody wrote, those that come with this package. */
function proseOf(folder: string) {
  const base = existsSync(join(own, folder)) ? own : resolve('content');
  return defineCollection({
    loader: glob({ pattern: `${folder}/**/*.md`, base, generateId: ({ entry }) => entry.replace(/\.md$/, '') }),
    schema: z.looseObject({ title: z.string().optional() }),
  });
}

export const collections = {
  galleries: proseOf('galleries'),
  notes: proseOf('notes'),
  hypotheses: proseOf('hypotheses'),
  'series-hypotheses': proseOf('series-hypotheses'),
};
