// A stage is run again only when one of its inputs has changed. What it made lies in a folder of its own, with a
// manifest that says from which inputs, and how long each file is.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledDataset } from '../datasets/dataset.ts';
import type { Engine } from '../engines/engine.ts';
import { codeHash } from '../files/code.ts';
import { explainingFailure } from '../files/files.ts';
import { publishFolder } from '../files/publish.ts';
import { discard, reservePath } from '../files/unfinished.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import { filesOf, manifestOf, manifestPath, missingFile, readManifest } from './manifest.ts';

export interface Stage {
  readonly name: string;
  /** `import.meta.url` of the module that runs it: with all that this imports it is one of the stage's inputs. */
  readonly module: string;
  /** What it depends on besides: name and hash. The names are what a person reads when one has changed. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The gallery's cache, `.cellarium/cache/<gallery>`; the stage lies below it under its name. */
  readonly folder: string;
  /** Writes its files below `output`, which is there and empty. */
  run(output: string): void | Promise<void>;
}

export interface StageResult {
  /** Where its files are. */
  readonly output: string;
  readonly ran: boolean;
  /** Of its files: an input for the stages after it, which then stay when it makes the same again. */
  readonly hash: string;
}

/**
 * Runs a stage, or takes what it made before. An interrupted or failing stage leaves what was there before.
 * @param print receives one line: the stage, whether it is run or reused, and why
 */
export async function runStage(stage: Stage, print: (line: string) => void = console.log): Promise<StageResult> {
  const { name, folder } = stage;
  const inputs = { ...stage.inputs, code: codeHash(stage.module) };
  const home = join(folder, name);
  const output = filesOf(home);
  const before = readManifest(home);
  const reason =
    typeof before === 'string' ? before : (changedInputs(before.inputs, inputs) ?? missingFile(before, home));
  if (typeof before !== 'string' && reason === undefined) {
    print(`${name.padEnd(12)} reused`);
    return { output, ran: false, hash: before.hash };
  }
  print(`${name.padEnd(12)} run     ${reason}`);
  return { output, ran: true, hash: await runAfresh({ ...stage, inputs }, home) };
}

async function runAfresh({ inputs, run }: Stage, home: string): Promise<string> {
  const pending = explainingFailure('write', home, () => reservePath(home));
  const files = filesOf(pending);
  try {
    explainingFailure('write', home, () => mkdirSync(files, { recursive: true }));
    await run(files);
    const manifest = manifestOf(files, inputs);
    explainingFailure('write', home, () => writeFileSync(manifestPath(pending), JSON.stringify(manifest)));
    publishFolder(pending, home);
    return manifest.hash;
  } finally {
    discard(pending);
  }
}

function changedInputs(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const changed = names.filter((name) => before[name] !== now[name]);
  return changed.length === 0 ? undefined : `${changed.join(', ')} changed`;
}

// What every stage of a gallery of a network's cells has at hand.

export interface GalleryBuild {
  readonly id: string;
  readonly content: string;
  readonly engine: Engine;
  readonly threads?: number | undefined;
  /** Where the stages keep what they made. */
  readonly folder: string;
  /** The folder of all galleries' artifacts; without it nothing of this one is shown before all of it is there. */
  readonly data?: string | undefined;
}

export interface Workbench {
  readonly build: GalleryBuild;
  readonly network: NetworkGallery;
  /** Made when the first stage needs it, and not at all if none does; the model and its twin share it. */
  readonly shared: { plan?: ScoringPlan };
}

/** A text longer than this has no file a cell of h over all of it: they would outgrow the site. */
const LONGEST_BOOK = 250_000;

/** Whether there is a file a cell of h over all of it. */
export function hasBook({ texts }: LabelledDataset): boolean {
  return texts.length <= LONGEST_BOOK;
}
