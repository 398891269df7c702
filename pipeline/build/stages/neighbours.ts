// Which cells correlate with which, of activations from elsewhere; of a network's cells the stage `context` finds it too.
import { join } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import { findNeighbours, type Neighbour } from '../../evidence/neighbours.ts';
import { hOf } from '../../gallery/kept-signals.ts';
import { FILES, loadScores, readFile, writeFile } from '../../gallery/measured.ts';
import type { GalleryBuild, Stage, StageResult } from '../stage.ts';

/** The file that the stage writes. */
export const NEIGHBOURS = 'neighbours.json';

export function neighboursStage({ engine, folder }: GalleryBuild, scores: StageResult, inputs: Stage['inputs']): Stage {
  return {
    name: 'neighbours',
    module: import.meta.url,
    folder,
    inputs,
    async run(to) {
      writeFile(join(to, NEIGHBOURS), JSON.stringify(await neighboursIn(engine, scores)));
    },
  };
}

/** For each cell, by what a scoring stage kept of h. */
export function neighboursIn(engine: Engine, scores: StageResult): Promise<Neighbour[][]> {
  const { positions, signals } = loadScores(scores.output);
  const width = positions.length;
  const h = hOf(readFile(join(scores.output, FILES.heldOut)), signals, width);
  const rows = Array.from({ length: h.length / width }, (_, cell) => h.subarray(cell * width, (cell + 1) * width));
  return findNeighbours(engine, rows);
}
