// What became of each stage on its way into a file or out of one, and of the file itself.

import type { Manifest } from '../manifest.ts';

export interface StageReport {
  /** Its path in the cache: `alice/scores`. */
  readonly stage: string;
  readonly outcome: 'exported' | 'left out' | 'imported' | 'replaced' | 'there already' | 'damaged';
  /** What is wrong with one that is left out or damaged. */
  readonly why?: string;
  readonly files?: number;
  readonly bytes?: number;
  /** Of its files. */
  readonly hash?: string;
}

export interface CacheReport {
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly stages: readonly StageReport[];
}

export function reportOf(stage: string, outcome: StageReport['outcome'], { files, hash }: Manifest): StageReport {
  return { stage, outcome, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), hash };
}

/** A line a stage, and one of the file. */
export function reportLines({ file, sha256, bytes, stages }: CacheReport): string[] {
  const width = Math.max(...stages.map(({ stage }) => stage.length));
  return [
    ...stages.map(({ stage, outcome, ...of }) =>
      `${stage.padEnd(width)}  ${outcome.padEnd(13)}  ${aside(of)}`.trimEnd(),
    ),
    `\n${file}: ${megabytes(bytes)}, SHA-256 ${sha256}`,
  ];
}

function aside({ why, files, bytes }: Pick<StageReport, 'why' | 'files' | 'bytes'>): string {
  if (files === undefined || bytes === undefined) return why ?? '';
  return `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}, ${megabytes(bytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;
}
