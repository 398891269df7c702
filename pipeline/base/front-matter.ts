import type { z } from 'zod';
import { InputError } from './errors.ts';
import { parseYaml } from './yaml.ts';

/** YAML between two lines of three hyphens, at the start of the file. */
const FRONT_MATTER = /^(\uFEFF?---[ \t]*\r?\n)([\s\S]*?)^---[ \t]*\r?(?:\n|$(?![\s\S]))/m;

/**
 * Splits a Markdown file into its front matter, checked by `schema`, and its body. Pure: runs in a browser too.
 * @param source the file's whole text
 * @param file its path, for messages
 * @param schema should be a `z.strictObject`, so that a mistyped key is noticed
 * @throws {InputError} with file, line and column: no front matter, broken YAML, missing or unknown key, wrong type
 */
export function parseFrontMatter<S extends z.ZodType>(
  source: string,
  file: string,
  schema: S,
): { data: z.infer<S>; body: string } {
  const match = FRONT_MATTER.exec(source);
  if (match === null || match.index !== 0) {
    throw new InputError(
      'The file has no front matter.',
      { file, line: 1, column: 1 },
      'Begin it with a line "---", then "key: value" lines, then another line "---".',
    );
  }
  const [whole, opening, text] = match as unknown as [string, string, string];
  const data = parseYaml({ source, start: opening.length, text, file }, schema);
  return { data, body: source.slice(whole.length).replace(/^(?:\r?\n)+/, '') };
}
