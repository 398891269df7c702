// Training speed of the committed model's own configuration: windows, dropout, gradients and optimiser together.
import { availableParallelism } from 'node:os';
import { loadYaml } from '../pipeline/content/files.ts';
import { chooseEngine } from '../pipeline/engines/index.ts';
import { characterTargets } from '../pipeline/trace/targets.ts';
import { configurationSchema } from '../pipeline/training/configuration.ts';
import { freshState, train } from '../pipeline/training/loop.ts';
import { loadAlice } from './alice.ts';
import { matmulRate } from './matmul.ts';

/** Multiplications and additions that a character costs: three products forward, twice as many backward. */
function flopsPerCharacter(units: readonly number[], vocabulary: number): number {
  const recurrent = units.reduce(
    (sum, size, layer) => sum + 4 * size * (size + (layer === 0 ? 0 : units[layer - 1]!)),
    0,
  );
  return 3 * 2 * (recurrent + units.at(-1)! * vocabulary);
}

export async function benchTraining() {
  const { labelled, model } = loadAlice();
  const configuration = { ...loadYaml('content/models/alice/training.yaml', configurationSchema), streams: 64 };
  const { architecture } = model.card;
  const engine = await chooseEngine({ engine: 'onnx', threads: availableParallelism() });
  const train1 = labelled.blocks.filter(({ split }) => split === 'train');
  const before = await matmulRate(engine);
  let charactersPerSecond = 0;
  await train(
    {
      engine,
      architecture,
      configuration,
      targets: characterTargets(model.ids, architecture.outputs),
      // A third of an epoch is enough to measure by.
      runs: train1.slice(0, 24).map(({ start, end }) => ({ start, end })),
      validation: labelled.blocks.filter(({ split }) => split === 'validation').slice(0, 1),
      clock: () => performance.now() / 1000,
      progress() {},
      save(state) {
        charactersPerSecond = Math.max(charactersPerSecond, state.log.at(-1)!.charactersPerSecond);
      },
    },
    freshState(architecture, configuration),
    2,
  );
  const matmul = Math.max(before, await matmulRate(engine));
  const gflops = (flopsPerCharacter(architecture.units, architecture.outputs) * charactersPerSecond) / 1e9;
  return { charactersPerSecond, gflops, matmulGflops: matmul, shareOfMatmul: gflops / matmul };
}
