import type { z } from 'zod';
import { InputError } from '../errors.ts';
import { readText } from './text.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:,]/g;

/** The first key that an object of a valid JSON text holds twice; `JSON.parse` would silently keep the last. */
export function repeatedKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  let string = '""';
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (token === ':') {
      const key = JSON.parse(string) as string;
      const keys = objects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    } else string = token;
  }
  return undefined;
}

/**
 * Reads a JSON file of a known form.
 * @param fix what to do about one of another form
 * @throws {InputError} a file that is not there, no JSON, or of another form; a key that is there twice
 */
export function readJson<T>(path: string, schema: z.ZodType<T>, fix: string): T {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`It is no JSON: ${error instanceof Error ? error.message : error}.`, { file: path }, fix);
  }
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
