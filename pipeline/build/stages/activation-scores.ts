// The scores of activations that came from elsewhere, which are read in the same windows as a network would read their text.
import type { CellPlace } from '../../base/cell-ids.ts';
import type { LabelledActivations } from '../../gallery/activations.ts';
import { measureActivations } from '../../gallery/measure-activations.ts';
import { storeMeasured } from '../../gallery/measured.ts';
import { rememberedBy } from '../../gallery/memory.ts';
import type { ScoringPlan } from '../../scoring/plan/plan.ts';
import { type GalleryBuild, hasBook, type Stage, type StageResult } from '../stage.ts';
import { windowsOf } from './windows.ts';

export function activationScoresStage(
  { id, folder, threads }: GalleryBuild,
  labelled: LabelledActivations,
  cells: readonly CellPlace[],
  windows: StageResult,
  planOf: () => ScoringPlan,
  inputs: Stage['inputs'],
): Stage {
  return {
    name: 'scores',
    module: import.meta.url,
    folder,
    inputs: { ...inputs, windows: windows.hash },
    async run(to) {
      const measured = await measureActivations({
        labelled,
        title: `Scoring ${id}`,
        book: hasBook(labelled),
        training: true,
        workers: threads,
      });
      const ids = cells.map((place) => place.id);
      const remembered = rememberedBy(
        measured,
        cells,
        labelled.labels,
        windowsOf(windows.output, labelled, planOf()),
        [],
      );
      storeMeasured(to, remembered.measured, ids, labelled.labels, remembered.memory);
    },
  };
}
