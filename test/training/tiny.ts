// A network of eight cells and a text that repeats itself, which it can learn in a few epochs.
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import type { Configuration } from '../../pipeline/training/configuration.ts';
import type { Training } from '../../pipeline/training/loop.ts';

export const CONFIGURATION: Configuration = {
  corpus: 'pattern',
  seed: 3,
  units: [8],
  epochs: 6,
  streams: 4,
  steps: 20,
  learningRate: 0.02,
  constantEpochs: 3,
  finalLearningRate: 0.002,
  dropout: [0.1],
  recurrentDropout: [0.1],
  gradientNorm: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  averageDecay: 0.9,
};

export const ARCHITECTURE: Architecture = {
  inputs: 4,
  units: [8],
  outputs: 4,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

/** 0 1 0 2 0 3 over and over: what follows a 0 is known only to those who remember what was before it. */
const PATTERN = [0, 1, 0, 2, 0, 3];

export function tinyTraining(save: Training['save'] = () => {}): Training {
  let seconds = 0;
  return {
    engine: onnxEngine({ device: 'cpu', threads: 1 }),
    architecture: ARCHITECTURE,
    configuration: CONFIGURATION,
    targets: characterTargets(
      Int32Array.from({ length: 4000 }, (_, t) => PATTERN[t % PATTERN.length]!),
      ARCHITECTURE.outputs,
    ),
    runs: [
      { start: 0, end: 1500 },
      { start: 2000, end: 3600 },
    ],
    validation: [{ start: 1500, end: 2000 }],
    clock: () => {
      seconds += 1;
      return seconds;
    },
    progress() {},
    save,
  };
}
