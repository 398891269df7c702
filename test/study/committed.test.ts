import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { studySchema } from '../../pipeline/contract/study.ts';

const folder = new URL('../../content/studies/', import.meta.url);
const studies = readdirSync(folder).filter((name) => name.endsWith('.json'));

it.each(studies)('the study %s, which took hours, is one that the build still reads', (name) => {
  const study = studySchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  expect(`${study.gallery}.json`).toBe(name);
});
