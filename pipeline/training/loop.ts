// The training loop: what happens in an epoch, and what is remembered between two of them.
import { InputError } from '../base/errors.ts';
import type { Span } from '../base/positions.ts';
import { normal, restoredRandom, seededRandom } from '../base/random.ts';
import type { Engine, Program } from '../engines/engine.ts';
import { trainingComputation } from '../lstm/backward.ts';
import { initialParameters } from '../lstm/initialise.ts';
import { gradientName, maskName, outputName } from '../lstm/names.ts';
import {
  type Architecture,
  assembleParameters,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../lstm/parameters.ts';
import { resetStream, stateFromOutputs, stateToInputs, zeroState } from '../lstm/state.ts';
import { orthonormalise } from '../statistics/orthonormal.ts';
import { quickLoss } from '../trace/loss.ts';
import type { Targets } from '../trace/targets.ts';
import { type Configuration, learningRateAt } from './configuration.ts';
import { requireConvergence } from './divergence.ts';
import { Optimiser, startTraining, type Trained } from './optimiser.ts';
import { partOfReading, planEpoch } from './windows.ts';

/** What an epoch's line in the log says; losses in nats a character. */
export interface EpochLog {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly learningRate: number;
  readonly charactersPerSecond: number;
}

/** All that a run needs to go on from the end of an epoch as though it had never stopped. */
export interface TrainingState {
  /** Epochs that are done. */
  epoch: number;
  step: number;
  random: number[];
  tensors: Trained[];
  best: { epoch: number; validationLoss: number; weights: Float32Array[] };
  log: EpochLog[];
  /** What has computed it, one after another: an engine and its threads. */
  computers: string[];
}

export interface Training {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly configuration: Configuration;
  /** The whole text or series, and what follows each of its steps. */
  readonly targets: Targets;
  /** Training text without its holes, and the blocks that choose the epoch. */
  readonly runs: readonly Span[];
  readonly validation: readonly Span[];
  /** Seconds from any fixed moment; the rate in the log is all that it decides. */
  clock(): number;
  /** Called after every step with the characters read in it. */
  progress(characters: number): void;
  /** Called after every step with the state as it then stands, which goes on changing: what is to last is copied. */
  stepped?(state: TrainingState): void;
  /** Called after every epoch; what it saves, {@link train} can go on from. */
  save(state: TrainingState): void;
}

/** A run that has not begun. */
export function freshState(architecture: Architecture, configuration: Configuration): TrainingState {
  const random = seededRandom(configuration.seed);
  const deviates = { uniform: () => random.uniform(), normal: () => normal(random) };
  const tensors = listTensors(initialParameters(architecture, deviates, orthonormalise)).map(({ data }) =>
    startTraining(data),
  );
  return {
    epoch: 0,
    step: 0,
    random: random.state(),
    tensors,
    best: {
      epoch: 0,
      validationLoss: Number.POSITIVE_INFINITY,
      weights: tensors.map(({ average }) => average.slice()),
    },
    log: [],
    computers: [],
  };
}

/** Flat weights in the order of `tensorShapes`, as parameters. */
export function toParameters(architecture: Architecture, weights: readonly Float32Array[]): Parameters {
  const matrices = tensorShapes(architecture).map(
    ({ rows, columns }, index): Matrix => ({ rows, columns, data: weights[index]! }),
  );
  return assembleParameters(architecture, matrices);
}

/** Characters that one epoch trains on, up to the windows' random starts. */
export function charactersPerEpoch({ runs, configuration }: Pick<Training, 'runs' | 'configuration'>): number {
  const { steps, streams, epochsPerReading = 1 } = configuration;
  const windows = runs.reduce((sum, { start, end }) => sum + Math.floor((end - start - steps / 2) / steps), 0);
  return Math.floor(Math.floor(windows / streams) / epochsPerReading) * streams * steps;
}

/** The losses of a window's steps, time-major, added up. */
function sumOfLosses(prediction: Float32Array, targets: Targets, starts: readonly number[], steps: number): number {
  let sum = 0;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < starts.length; b++) sum += targets.loss(prediction, t * starts.length + b, starts[b]! + t + 1);
  }
  return sum;
}

/** The arrays of a run, in the state in which it is; the weights that are dropped are those of the recurrent kernels. */
function optimiserOf({ architecture, configuration }: Training, state: TrainingState): Optimiser {
  const { dropout, recurrentDropout, streams } = configuration;
  const layerOf = new Map(architecture.units.map((_, layer) => [`layer${layer + 1}.recurrent_kernel`, layer]));
  const rates = tensorShapes(architecture).map(({ name }) => recurrentDropout[layerOf.get(name) ?? -1] ?? 0);
  const masks = architecture.units.map((units, layer) => ({ length: streams * units, rate: dropout[layer]! }));
  return new Optimiser(state.tensors, { weights: rates, masks });
}

