// `npm run bench -- --device cuda`: training and tracing on one device, which is held to the reference first. A
// window's time is told apart: inside the program's run, copies to the device and back with it, and in JavaScript.
import { loadYaml, modelFolder } from '../pipeline/content/files.ts';
import type { Engine } from '../pipeline/engines/engine.ts';
import { chooseEngine, differenceFromReference, type EngineChoice } from '../pipeline/engines/index.ts';
import { readStarts } from '../pipeline/models/formats/own/parameters.ts';
import { readText } from '../pipeline/trace/read.ts';
import { characterSequence, characterTargets } from '../pipeline/trace/targets.ts';
import { configurationSchema } from '../pipeline/training/configuration.ts';
import { freshState, train } from '../pipeline/training/loop.ts';
import { loadAlice } from './alice.ts';
import { matmulRate } from './matmul.ts';

/** Streams side by side, in windows of as many steps. */
const WINDOWS = [
  { streams: 64, steps: 100 },
  { streams: 256, steps: 100 },
];
/** Enough that the first, which prepares things, is not the best. */
const WINDOWS_PER_EPOCH = 4;
const EPOCHS = 2;
const READINGS = 2;

type Alice = ReturnType<typeof loadAlice>;

/** @throws InputError where the device is not there, or computes something else than the reference */
export async function benchDevice(choice: EngineChoice) {
  const engine = await chooseEngine(choice);
  const alice = loadAlice();
  const training: Record<string, unknown> = {};
  for (const window of WINDOWS) {
    training[`${window.streams} x ${window.steps}`] = await trainingRate(engine, alice, window);
  }
  return {
    engine: engine.name,
    device: engine.device,
    difference: await differenceFromReference(engine),
    matmulGflops: await matmulRate(engine),
    training,
    tracing: await tracingRate(engine, alice),
  };
}

/** An engine that computes as another does, and adds up how long its programs ran. */
function timed(engine: Engine): Engine & { milliseconds: number } {
  const stopwatch = {
    ...engine,
    milliseconds: 0,
    async compile(...args: Parameters<Engine['compile']>) {
      const program = await engine.compile(...args);
      const run: typeof program.run = async (inputs) => {
        const started = performance.now();
        const outputs = await program.run(inputs);
        stopwatch.milliseconds += performance.now() - started;
        return outputs;
      };
      return { run, dispose: () => program.dispose() };
    },
  };
  return stopwatch;
}

async function trainingRate(engine: Engine, { labelled, model }: Alice, window: (typeof WINDOWS)[number]) {
  const configuration = { ...loadYaml('content/models/alice/training.yaml', configurationSchema), ...window };
  const { architecture } = model.card;
  const characters = window.streams * window.steps;
  const runs = labelled.blocks.filter(({ split }) => split === 'train');
  let enough = 0;
  const some = runs.filter(({ start, end }) => {
    const isWanted = enough < (WINDOWS_PER_EPOCH + 1) * characters;
    enough += end - start;
    return isWanted;
  });
  const stopwatch = timed(engine);
  let best = { windowMilliseconds: Number.POSITIVE_INFINITY, runMilliseconds: 0 };
  let [since, ran] = [performance.now(), 0];
  await train(
    {
      engine: stopwatch,
      architecture,
      configuration,
      targets: characterTargets(model.ids, architecture.outputs),
      runs: some.map(({ start, end }) => ({ start, end })),
      validation: labelled.blocks.filter(({ split }) => split === 'validation').slice(0, 1),
      clock: () => performance.now() / 1000,
      progress() {
        const windowMilliseconds = performance.now() - since;
        const runMilliseconds = stopwatch.milliseconds - ran;
        if (windowMilliseconds < best.windowMilliseconds) best = { windowMilliseconds, runMilliseconds };
        [since, ran] = [performance.now(), stopwatch.milliseconds];
      },
      save() {},
    },
    freshState(architecture, configuration),
    EPOCHS,
  );
  return { charactersPerSecond: (1000 * characters) / best.windowMilliseconds, ...best };
}

/** All six signals of the book, from the starts that lie beside the model. */
async function tracingRate(engine: Engine, { labelled, model }: Alice) {
  const { architecture } = model.card;
  const of = { weights: model.card.weights.sha256, text: labelled.texts.join('') };
  const starts = readStarts(modelFolder('content', 'alice'), of, architecture);
  let best = { charactersPerSecond: 0, runShare: 0 };
  for (let reading = 0; reading < READINGS; reading++) {
    const stopwatch = timed(engine);
    const started = performance.now();
    await readText({
      engine: stopwatch,
      architecture,
      parameters: model.parameters,
      sequence: characterSequence(model.ids),
      starts,
      signals: true,
      begin() {},
      window() {},
    });
    const milliseconds = performance.now() - started;
    const charactersPerSecond = (1000 * model.ids.length) / milliseconds;
    if (charactersPerSecond > best.charactersPerSecond) {
      best = { charactersPerSecond, runShare: stopwatch.milliseconds / milliseconds };
    }
  }
  return best;
}
