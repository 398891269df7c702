// Loops that need vectors, which JavaScript does not have: WebAssembly, whose sources are the .wat files in kernels/.
import { ASSEMBLED } from './kernels/assembled.ts';

/**
 * A kernel's functions. All their arguments are bytes: addresses in the memory, or strides.
 * @throws WebAssembly.CompileError if vectors are lacking or a page's policy forbids WebAssembly
 */
export function instantiate<Functions>(kernel: keyof typeof ASSEMBLED, memory: WebAssembly.Memory): Functions {
  return instantiateModule(ASSEMBLED[kernel], memory);
}

/** The same of a kernel that is kept elsewhere. @param assembled its bytes in base64 */
export function instantiateModule<Functions>(assembled: string, memory: WebAssembly.Memory): Functions {
  const bytes = Uint8Array.from(atob(assembled), (character) => character.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } }).exports as Functions;
}

const PAGE_BYTES = 65_536;

/** Makes a memory at least so large. Views of it made before are of no use any more. */
export function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}
