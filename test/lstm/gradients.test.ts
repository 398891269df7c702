import { describe, expect, test } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { gradientName } from '../../pipeline/lstm/network.ts';
import { type RecurrentActivation, tensorShapes } from '../../pipeline/lstm/parameters.ts';
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

const activations: [string, RecurrentActivation][] = [
  ['a sigmoid', SIGMOID],
  ['a hard sigmoid', KERAS_2_HARD_SIGMOID],
];

describe.each(activations)('with %s at the gates', (_, activation) => {
  const architecture = smallArchitecture(activation);
  const { computation, inputs } = trainingExample(architecture, window);

  test.each(tensorShapes(architecture).map(({ name }) => name))(
    'the gradient by %s equals central finite differences in float64',
    async (tensor) => {
      const program = await referenceEngine(Float64Array).compile(computation);
      const loss = async (changed: Inputs) => {
        const { logProbabilities } = await program.run(changed);
        return meanLoss(logProbabilities!, inputs.targets!, architecture.outputs);
      };
      const analytic = (await program.run(inputs))[gradientName(tensor)]!;
      const numeric = new Float64Array(analytic.length);
      const step = 1e-5;
      for (let k = 0; k < numeric.length; k++) {
        const at = (offset: number) => {
          const moved = Float64Array.from(inputs[tensor]!);
          moved[k]! += offset;
          return loss({ ...inputs, [tensor]: moved });
        };
        numeric[k] = ((await at(step)) - (await at(-step))) / (2 * step);
      }
      expect(relativeDifference(analytic, numeric)).toBeLessThan(1e-6);
    },
  );
});
