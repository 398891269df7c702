// An HDF5 file's strings and numbers, read and written by the HDF5 library in a thread of its own: a damaged file can
// make the library stop, loop or ask for memory without end, and then the thread is given up and nothing else.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../../base/errors.ts';
import { besideModule } from '../../../base/module-address.ts';
import { checkStructure } from './hdf5-structure.ts';
import type { Hdf5Content, Reply, Request } from './hdf5-thread.ts';

export type { Attributes, Hdf5Content, StoredArray } from './hdf5-thread.ts';

/** It stands at the beginning, or behind a user's own block of one of these lengths. */
const OFFSETS = [0, 512, 1024, 2048];
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const DAMAGED = 'The file is damaged or cut off: save or fetch it again.';
/** A thread whose memory has grown beyond this many bytes is not kept for the next file. */
const KEPT_HEAP = 2 ** 27;

let kept: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Milliseconds: far more than the library takes for a file of this size that is whole. */
const patience = (bytes: number) => 5_000 + Math.round(bytes / 10_000);

async function startThread(): Promise<Worker> {
  const worker = new Worker(besideModule(import.meta.url, 'hdf5-thread'));
  // Its first message says that the library is there, which is not to count as time for a file.
  await once(worker, 'message');
  return worker;
}

async function exchange(request: Request, limit: number): Promise<Reply> {
  kept ??= await startThread();
  const worker = kept;
  worker.ref();
  let reply: Reply;
  try {
    worker.postMessage(request);
    [reply] = (await once(worker, 'message', { signal: AbortSignal.timeout(limit) })) as [Reply];
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'AbortError';
    const why = timedOut ? `reading it takes longer than ${Math.round(limit / 1000)} s` : String(error);
    reply = { kind: 'refused', why, dead: true, heap: 0 };
  }
  worker.unref();
  if ((reply.kind === 'refused' && reply.dead) || reply.heap > KEPT_HEAP) {
    kept = undefined;
    await worker.terminate();
  }
  return reply;
}

/** One request after the other: the thread has one library. */
function ask(request: Request, limit: number): Promise<Reply> {
  const reply = last.then(() => exchange(request, limit));
  last = reply.catch(() => undefined);
  return reply;
}

/**
 * @param bytes the whole file
 * @param file for messages
 * @param numbers whether arrays of every kind of number are wanted, as float32, and not those alone that weights are of
 * @throws {InputError} no HDF5 file, or one that the library cannot read within the time and memory allowed
 */
export async function decodeHdf5(bytes: Uint8Array, file: string, numbers = false): Promise<Hdf5Content> {
  const start = OFFSETS.find((offset) => SIGNATURE.every((byte, index) => bytes[offset + index] === byte));
  if (start === undefined) {
    const fix = 'The file is of another kind than its name says, or its beginning is lost: save or fetch it again.';
    throw new InputError('It does not begin as an HDF5 file does.', { file }, fix);
  }
  try {
    checkStructure(bytes, start);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), file);
  }
  const reply = await ask({ kind: 'decode', bytes, ...(numbers ? { numbers } : {}) }, patience(bytes.length));
  if (reply.kind === 'decoded') return reply.content;
  throw unreadable(reply.kind === 'refused' ? reply.why : 'no answer', file);
}

const unreadable = (why: string, file: string) =>
  new InputError(`It cannot be read as HDF5: ${why}.`, { file }, DAMAGED);

/** @returns a whole file; equal content need not give equal bytes, for the format dates its groups */
export async function encodeHdf5(content: Hdf5Content): Promise<Uint8Array> {
  const size = [...content.arrays.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const reply = await ask({ kind: 'encode', content }, patience(size));
  if (reply.kind === 'encoded') return reply.bytes;
  throw new Error(reply.kind === 'refused' ? reply.why : 'no answer');
}
