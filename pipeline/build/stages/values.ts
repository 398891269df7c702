// The values of all cells as a browser asks for them. They need the scoring's files alone: whatever else of the artifacts is
// made anew, these are not, which take most of the time.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledDataset } from '../../datasets/dataset.ts';
import { explainingFailure } from '../../files/files.ts';
import { FILES, loadScores, readFile, readJson, writeFile } from '../../gallery/measured.ts';
import type { GivenValues } from '../pages/input.ts';
import { VALUE_FOLDERS, type ValueSizes, writeValues } from '../pages/values.ts';
import { type GalleryBuild, hasBook, type Stage, type StageResult } from '../stage.ts';

const SIZES = 'sizes.json';

export function valuesStage(
  { folder }: GalleryBuild,
  labelled: LabelledDataset,
  { output, hash }: StageResult,
  text: string,
): Stage {
  return {
    name: 'values',
    module: import.meta.url,
    folder,
    inputs: { scores: hash, text },
    async run(to) {
      const { positions, signals } = loadScores(output);
      const sample = { positions, signals, bytes: readFile(join(output, FILES.heldOut)) };
      const book = hasBook(labelled) ? readFile(join(output, FILES.book)) : null;
      writeFile(join(to, SIZES), JSON.stringify(await writeValues(to, labelled, sample, book)));
    },
  };
}

/** What the stage left, for the artifacts. */
export const valuesOf = ({ output }: StageResult): GivenValues => ({
  sizes: readJson<ValueSizes>(join(output, SIZES)),
  copyInto(folder) {
    explainingFailure('write', folder, () => {
      for (const sub of VALUE_FOLDERS) cpSync(join(output, sub), join(folder, sub), { recursive: true });
    });
  },
});
