// Where this package lies, whether its sources run as they are or were compiled and installed.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

const file = findPackageJSON(import.meta.url)!;

/** The folder of package.json, which holds the site's sources too. */
export const PACKAGE_ROOT = dirname(file);

type Versions = Readonly<Record<string, string>>;
const { version, dependencies, optionalDependencies, peerDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
  version: string;
  dependencies: Versions;
  optionalDependencies?: Versions;
  peerDependencies?: Versions;
};

/** Of each package that this one runs on, or can run on, the version that it is pinned to. */
export const PINNED: Versions = { ...dependencies, ...optionalDependencies, ...peerDependencies };

export const VERSION = version;

/** What decides the digits of a result besides the inputs: this package, what runs it, and what computes. */
export const VERSIONS: Readonly<Record<string, string>> = {
  cellarium: version,
  node: process.versions.node,
  // The native package and the one in WebAssembly are of one version, which a test sees to.
  onnxruntime: PINNED['onnxruntime-web'] ?? 'unknown',
};

// Where everything lies that can be made anew, below the folder that the command is run in.

/** A benchmark moves it, so that it finds nothing made before. */
export const CACHE = process.env.CELLARIUM_CACHE ?? join('.cellarium', 'cache');
