// Before the first test and after the last: the folder in which the sites of this run lie, each built once by whoever
// needs it first.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    sites: string;
  }
}

export default function setup(project: TestProject): () => void {
  // Inside the project, where Astro keeps what it is building beside the output: two builds never meet.
  const workshop = fileURLToPath(new URL('../../.cellarium', import.meta.url));
  mkdirSync(workshop, { recursive: true });
  const sites = mkdtempSync(join(workshop, 'sites-'));
  project.provide('sites', sites);
  return () => rmSync(sites, { recursive: true, force: true });
}
