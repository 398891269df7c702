// YAML that a person wrote, checked by a zod schema, each fault placed on its line and column.
// Pure: runs in a browser too.
import { type Document, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { InputError, type Place } from './errors.ts';
import { suggestNames } from './suggest.ts';

/** A piece of a file: `text` starts at the UTF-16 offset `start` of `source`. */
export interface Excerpt {
  readonly source: string;
  readonly start: number;
  readonly text: string;
  /** The file's path, as messages name it. */
  readonly file: string;
}

/** The line and column of a UTF-16 offset, both from 1, columns in code points. */
export function placeOf(source: string, offset: number, file: string): Place {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { file, line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
}

/**
 * Reads a YAML document whose top level is a map.
 * @throws {InputError} broken YAML, a missing or unknown key, a value of the wrong type
 */
export function parseYaml<S extends z.ZodType>(excerpt: Excerpt, schema: S): z.infer<S> {
  const { source, start, text, file } = excerpt;
  const at = (offset: number) => placeOf(source, start + offset, file);
  // The library compares each key of a map with all others, and looks for what an alias means from the beginning.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new InputError(`Broken YAML: ${broken.message}.`, at(broken.pos[0]), 'Correct it at this place.');
  }
  checkNodes(document, at);
  const result = schema.safeParse(toValue(document, at(0)));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = at(offsetOf(document, issue));
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys as [string];
    throw new InputError(`Unknown key "${key}".`, place, suggestNames(key, keysAt(schema, issue.path)));
  }
  if (name !== '' && !document.hasIn(issue.path)) {
    throw new InputError(`The key "${name}" is missing.`, place, `Add "${String(issue.path.at(-1))}:" with its value.`);
  }
  const message = `${issue.message.replace(/\.$/, '')}.`;
  throw new InputError(name === '' ? message : `"${name}": ${message}`, place, 'Correct the value.');
}

const MOST_ALIASES = 100;

/** @throws {InputError} a key that a map has twice; more aliases than a person writes */
function checkNodes(document: Document.Parsed, at: (offset: number) => Place): void {
  let aliases = 0;
  visit(document, {
    Alias(_, { range }) {
      aliases += 1;
      if (aliases <= MOST_ALIASES) return;
      const fix = 'Write the values out instead of using aliases.';
      throw new InputError(`It has more than ${MOST_ALIASES} aliases.`, at(range?.[0] ?? 0), fix);
    },
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (keys.has(key.value)) {
          throw new InputError('Broken YAML: Map keys must be unique.', at(offset), 'Correct it at this place.');
        }
        keys.add(key.value);
      }
    },
  });
}

function toValue(document: Document.Parsed, place: Place): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new InputError(`Broken YAML: ${String(error)}.`, place, 'Write the values out instead of using aliases.');
  }
}

/** The keys that a schema knows at a path; none where it is not an object. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [];
  const [first, ...rest] = path;
  return first === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(first)], rest);
}

/** Where in the YAML an issue lies: the unknown key, the wrong value, or the map that lacks a key. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  if (issue.code === 'unrecognized_keys') {
    const map = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    const pair = isMap(map) && map.items.find(({ key }) => String(key) === issue.keys[0]);
    if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let path = issue.path; path.length > 0; path = path.slice(0, -1)) {
    const node = document.getIn(path, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return document.contents?.range[0] ?? 0;
}
