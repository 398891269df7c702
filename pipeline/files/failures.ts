// What the system says when a file cannot be touched, in sentences.
import { InputError } from '../base/errors.ts';

const CAUSES: Record<string, readonly [why: string, fix: string]> = {
  EACCES: ['permission is denied', 'Change its permissions, or choose another path.'],
  EDQUOT: ['the disk quota is used up', 'Make room, or choose a path on another disk.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  ELOOP: ['its links lead to themselves', 'Give the path of the file itself.'],
  EMFILE: ['too many files are open', 'Raise the limit with `ulimit -n`.'],
  ENOENT: ['there is no such file or folder', 'Check the path.'],
  ENOSPC: ['the disk is full', 'Make room, or choose a path on another disk.'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'Check the path.'],
  ENXIO: ['it is a socket, not a file on a disk', 'Give a file.'],
  EPERM: ['the system does not permit it', 'Change its permissions, or choose another path.'],
  ERR_INVALID_ARG_VALUE: ['its path holds a null character', 'Check the path.'],
  EROFS: ['the disk is read-only', 'Choose a path on another disk.'],
};

/** Runs an action on a file and turns the system's refusal into an {@link InputError} that names the file. */
export function explainingFailure<T>(verb: 'read' | 'write', path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // A path that no system is asked for.
    const isNoPath = error.code === 'ERR_INVALID_ARG_VALUE' && path.includes('\0');
    if (!('syscall' in error || isNoPath)) throw error;
    const [why, fix] = CAUSES[String(error.code)] ?? [error.message, 'Check the path and its disk.'];
    throw new InputError(`Cannot ${verb} it: ${why}.`, { file: path }, fix);
  }
}
