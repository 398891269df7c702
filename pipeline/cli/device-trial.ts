// One way to compute, tried in a process of its own: a library that fails may take its process with it, two may not want
// to share one GPU, and some read how many threads they get once.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endingWithThis } from '../base/ending-with-this.ts';
import type { Engine } from '../engines/engine.ts';
import { AGREEMENT, differenceFromReference, type EngineChoice, openEngine, randomInputs } from '../engines/index.ts';
import { trainingComputation } from '../lstm/backward.ts';
import type { Window } from '../lstm/names.ts';
import type { Architecture } from '../lstm/parameters.ts';

/** What came of it. Where it cannot be used it has a problem, or a difference that is too large, and no rate. */
export interface Trial {
  readonly engine: string;
  readonly device: string;
  /** From the reference, relative to the largest magnitude of each output. */
  readonly difference?: number;
  readonly agrees: boolean;
  /** Characters a second in training, but for dropout and optimiser. */
  readonly charactersPerSecond?: number;
  /** Why it cannot be used, as a sentence. */
  readonly problem?: string;
}

/** The network that rates are measured with, which is that of the galleries, and its window. */
const ARCHITECTURE: Architecture = {
  inputs: 64,
  units: [512, 512],
  outputs: 64,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
export const RATED_WINDOW = { steps: 20, streams: 64 };
/** Tells what is too slow for the other, as a GPU in software is. */
const SHORT_WINDOW = { steps: 2, streams: 64 };

/** Longer than the slowest engine takes for a window, and than a driver takes that compiles every kernel first. */
const PATIENCE = 180_000;
const MEASURED_SECONDS = 2;

/** Tries one in a process of its own. */
export function tryApart(choice: EngineChoice): Trial {
  const file = fileURLToPath(import.meta.url);
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...endingWithThis(), file, JSON.stringify(choice)],
    {
      encoding: 'utf8',
      timeout: PATIENCE,
    },
  );
  const failed = (problem: string): Trial => {
    const { engine = 'onnx', device = 'cpu' } = choice;
    return { engine, device, agrees: false, problem };
  };
  if (signal !== null) return failed(`Its process was ended by ${signal}.`);
  const line = stdout.trim().split('\n').at(-1)!;
  if (status !== 0) return failed(lastLine(stderr) ?? `Its process ended with ${status}.`);
  const trial = JSON.parse(line) as Trial;
  return trial.problem === undefined ? trial : { ...trial, problem: explain(trial.problem, stderr) };
}

const lastLine = (text: string) => text.trim().split('\n').at(-1);

/** What is missing, which onnxruntime prints in its log while it throws that something is. */
export function explain(thrown: string, log: string): string {
  const [, path, why] = /with error: (\S+): (.+)/.exec(log) ?? [];
  if (path === undefined) return thrown.replace(/^.* was false\. /, '');
  const library = basename(path);
  if (library.startsWith('libonnxruntime'))
    return "onnxruntime's library for CUDA is not installed, which npx cellarium gpu install does.";
  return `${library}: ${why}`;
}

async function tryHere(choice: EngineChoice): Promise<Trial> {
  const engine = await openEngine(choice);
  const { name, device } = engine;
  const asked = choice.engine ?? 'onnx';
  if (name !== asked || device === 'javascript') {
    const problem = 'Its native library is not installed.';
    return { engine: asked, device: choice.device ?? 'cpu', agrees: false, problem };
  }
  let difference: number;
  try {
    difference = await differenceFromReference(engine);
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    return { engine: name, device, agrees: false, problem };
  }
  const agrees = difference <= AGREEMENT;
  const rate = agrees ? { charactersPerSecond: await trainingRate(engine) } : {};
  return { engine: name, device, difference, agrees, ...rate };
}

async function trainingRate(engine: Engine): Promise<number> {
  const short = await rateOf(engine, SHORT_WINDOW, 0);
  const expected = (RATED_WINDOW.steps * RATED_WINDOW.streams) / short;
  return expected > 10 * MEASURED_SECONDS ? short : rateOf(engine, RATED_WINDOW, MEASURED_SECONDS);
}

/** Of the best run: the first prepares things. */
async function rateOf(engine: Engine, window: Window, seconds: number): Promise<number> {
  const computation = trainingComputation(ARCHITECTURE, window);
  const inputs = randomInputs(computation, ARCHITECTURE.inputs, 0.05);
  const program = await engine.compile(computation);
  let best = Number.POSITIVE_INFINITY;
  let all = 0;
  for (let run = 0; run < 2 || all < seconds; run++) {
    const started = performance.now();
    await program.run(inputs);
    const took = (performance.now() - started) / 1000;
    best = Math.min(best, took);
    all += took;
  }
  await program.dispose();
  return (window.steps * window.streams) / best;
}

if (import.meta.main) console.log(JSON.stringify(await tryHere(JSON.parse(process.argv[2]!) as EngineChoice)));
