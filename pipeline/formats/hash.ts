import { createHash } from 'node:crypto';
import { readBytes } from './files.ts';

/** SHA-256 of bytes or text, in hexadecimal. */
export function hashContent(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export function hashFile(path: string): string {
  return hashContent(readBytes(path));
}
