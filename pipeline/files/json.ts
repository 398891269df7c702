import type { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { readText } from './files.ts';

/**
 * The strings of a valid JSON text, and what gives it its form: `{ } [ ] : ,`. Strings are looked through without a
 * pattern, for one of many megabytes overflows what a pattern may remember.
 */
function* tokens(json: string): Generator<string> {
  const next = /["{}[\]:,]/g;
  for (let match = next.exec(json); match !== null; match = next.exec(json)) {
    if (match[0] === '"') {
      const end = endOfString(json, match.index);
      yield json.slice(match.index, end);
      next.lastIndex = end;
    } else yield match[0];
  }
}

/** Behind the quotation mark that ends the string; one behind an odd number of backslashes does not. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

/** The first key that an object of a valid JSON text holds twice; `JSON.parse` would silently keep the last. */
export function repeatedKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  let string = '""';
  for (const token of tokens(json)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (token === ':') {
      const key = JSON.parse(string) as string;
      const keys = objects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    } else if (token.startsWith('"')) string = token;
  }
  return undefined;
}

/** How many objects and lists of a valid JSON text lie in each other at most. */
function nesting(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of tokens(json)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** @param refuse what is thrown at a text that is no JSON, for this reason */
export function parseJson(text: string, refuse: (why: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Bytes of a description: the numbers of a network lie elsewhere. */
const LARGEST = 2 ** 26;

/** Deeper than any file that is read here, and far from where functions that call themselves run out of room. */
const DEEPEST = 200;

/**
 * Reads a JSON file of a known form.
 * @param fix what to do about one of another form
 * @throws {InputError} a file that is not there, no JSON, nested too deeply, or of another form; a key that is there
 *   twice
 */
export function readJson<T>(path: string, schema: z.ZodType<T>, fix: string): T {
  const text = readText(path, { largest: LARGEST });
  const value = parseJson(text, (why) => new InputError(`It is not JSON: ${why}.`, { file: path }, fix));
  const depth = nesting(text);
  if (depth > DEEPEST) throw new InputError(`It is nested ${depth} levels deep.`, { file: path }, fix);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new InputError(`It holds the key "${repeated}" twice.`, { file: path }, fix);
  return parseWith(schema, value, path, fix);
}

/**
 * Checks the form of a value that was read.
 * @throws {InputError} naming what in it is wrong
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, file: string, fix: string, where = ''): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const place = [...(where === '' ? [] : [where]), ...path.map(String)].join('.');
  throw new InputError(`${place === '' ? 'It' : `"${place}"`} is not as it should be: ${message}.`, { file }, fix);
}
