// Where this package lies, whether its sources run as they are or were compiled and installed.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const file = findPackageJSON(import.meta.url)!;

/** The folder of package.json, which holds the site's sources too. */
export const PACKAGE_ROOT = dirname(file);

const { version, dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
  version: string;
  dependencies: Readonly<Record<string, string>>;
};

export const VERSION = version;

/** What decides the digits of a result besides the inputs: this package, what runs it, and what computes. */
export const VERSIONS: Readonly<Record<string, string>> = {
  cellarium: version,
  node: process.versions.node,
  'onnxruntime-node': dependencies['onnxruntime-node'] ?? 'unknown',
};
