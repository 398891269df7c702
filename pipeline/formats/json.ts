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
