// What a person wrote, by Astro's own loader: prose and titles only. Numbers come from lib/artifacts.ts.
import { defineCollection } from 'astro:content';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

const own = resolve(process.env.CELLARIUM_CONTENT ?? 'content');

/** The Markdown files of one folder, or of what it was called once; of hypotheses that nobody wrote, those that come with this package. */
function proseOf(folder: string, former = folder) {
  const found = [folder, former].find((name) => existsSync(join(own, name)));
  const generateId = ({ entry }: { entry: string }) => entry.replace(/^[^/]+/, folder).replace(/\.md$/, '');
  return defineCollection({
    loader: glob({ pattern: `${found ?? folder}/**/*.md`, base: found ? own : resolve('content'), generateId }),
    schema: z.looseObject({ title: z.string().optional() }),
  });
}

export const collections = {
  galleries: proseOf('galleries'),
  notes: proseOf('notes'),
  hypotheses: proseOf('hypotheses', 'heuristics'),
  'series-hypotheses': proseOf('series-hypotheses', 'series-heuristics'),
};
