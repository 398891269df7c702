// The training loop: what happens in an epoch, and what is remembered between two of them.
import { InputError } from '../base/errors.ts';
import type { Span } from '../base/positions.ts';
import { normal, type Random, restoredRandom, seededRandom } from '../base/random.ts';
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
import { quickLoss } from '../trace/loss.ts';
import type { Targets } from '../trace/targets.ts';
import { type Configuration, learningRateAt } from './configuration.ts';
import { adamStep, clippingScale, dropoutMask, dropWeights, startTraining, type Trained } from './optimiser.ts';
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
  const tensors = listTensors(initialParameters(architecture, deviates)).map(({ data }) => startTraining(data));
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

/** Reads the training text once, or an epoch's part of it, and moves the weights after every window. */
async function trainEpoch(training: Training, program: Program, state: TrainingState, random: Random) {
  const { architecture, configuration, targets } = training;
  const { steps, streams } = configuration;
  const shapes = tensorShapes(architecture);
  const recurrent = architecture.units.map((_, layer) =>
    shapes.findIndex(({ name }) => name === `layer${layer + 1}.recurrent_kernel`),
  );
  const learningRate = learningRateAt(configuration, state.epoch);
  const reading = planEpoch(training.runs, steps, streams, random);
  const plan = partOfReading(reading, state.epoch, configuration.epochsPerReading ?? 1);
  let networkState = zeroState(architecture, streams);
  let lossSum = 0;

  for (const windows of plan) {
    windows.forEach(({ continues }, stream) => {
      if (!continues) resetStream(architecture, networkState, stream);
    });
    const weights = state.tensors.map((tensor) => tensor.weights);
    const weightMasks = new Map(
      recurrent.flatMap((index, layer) => {
        const rate = configuration.recurrentDropout[layer]!;
        return rate === 0 ? [] : [[index, dropoutMask(weights[index]!.length, rate, random)] as const];
      }),
    );
    const inputs = shapes.map(({ name }, index) => {
      const mask = weightMasks.get(index);
      return [name, mask === undefined ? weights[index]! : dropWeights(weights[index]!, mask)] as const;
    });
    const masks = architecture.units.map(
      (units, layer) => [maskName(layer), dropoutMask(streams * units, configuration.dropout[layer]!, random)] as const,
    );
    const starts = windows.map(({ start }) => start);
    const outputs = await program.run({
      ...Object.fromEntries(inputs),
      ...Object.fromEntries(masks),
      ...stateToInputs(networkState),
      ...targets.sequence.inputs(starts, configuration),
      targets: targets.window(starts, configuration),
    });
    networkState = stateFromOutputs(architecture, outputs);
    lossSum += sumOfLosses(outputs[outputName(architecture)]!, targets, starts, steps);

    const gradients = shapes.map(({ name }, index) => {
      const gradient = outputs[gradientName(name)]!;
      const mask = weightMasks.get(index);
      return mask === undefined ? gradient : dropWeights(gradient, mask);
    });
    state.step += 1;
    const scale = clippingScale(gradients, configuration.gradientNorm);
    state.tensors.forEach((tensor, index) => {
      adamStep(tensor, gradients[index]!, state.step, scale, { ...configuration, learningRate });
    });
    training.stepped?.(state);
    training.progress(steps * streams);
  }
  const characters = plan.length * steps * streams;
  return { trainLoss: lossSum / characters, characters, learningRate };
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
 * @throws InputError where the training text is too short for one window a stream
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
  try {
    while (state.epoch < lastEpoch) {
      const random = restoredRandom(state.random);
      const began = training.clock();
      const { trainLoss, characters, learningRate } = await trainEpoch(training, program, state, random);
      const charactersPerSecond = characters / (training.clock() - began);
      const validationLoss = await validate(training, state);
      state.epoch += 1;
      state.random = random.state();
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
