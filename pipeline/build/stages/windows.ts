// What can be told of every label from the last few steps alone: no network is asked.
import { join } from 'node:path';
import { createProgress } from '../../base/progress.ts';
import type { LabelledDataset } from '../../datasets/dataset.ts';
import { trainingPositions } from '../../gallery/kept-signals.ts';
import { preparedWindows } from '../../gallery/memory.ts';
import { loadWindows, storeWindows } from '../../gallery/windows-file.ts';
import type { ScoringPlan } from '../../scoring/plan/plan.ts';
import type { WindowAdding } from '../../scoring/window/added.ts';
import { windowedRows } from '../../scoring/window/folds.ts';
import { fitWindows, WINDOW_LENGTHS } from '../../scoring/window/windows.ts';
import type { GalleryBuild, Stage } from '../stage.ts';

const FILE = 'windows.bin';

/** @param planOf makes the plan, or gives the one that is there */
export function windowsStage(
  { folder, threads }: GalleryBuild,
  labelled: LabelledDataset,
  planOf: () => ScoringPlan,
  inputs: Stage['inputs'],
): Stage {
  return {
    name: 'windows',
    module: import.meta.url,
    folder,
    inputs,
    async run(to) {
      const plan = planOf();
      const path = join(to, FILE);
      if (plan.division.evaluatedOn !== 'held-out') {
        storeWindows(path, []);
        return;
      }
      const title = 'Predicting the labels from the last steps';
      const progress = createProgress({ title, total: WINDOW_LENGTHS.length, unit: 'windows' });
      try {
        const windowed = windowedRows(labelled, plan, trainingPositions(plan.trainRows));
        storeWindows(path, await fitWindows(windowed, threads, () => progress.advance(1)));
      } finally {
        progress.finish();
      }
    },
  };
}

/** What the stage left, ready for signals to be added. @param output the folder of its files */
export function windowsOf(output: string, labelled: LabelledDataset, plan: ScoringPlan): WindowAdding[] {
  const windowed = windowedRows(labelled, plan, trainingPositions(plan.trainRows));
  return preparedWindows(loadWindows(join(output, FILE), windowed), windowed, labelled);
}
