// How a command ends: its exit code, and what it says when it fails or is stopped.
import { WriteStream } from 'node:tty';
import { CommanderError } from 'commander';
import { ExplainedFailure, InputError, UsageError } from './errors.ts';

export const EXIT = {
  done: 0,
  /** The input's fault, or a defect of the program. */
  failed: 1,
  /** An unknown verb or option, or a wrong value. */
  usage: 2,
} as const;

/**
 * Runs a command to its end. Nothing listens for signals, so that they end it at once whatever it is doing: what it has begun
 * to write has no name yet (see files/unfinished).
 */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output has enough of it, as `head` does.
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  try {
    await command();
  } catch (error) {
    process.exit(explainFailure(error));
  }
}

/** Prints what went wrong to standard error and returns the exit code. */
export function explainFailure(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ExplainedFailure) return error.exitCode;
  console.error(error instanceof InputError ? `error: ${error.message}` : error);
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

/** Columns and colours of what standard output goes to; NO_COLOR and FORCE_COLOR are honoured. */
export function terminalLook(): { width: number; depth: number } {
  const { stdout, env } = process;
  const asked = env.FORCE_COLOR !== undefined || stdout.isTTY;
  return { width: stdout.columns ?? 100, depth: asked ? WriteStream.prototype.getColorDepth.call(stdout, env) : 1 };
}
