import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gatherEvidence } from '../../pipeline/build/stages/evidence.ts';
import { MEASURES } from '../../pipeline/evidence/measures.ts';
import { PART_NAMES } from '../../pipeline/evidence/parts.ts';
import { codeHash } from '../../pipeline/files/code.ts';

it('gathers what each part says of a cell, and leaves out a part that says nothing of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  const stage = (name: string, evidence: object) => {
    const output = join(folder, name);
    mkdirSync(output);
    writeFileSync(join(output, 'evidence.json'), JSON.stringify(evidence));
    return [name, { output, ran: true, hash: name }] as const;
  };
  const results = new Map([
    stage('first', { cells: [{ a: 1 }, null, { a: 3 }], gallery: { total: 4 } }),
    stage('second', { cells: [null, null, { b: 5 }] }),
  ]);
  expect(gatherEvidence(results, 3)).toEqual({
    ofGallery: { first: { total: 4 } },
    ofCells: [{ first: { a: 1 } }, {}, { first: { a: 3 }, second: { b: 5 } }],
  });
});

it('has parts that are each measured by a file of its own, in the order in which pages draw them', () => {
  const measures = Object.values(MEASURES);
  expect(new Set(measures.map(({ module }) => codeHash(module))).size).toBe(measures.length);
  expect(Object.keys(MEASURES)).toEqual(PART_NAMES);
});

it('has a component for each part, and each component is of a part', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src/components/evidence'));
  const components = files.filter((file) => file.endsWith('.astro'));
  const named = PART_NAMES.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}.astro`);
  expect(components.sort()).toEqual(named.sort());
});
