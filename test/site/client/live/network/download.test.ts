import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { download } from '../../../../../src/client/live/network/download.ts';

const CONTENT = Uint8Array.from({ length: 5000 }, (_, k) => k % 251);
const source = { address: 'https://example.org/network.bin', bytes: CONTENT.length, version: 'abc' };
const whole = (): Response => new Response(CONTENT);

/** The part of Cache Storage that is used, in a map. */
class FakeCache {
  readonly kept = new Map<string, Response>();
  match = async (key: string): Promise<Response | undefined> => this.kept.get(key)?.clone();
  put = async (key: string, response: Response): Promise<void> => void this.kept.set(key, response);
  keys = async (): Promise<{ url: string }[]> => Array.from(this.kept.keys(), (url) => ({ url }));
  delete = async (url: string): Promise<boolean> => this.kept.delete(url);
}

let cache: FakeCache;
let asked: string[];

/** The server's answers in turn; the last again and again. */
function serve(...answers: (() => Response)[]): void {
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return (answers.length > 1 ? answers.shift()! : answers[0]!)();
  });
}

beforeEach(() => {
  cache = new FakeCache();
  asked = [];
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

describe('a download', () => {
  it('is whole, tells how far it is, and is fetched only once', async () => {
    serve(whole);
    const loaded: number[] = [];
    expect(await download(source, (bytes) => loaded.push(bytes), 0)).toEqual(CONTENT);
    expect(loaded.at(-1)).toBe(CONTENT.length);
    expect(await download(source, () => {}, 0)).toEqual(CONTENT);
    expect(asked).toEqual(['https://example.org/network.bin?version=abc']);
  });

  it('is fetched anew for another version, which takes the place of the old one', async () => {
    serve(whole);
    await download(source, () => {}, 0);
    await download({ ...source, version: 'def' }, () => {}, 0);
    expect(asked).toHaveLength(2);
    expect([...cache.kept.keys()]).toEqual(['https://example.org/network.bin?version=def']);
  });

  it('is tried again after a failure and after half a file', async () => {
    serve(
      () => new Response('', { status: 503 }),
      () => new Response(CONTENT.subarray(0, 2000)),
      whole,
    );
    expect(await download(source, () => {}, 0)).toEqual(CONTENT);
    expect(asked).toHaveLength(3);
  });

  it('gives up after three tries and says what was wrong', async () => {
    serve(() => new Response('', { status: 404 }));
    await expect(download(source, () => {}, 0)).rejects.toThrow('the server answered 404');
    expect(asked).toHaveLength(3);
    serve(() => new Response(CONTENT.subarray(0, 2000)));
    await expect(download(source, () => {}, 0)).rejects.toThrow(/broke off/);
    serve(() => new Response(new Uint8Array(6000)));
    await expect(download(source, () => {}, 0)).rejects.toThrow(/more than its 5000 bytes/);
    expect(cache.kept.size).toBe(0);
  });

  it('does not trust what was kept if it has another size', async () => {
    cache.kept.set('https://example.org/network.bin?version=abc', new Response(CONTENT.subarray(1)));
    serve(whole);
    expect(await download(source, () => {}, 0)).toEqual(CONTENT);
    expect(asked).toHaveLength(1);
  });

  it('works where nothing can be kept', async () => {
    vi.stubGlobal('caches', undefined);
    serve(whole);
    expect(await download(source, () => {}, 0)).toEqual(CONTENT);
  });
});
