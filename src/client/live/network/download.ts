// Fetches a network's weights: with progress, more than once where the connection fails, and never again once they are here.

const CACHE = 'cellarium-networks';
/** Times that it is tried, and milliseconds before the second, which double with each. */
const TRIES = 3;
const PAUSE = 1000;

export interface Source {
  readonly address: string;
  /** True size of the file. */
  readonly bytes: number;
  /** Tells one file of this address from a later one. */
  readonly version: string;
}

/** Storage may be forbidden or full, and is not there on an insecure origin: then the weights are fetched each time. */
async function openCache(): Promise<Cache | null> {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

async function cached(cache: Cache | null, key: string, bytes: number): Promise<Uint8Array | null> {
  const response = await cache?.match(key).catch(() => undefined);
  if (response === undefined) return null;
  const content = new Uint8Array(await response.arrayBuffer());
  return content.length === bytes ? content : null;
}

/** Keeps one version of a file, the latest. */
async function keep(cache: Cache | null, { address }: Source, key: string, content: Uint8Array<ArrayBuffer>) {
  try {
    for (const { url } of (await cache?.keys()) ?? []) {
      if (url.startsWith(`${new URL(address, url).href}?`)) await cache?.delete(url);
    }
    await cache?.put(key, new Response(content));
  } catch {
    // Nothing is lost but the memory.
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** @throws Error where the file is not there, not whole, or not of its size; it says which */
async function fetchOnce(key: string, bytes: number, progress: (loaded: number) => void) {
  const response = await fetch(key);
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const content = new Uint8Array(bytes);
  const reader = response.body.getReader();
  let loaded = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (loaded + part.value.length > bytes) {
      await reader.cancel();
      throw new Error(`the file has more than its ${bytes} bytes`);
    }
    content.set(part.value, loaded);
    loaded += part.value.length;
    progress(loaded);
  }
  if (loaded === bytes) return content;
  throw new Error(`the file broke off after ${megabytes(loaded)} of ${megabytes(bytes)} MB`);
}

/**
 * The whole file.
 * @param progress is told how many bytes are here
 * @param pause milliseconds before the second try
 * @throws Error with the last failure's reason, when all tries have failed
 */
export async function download(source: Source, progress: (loaded: number) => void, pause = PAUSE): Promise<Uint8Array> {
  const key = `${source.address}?${new URLSearchParams({ version: source.version })}`;
  const cache = await openCache();
  const known = await cached(cache, key, source.bytes);
  if (known !== null) return known;
  for (let tried = 1; ; tried++) {
    try {
      const content = await fetchOnce(key, source.bytes, progress);
      await keep(cache, source, key, content);
      return content;
    } catch (error) {
      if (tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (tried - 1)));
    }
  }
}