/** Reads the training text once, or an epoch's part of it, and moves the weights after every window. */
async function trainEpoch(training: Training, program: Program, optimiser: Optimiser, state: TrainingState) {
  const { architecture, configuration, targets } = training;
  const { steps, streams } = configuration;
  const shapes = tensorShapes(architecture);
  const learningRate = learningRateAt(configuration, state.epoch);
  const random = restoredRandom(state.random);
  const reading = planEpoch(training.runs, steps, streams, random);
  const plan = partOfReading(reading, state.epoch, configuration.epochsPerReading ?? 1);
  optimiser.continueFrom(random.state());
  let networkState = zeroState(architecture, streams);
  let lossSum = 0;
  let read = 0;

  for (const windows of plan) {
    windows.forEach(({ continues }, stream) => {
      if (!continues) resetStream(architecture, networkState, stream);
    });
    const { weights, masks } = optimiser.drop();
    const starts = windows.map(({ start }) => start);
    const outputs = await program.run({
      ...Object.fromEntries(shapes.map(({ name }, index) => [name, weights[index]!])),
      ...Object.fromEntries(masks.map((mask, layer) => [maskName(layer), mask])),
      ...stateToInputs(networkState),
      ...targets.sequence.inputs(starts, configuration),
      targets: targets.window(starts, configuration),
    });
    networkState = stateFromOutputs(architecture, outputs);
    lossSum += sumOfLosses(outputs[outputName(architecture)]!, targets, starts, steps);
    read += steps * streams;
    const losses = { epoch: state.epoch + 1, trainLoss: lossSum / read, firstLoss: state.log[0]?.trainLoss };
    requireConvergence(losses, architecture, configuration);

    state.step += 1;
    const gradients = shapes.map(({ name }) => outputs[gradientName(name)]!);
    optimiser.step(gradients, state.step, { ...configuration, learningRate });
    training.stepped?.(state);
    training.progress(steps * streams);
  }
  const characters = plan.length * steps * streams;
  return { trainLoss: lossSum / characters, characters, learningRate, random: optimiser.random() };
}

/** Characters read before each validation block, so that it does not start from nothing. */
const VALIDATION_RUN_UP = 1000;

/** Validation loss of the averaged weights, in nats a character. */
async function validate(training: Training, state: TrainingState): Promise<number> {
  const averages = state.tensors.map(({ average }) => average);
  const parameters = toParameters(training.architecture, averages);
  return quickLoss({ ...training, parameters }, training.validation, VALIDATION_RUN_UP);
}

/**
 * Trains from where `state` stands, in place, until `lastEpoch` epochs are done.
 * @throws InputError where the training text is too short for one window a stream, or training diverges
 */
export async function train(
  training: Training,
  state: TrainingState,
  lastEpoch = training.configuration.epochs,
): Promise<TrainingState> {
  const { architecture, configuration, engine } = training;
  if (charactersPerEpoch(training) <= 0) {
    const { streams, steps } = configuration;
    throw new InputError(
      `The training text is too short for ${streams} streams of ${steps} characters`,
      {},
      'Take fewer streams or steps in training.yaml, or a longer text.',
    );
  }
  const program = await engine.compile(trainingComputation(architecture, configuration));
  const optimiser = optimiserOf(training, state);
  state.tensors = [...optimiser.tensors];
  try {
    while (state.epoch < lastEpoch) {
      const began = training.clock();
      const { trainLoss, characters, learningRate, random } = await trainEpoch(training, program, optimiser, state);
      const charactersPerSecond = characters / (training.clock() - began);
      const validationLoss = await validate(training, state);
      const losses = { epoch: state.epoch + 1, trainLoss, firstLoss: state.log[0]?.trainLoss, validationLoss };
      requireConvergence(losses, architecture, configuration);
      state.epoch += 1;
      state.random = random;
      state.log.push({ epoch: state.epoch, trainLoss, validationLoss, learningRate, charactersPerSecond });
      if (validationLoss < state.best.validationLoss) {
        state.best = {
          epoch: state.epoch,
          validationLoss,
          weights: state.tensors.map(({ average }) => average.slice()),
        };
      }
      training.save(state);
    }
  } finally {
    await program.dispose();
  }
  return state;
}
