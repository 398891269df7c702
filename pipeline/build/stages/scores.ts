// The scores of a network's cells, with all that later stages draw from: the model is traced once, and nothing is kept whole.
import { cellPlaces } from '../../base/cell-ids.ts';
import { loadControls } from '../../gallery/controls.ts';
import { storeKnown } from '../../gallery/known-reading.ts';
import { measure, planOnce } from '../../gallery/measure.ts';
import { storeMeasured } from '../../gallery/measured.ts';
import { rememberedBy } from '../../gallery/memory.ts';
import { hasBook, type Stage, type StageResult, type Workbench } from '../stage.ts';
import { windowsOf } from './windows.ts';

export function scoresStage(
  { build, network, shared }: Workbench,
  { windows, twin }: Readonly<Record<'windows' | 'twin', StageResult>>,
  inputs: Stage['inputs'],
): Stage {
  const { labelled, card, parameters, sequence, targets, starts } = network;
  return {
    name: 'scores',
    module: import.meta.url,
    folder: build.folder,
    inputs: { ...inputs, windows: windows.hash, twin: twin.hash },
    async run(to) {
      const plan = planOnce(network, shared);
      const measured = await measure({
        engine: build.engine,
        architecture: card.architecture,
        parameters,
        sequence,
        targets,
        starts,
        blocks: labelled.blocks,
        plan,
        title: `Tracing and scoring ${build.id}`,
        book: hasBook(labelled),
        expected: true,
        training: true,
        known: !card.architecture.bidirectional?.includes(true),
        workers: build.threads,
      });
      const cells = cellPlaces(card.architecture.units);
      const ids = cells.map(({ id }) => id);
      const { best } = loadControls(twin.output);
      const remembered = rememberedBy(
        measured,
        cells,
        labelled.labels,
        windowsOf(windows.output, labelled, plan),
        best,
      );
      storeMeasured(to, remembered.measured, ids, labelled.labels, remembered.memory);
      if (measured.known !== null) storeKnown(to, measured.known);
    },
  };
}
