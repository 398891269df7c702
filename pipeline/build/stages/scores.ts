// The scores of a network's cells, with all that later stages draw from: the model is traced once, and nothing is kept whole.
import { cellPlaces } from '../../base/cell-ids.ts';
import { measure, planOnce } from '../../gallery/measure.ts';
import { storeMeasured } from '../../gallery/measured.ts';
import { hasBook, type Stage, type Workbench } from '../stage.ts';

export function scoresStage({ build, network, shared }: Workbench, inputs: Stage['inputs']): Stage {
  const { labelled, card, parameters, sequence, targets, starts } = network;
  return {
    name: 'scores',
    module: import.meta.url,
    folder: build.folder,
    inputs,
    async run(to) {
      const measured = await measure({
        engine: build.engine,
        architecture: card.architecture,
        parameters,
        sequence,
        targets,
        starts,
        blocks: labelled.blocks,
        plan: planOnce(network, shared),
        title: `Tracing and scoring ${build.id}`,
        book: hasBook(labelled),
        expected: true,
        training: true,
        workers: build.threads,
      });
      const ids = cellPlaces(card.architecture.units).map(({ id }) => id);
      storeMeasured(to, measured, ids, labelled.labels);
    },
  };
}
