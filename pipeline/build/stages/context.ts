// How far back the model of a gallery looks: its held-out loss when only the last k characters are known. Beside it, which
// cells correlate with which.
import { join } from 'node:path';
import type { Span } from '../../base/positions.ts';
import type { Engine } from '../../engines/engine.ts';
import { lossByContext as loss } from '../../evidence/memory/context.ts';
import type { Neighbour } from '../../evidence/neighbours.ts';
import { type Estimate, estimate } from '../../evidence/sample.ts';
import { FILES, loadScores, readFile, writeFile } from '../../gallery/measured.ts';
import type { Architecture, Parameters } from '../../lstm/parameters.ts';
import { averages, placeWhere } from '../../statistics/effects.ts';
import type { Targets } from '../../trace/targets.ts';
import type { ContextPoint } from '../pages/input.ts';
import type { Stage, StageResult, Workbench } from '../stage.ts';
import { neighboursIn } from './neighbours.ts';

/** The file that the stage writes. */
export const CONTEXT = 'context.json';

/** What is in it. */
export interface Context {
  readonly points: readonly ContextPoint[];
  /** For each cell. */
  readonly neighbours: readonly (readonly Neighbour[])[];
}

export function contextStage({ build, network }: Workbench, scores: StageResult, inputs: Stage['inputs']): Stage {
  const { card, parameters, targets, labelled } = network;
  const { engine, folder } = build;
  return {
    name: 'context',
    module: import.meta.url,
    folder,
    inputs,
    async run(to) {
      const { positions } = loadScores(scores.output);
      let points: ContextPoint[] = [];
      if (targets !== null) {
        const losses = readFile(join(scores.output, FILES.losses));
        const known = new Float32Array(losses.buffer, losses.byteOffset, losses.length / 4);
        const reader = { engine, architecture: card.architecture, parameters, targets };
        points = await lossByContext(reader, positions, known, labelled.blocks);
      }
      const neighbours = await neighboursIn(engine, scores);
      writeFile(join(to, CONTEXT), JSON.stringify({ points, neighbours } satisfies Context));
    },
  };
}

/** Positions that are predicted: as many as let the curve tell differences of a tenth of a nat. */
const POSITIONS = 1024;

/**
 * @param candidates positions of the text that may be predicted, in order
 * @param losses the loss at every position with all before it known
 * @param blocks that tile the text: what is predicted in one of them is no independent evidence
 */
export async function lossByContext(
  { targets, ...network }: { engine: Engine; architecture: Architecture; parameters: Parameters; targets: Targets },
  candidates: readonly number[],
  losses: ArrayLike<number>,
  blocks: readonly Span[],
): Promise<ContextPoint[]> {
  const average = (values: readonly number[], positions: readonly number[]): Estimate => {
    const everywhere = placeWhere(positions, blocks, () => true);
    const [found] = averages(Float32Array.from(values), positions.length, everywhere);
    const { mean, half } = found!;
    // Of so short a text that it has no three blocks to compare, the characters themselves must do.
    return Number.isFinite(half) ? { mean, interval: [mean - half, mean + half] } : estimate(values);
  };
  const options = { targets, candidates, losses, count: POSITIONS, average };
  const points = await loss({ ...network, sequence: targets.sequence }, options);
  return points.map(({ known, mean, interval }) => ({ characters: known, loss: mean, interval: [...interval] }));
}
