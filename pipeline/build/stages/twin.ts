// The scores of the same network with fresh weights: what a cell must be compared with.
import { measure, planOnce } from '../../gallery/measure.ts';
import { storeScores } from '../../gallery/measured.ts';
import { twinOf } from '../../gallery/twin.ts';
import type { Stage, Workbench } from '../stage.ts';

export function twinStage({ build, network, shared }: Workbench, inputs: Stage['inputs']): Stage {
  const { labelled, card, sequence, targets } = network;
  return {
    name: 'twin',
    module: import.meta.url,
    folder: build.folder,
    inputs,
    async run(to) {
      const measured = await measure({
        engine: build.engine,
        architecture: card.architecture,
        parameters: twinOf(network),
        sequence,
        targets,
        blocks: labelled.blocks,
        plan: planOnce(network, shared),
        title: 'Tracing and scoring its untrained twin',
        book: false,
        training: false,
        workers: build.threads,
      });
      storeScores(to, measured);
    },
  };
}
