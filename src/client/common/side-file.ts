// The side files of a page, each fetched once, when a visitor first asks for what is in it.

const files = new Map<string, Promise<Uint8Array>>();

/** @throws Error where the file cannot be had; it is fetched anew when it is next asked for */
export function fetchSideFile(source: string): Promise<Uint8Array> {
  const known = files.get(source);
  if (known !== undefined) return known;
  const file = fetch(source).then(async (response) => {
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  });
  files.set(source, file);
  file.catch(() => files.delete(source));
  return file;
}
