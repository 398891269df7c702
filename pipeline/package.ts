// Where this package lies, whether its sources run as they are or were compiled and installed.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

const file = findPackageJSON(import.meta.url)!;

/** The folder of package.json, which holds the site's sources too. */
export const PACKAGE_ROOT = dirname(file);

export const { version: VERSION } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
