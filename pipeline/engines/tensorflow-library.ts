// What must be so before TensorFlow's native library and its binding for Node are loaded.
import './full-precision.ts';
import util from 'node:util';

/**
 * @param threads of its products on a processor; as many as there are cores where left out. The first call in a
 *   process decides, for the library reads it once.
 */
export function prepareForLibrary(threads?: number): void {
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  // Failures are shown; not which processor it found and which library of a GPU it did not, as it says at every start.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedFunctions();
}

/** What the binding calls and Node 23 no longer has; Node 22 has it, and prints a warning when it is called. */
function restoreRemovedFunctions(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
