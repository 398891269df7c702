// The log of a training run: log.jsonl beside the model's card, one JSON object a line.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { readText, writeAtomically } from '../files/files.ts';

const epochSchema = z.object({
  epoch: z.int().nonnegative(),
  /** Nats a character. */
  trainLoss: z.number(),
  validationLoss: z.number(),
  learningRate: z.number(),
  charactersPerSecond: z.number(),
});

export type LoggedEpoch = z.infer<typeof epochSchema>;

const logPath = (folder: string) => join(folder, 'log.jsonl');

/**
 * @param folder content/models/<id>
 * @returns the epochs, first to last; none where there is no log
 * @throws {InputError} a line that is no such object
 */
export function readLog(folder: string): LoggedEpoch[] {
  const file = logPath(folder);
  if (!statSync(file, { throwIfNoEntry: false })?.size) return [];
  const lines = readText(file).split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseEpoch(line, file, index + 1)]));
}

function parseEpoch(text: string, file: string, line: number): LoggedEpoch {
  const refuse = (why: string): never => {
    throw new InputError(`The line is no epoch of a log: ${why}.`, { file, line }, 'Remove it, or train again.');
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('it is no JSON');
  }
  const parsed = epochSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return refuse(`"${issue.path.join('.')}": ${issue.message}`);
}

/** Writes a whole log, atomically. */
export function writeLog(folder: string, epochs: readonly LoggedEpoch[]): void {
  writeAtomically(logPath(folder), epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join(''));
}
