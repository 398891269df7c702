import { describe, expect, test } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { trainingComputation } from '../../pipeline/lstm/backward.ts';
import { gradientName, outputName } from '../../pipeline/lstm/names.ts';
import { type Architecture, type CellActivation, tensorShapes } from '../../pipeline/lstm/parameters.ts';
import {
  KERAS_2_HARD_SIGMOID,
  relativeDifference,
  SIGMOID,
  smallArchitecture,
  trainingExample,
} from '../engines/example.ts';

const window = { steps: 4, streams: 3 };

/** Mean cross-entropy over the window, from the log-probabilities that the computation gives out. */
function meanLoss(logProbabilities: ArrayLike<number>, targets: ArrayLike<number>, outputs: number): number {
  let sum = 0;
  for (let k = 0; k < targets.length; k++) sum -= logProbabilities[k * outputs + targets[k]!]!;
  return sum / targets.length;
}

/** Half the squared error of a step's numbers, averaged over the steps. */
function meanError(outputs: ArrayLike<number>, targets: ArrayLike<number>, width: number): number {
  let sum = 0;
  for (let k = 0; k < targets.length; k++) sum += (outputs[k]! - targets[k]!) ** 2 / 2;
  return sum / (targets.length / width);
}

const forecaster = (cellActivation: CellActivation): Architecture => ({
  ...smallArchitecture(SIGMOID),
  reads: 'numbers',
  outputActivation: 'linear',
  cellActivation,
});

const networks: [string, Architecture][] = [
  ['a sigmoid at the gates', smallArchitecture(SIGMOID)],
  ['a hard sigmoid at the gates', smallArchitecture(KERAS_2_HARD_SIGMOID)],
  ['an embedding before the first layer', { ...smallArchitecture(SIGMOID), embedding: 3 }],
  ['numbers to read and to foretell', forecaster('tanh')],
  ['rectified cells', forecaster('relu')],
  ['linear cells', forecaster('linear')],
  ['sigmoid cells', forecaster('sigmoid')],
  // Not the exponential, whose cells overflow within these steps.
  ...(
    [
      ...(['leaky-relu(0.2)', 'relu6', 'elu', 'elu(0.5)', 'selu', 'softplus', 'softsign'] as const),
      ...(['log-sigmoid', 'hard-tanh', 'hard-sigmoid(0.2,0.5)'] as const),
    ] satisfies CellActivation[]
  ).map((activation): [string, Architecture] => [`cells with ${activation}`, forecaster(activation)]),
  ['gates with tanh', { ...forecaster('tanh'), recurrentActivation: { kind: 'other', function: 'tanh' } }],
];

/** Weights whose derivatives are taken one by one; of more of them, derivatives along so many directions that move all. */
const FEW = 12;

/** Directions of length 1 in which a tensor's weights are moved: an entry that is wrong shows in each of the random ones. */
function directionsOf(length: number): Float64Array[] {
  if (length <= FEW)
    return Array.from({ length }, (_, k) => Float64Array.from({ length }, (_, at) => Number(at === k)));
  const random = mixedRandom(length);
  return Array.from({ length: FEW }, () => {
    const moves = Float64Array.from({ length }, () => normal(random));
    const size = Math.hypot(...moves);
    return moves.map((move) => move / size);
  });
}

const STEP = 1e-5;

describe.each(networks)('with %s', (_, architecture) => {
  const { computation, inputs } = trainingExample(architecture, window);
  const mean = architecture.reads === 'numbers' ? meanError : meanLoss;

  test.each(tensorShapes(architecture).map(({ name }) => name))(
    'the gradient by %s equals central finite differences in float64',
    async (tensor) => {
      const program = await referenceEngine(Float64Array).compile(computation);
      const loss = async (changed: Inputs) => {
        const prediction = (await program.run(changed))[outputName(architecture)]!;
        return mean(prediction, inputs.targets!, architecture.outputs);
      };
      const gradient = (await program.run(inputs))[gradientName(tensor)]!;
      const directions = directionsOf(gradient.length);
      const analytic = directions.map((moves) => moves.reduce((sum, move, k) => sum + move * gradient[k]!, 0));
      const numeric = new Float64Array(directions.length);
      for (const [at, moves] of directions.entries()) {
        const moved = (by: number) => {
          const weights = Float64Array.from(inputs[tensor]!, (weight, k) => weight + by * moves[k]!);
          return loss({ ...inputs, [tensor]: weights });
        };
        numeric[at] = ((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP);
      }
      expect(relativeDifference(analytic, numeric)).toBeLessThan(1e-6);
    },
  );
});

test.each<[string, Partial<Architecture>]>([
  ['reads both ways', { bidirectional: [true, false] }],
  ['has a hidden dense layer', { hidden: [{ units: 3, activation: 'relu' }] }],
  ['has no output', { outputs: 0 }],
  ['foretells numbers from characters', { outputActivation: 'linear' }],
])('a network that %s is not trained', (_, change) => {
  const architecture = { ...smallArchitecture(SIGMOID), ...change };
  expect(() => trainingComputation(architecture, window)).toThrow(/only plain layers are trained/i);
});
