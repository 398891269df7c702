// The network as a visitor's browser runs it: its weights quantised to 8 bits, and what that does to the cells that people come for.
import { join } from 'node:path';
import { group } from 'd3-array';
import type { Live } from '../../contract/index.ts';
import { symbolsOf } from '../../datasets/dataset.ts';
import { kindOf } from '../../datasets/kinds.ts';
import type { Engine } from '../../engines/engine.ts';
import { loadScores, readJson, writeFile } from '../../gallery/measured.ts';
import type { NetworkGallery } from '../../gallery/network.ts';
import { packParameters, unpackParameters } from '../../lstm/packed.ts';
import { type Architecture, isForwardLstm, type Parameters } from '../../lstm/parameters.ts';
import type { Score } from '../../scoring/rank.ts';
import { pearson } from '../../statistics/association.ts';
import { readText, signalRows } from '../../trace/read.ts';
import { characterSequence } from '../../trace/targets.ts';
import type { Stage, StageResult, Workbench } from '../stage.ts';

const FILES = { weights: 'network.bin', agreement: 'agreement.json' } as const;

/** How well the small network's signals correlate with the whole one's. */
export type Agreement = Live['agreement'];

/** Best cells of each hypothesis, by the signal of each that follows it. */
const BEST = 20;

/**
 * LSTM layers that read a text from its beginning and predict it: what a page where one types can run. Tokens must be found by
 * little code.
 */
export function canBeLive({
  card,
  labelled,
  tokeniser,
}: Pick<NetworkGallery, 'card' | 'labelled' | 'tokeniser'>): boolean {
  const { outputs, outputActivation = 'softmax' } = card.architecture;
  const canCut = kindOf(labelled).ofCharacters || (tokeniser !== undefined && tokeniser.cutting !== null);
  return canCut && isForwardLstm(card.architecture) && outputs > 0 && outputActivation === 'softmax';
}

type Traced = Pick<Score, 'layer' | 'unit' | 'signal'>;

/** Each once. @param scores best first */
function bestCells(scores: readonly Score[]): Traced[] {
  const best = [...group(scores, ({ hypothesis }) => hypothesis).values()].flatMap((ofOne) => ofOne.slice(0, BEST));
  const traced = best.map(({ layer, unit, signal }) => ({ layer, unit, signal }));
  return [...new Map(traced.map((cell) => [`${cell.layer}-${cell.unit} ${cell.signal}`, cell])).values()];
}

/** Makes the network small, and sees that its best cells stay what they are. */
export function liveStage({ build, network }: Workbench, scores: StageResult, inputs: Stage['inputs']): Stage {
  const { card, parameters } = network;
  const { engine, folder } = build;
  const ids = symbolsOf(network.inputs);
  return {
    name: 'live',
    module: import.meta.url,
    folder,
    inputs,
    async run(to) {
      const { positions, scores: scored } = loadScores(scores.output);
      const sample = Int32Array.from(positions, (position) => ids[position]!);
      await storeLive(to, { engine, architecture: card.architecture, parameters }, sample, scored);
    },
  };
}

/**
 * Writes the small weights, and how well the signals of the best cells agree with those of the whole network.
 * @param sample characters that both read, by number
 */
export async function storeLive(
  folder: string,
  network: { engine: Engine; architecture: Architecture; parameters: Parameters },
  sample: Int32Array,
  scores: readonly Score[],
): Promise<void> {
  const { architecture, parameters } = network;
  const packed = packParameters(architecture, parameters);
  const cells = bestCells(scores);
  const whole = await traceCells(network, sample, cells);
  const small = await traceCells({ ...network, parameters: unpackParameters(architecture, packed) }, sample, cells);
  const correlations = cells.map((_, index) => correlation(whole[index]!, small[index]!));
  const agreement: Agreement = {
    characters: sample.length,
    best: BEST,
    signals: cells.length,
    leastCorrelation: Math.min(1, ...correlations),
  };
  writeFile(join(folder, FILES.weights), packed);
  writeFile(join(folder, FILES.agreement), JSON.stringify(agreement));
}

/** One signal of each cell at every character, [characters] each. */
async function traceCells(
  network: { engine: Engine; architecture: Architecture; parameters: Parameters },
  ids: Int32Array,
  cells: readonly Traced[],
): Promise<Float32Array[]> {
  const { units } = network.architecture;
  const traces = cells.map(() => new Float32Array(ids.length));
  await readText({
    ...network,
    sequence: characterSequence(ids),
    signals: true,
    predictions: false,
    begin() {},
    window(window) {
      const { positions, layers } = signalRows(window, network.architecture);
      cells.forEach(({ layer, unit, signal }, index) => {
        const values = layers[layer - 1]![signal]!;
        const width = units[layer - 1]!;
        positions.forEach((position, row) => {
          if (position >= 0) traces[index]![position] = values[row * width + unit]!;
        });
      });
    },
  });
  return traces;
}

/** Pearson's; 1 where neither varies. */
function correlation(a: Float32Array, b: Float32Array): number {
  const sums = { n: a.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  a.forEach((x, k) => {
    const y = b[k]!;
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  });
  const r = pearson(sums);
  return Number.isFinite(r) ? r : 1;
}

/** What {@link storeLive} left: where the weights lie, and the agreement. */
export function loadLive(folder: string): { weights: string; agreement: Agreement } {
  return { weights: join(folder, FILES.weights), agreement: readJson<Agreement>(join(folder, FILES.agreement)) };
}
