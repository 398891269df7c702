/** Where a failure was found: as much of it as is known. Lines and columns count from 1, columns in code points. */
export interface Place {
  file?: string;
  line?: number;
  column?: number;
  tensor?: string;
}

/**
 * A failure that is the input's fault and not the program's: it is printed without a stack trace and ends the
 * command with exit code 1.
 */
export class InputError extends Error {
  readonly what: string;
  readonly place: Place;
  readonly fix: string;

  /**
   * @param what what happened and why, as a sentence
   * @param place where it was found
   * @param fix what to do about it, as a sentence
   */
  constructor(what: string, place: Place, fix: string) {
    const where = describePlace(place);
    super(`${where === '' ? '' : `${where}: `}${what}\n  ${fix}`);
    this.name = 'InputError';
    this.what = what;
    this.place = place;
    this.fix = fix;
  }
}

/** A command that was typed wrong, where the parser of its options could not tell; it ends with exit code 2, as there. */
export class UsageError extends InputError {}

/** A failure that was printed already, by a process that was asked to do the work; it ends the command as that one ended. */
export class ExplainedFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'ExplainedFailure';
    this.exitCode = exitCode;
  }
}

/** A place as compilers write it: `file:line:column`, then the tensor. */
export function describePlace({ file, line, column, tensor }: Place): string {
  const position = [file, line, column].filter((part) => part !== undefined).join(':');
  const parts = [position, tensor === undefined ? '' : `tensor "${tensor}"`];
  return parts.filter((part) => part !== '').join(', ');
}
