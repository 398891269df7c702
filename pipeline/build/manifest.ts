// What is written down of a stage that ran to its end: from which inputs, and which files it made. A stage is a folder,
// its home, with `manifest.json` and `files/`.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { explainingFailure, readBytes } from '../files/files.ts';
import { hashContent, hashFile, listFiles } from '../files/hash.ts';

/** Raised when manifests of before can no longer be trusted. */
const FORMAT = 1;

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  inputs: z.record(z.string(), z.string()),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().nonnegative() })),
  /** Of the names and bytes of all files. */
  hash: z.string(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestPath = (home: string) => join(home, 'manifest.json');

/** The folder of the files that a stage made. */
export const filesOf = (home: string) => join(home, 'files');

/** Describes the files below a folder. */
export function manifestOf(files: string, inputs: Manifest['inputs']): Manifest {
  const paths = listFiles(files);
  const hash = hashContent(JSON.stringify(paths.map((path) => [path, hashFile(join(files, path))])));
  const sizes = paths.map((path) => ({ path, bytes: statSync(join(files, path)).size }));
  return { format: FORMAT, inputs: { ...inputs }, files: sizes, hash };
}

/** The manifest of a stage that ran to its end, or why there is none. */
export function readManifest(home: string): Manifest | string {
  if (!existsSync(home)) return 'first run';
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(readBytes(manifestPath(home)))));
  } catch {
    return 'its manifest is damaged';
  }
}

/** Which file is not there at its length, in words. Told from the lengths alone, for every build asks this of every stage. */
export function missingFile({ files }: Manifest, home: string): string | undefined {
  const output = filesOf(home);
  const sizeOf = (path: string) => statSync(join(output, path), { throwIfNoEntry: false })?.size;
  const damaged = files.find(({ path, bytes }) => sizeOf(path) !== bytes);
  if (damaged === undefined) return undefined;
  return `${damaged.path} is ${existsSync(join(output, damaged.path)) ? 'damaged' : 'missing'}`;
}

/** The manifest of a stage all of whose bytes are as it says, or what is wrong with it, in words. */
export function verifiedManifest(home: string): Manifest | string {
  const manifest = readManifest(home);
  if (typeof manifest === 'string') return manifest;
  const missing = missingFile(manifest, home);
  if (missing !== undefined) return missing;
  return explainingFailure('read', home, () => {
    const found = manifestOf(filesOf(home), manifest.inputs);
    const known = new Set(manifest.files.map(({ path }) => path));
    const other = found.files.find(({ path }) => !known.has(path));
    if (other !== undefined) return `${other.path} is not in its manifest`;
    const isWhole = found.hash === manifest.hash && found.files.length === manifest.files.length;
    return isWhole ? manifest : 'its bytes are not those of its manifest';
  });
}
