// What the model's page needs: its shapes, its run, and which columns are which gate.
import type { Model } from '../artifacts/schema.ts';
import type { Card } from '../formats/card.ts';
import type { LoggedEpoch } from '../formats/log.ts';
import {
  countParameters,
  GATES,
  gateColumns,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../lstm/parameters.ts';
import type { Split } from '../text/blocks.ts';
import type { ContextPoint } from './context.ts';

function rootMeanSquare({ columns, data }: Matrix, from = 0, to = columns): number {
  let squares = 0;
  let count = 0;
  for (let k = 0; k < data.length; k++) {
    const column = k % columns;
    if (column < from || column >= to) continue;
    squares += data[k]! * data[k]!;
    count += 1;
  }
  return Math.sqrt(squares / count);
}

function describeTensor(name: string, matrix: Matrix): Model['tensors'][number] {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of matrix.data) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  const units = matrix.columns / GATES.length;
  const gates = GATES.map((gate) => {
    const { from, to } = gateColumns(gate, units);
    return { gate, from, to, rms: rootMeanSquare(matrix, from, to) };
  });
  return {
    name,
    shape: name.endsWith('bias') ? [matrix.columns] : [matrix.rows, matrix.columns],
    minimum,
    maximum,
    rms: rootMeanSquare(matrix),
    gates: name.startsWith('dense') ? [] : gates,
  };
}

export interface ModelFacts {
  readonly id: string;
  readonly card: Card;
  readonly parameters: Parameters;
  readonly log: readonly LoggedEpoch[];
  /** Measured in this build. */
  readonly loss: Readonly<Record<Split, number>>;
  readonly untrainedLoss: Readonly<Record<Split, number>>;
  readonly context: readonly ContextPoint[];
}

export function modelArtifact({ id, card, parameters, log, loss, untrainedLoss, context }: ModelFacts): Model {
  const { architecture, vocabulary, weights, chosenEpoch, run } = card;
  const { units, inputs, cellActivation, recurrentActivation } = architecture;
  const tensors = listTensors(parameters);
  return {
    id,
    hash: weights.sha256,
    parameters: countParameters(architecture),
    layers: units.map((count, layer) => ({ units: count, inputs: layer === 0 ? inputs : units[layer - 1]! })),
    vocabulary: [...vocabulary],
    activation: cellActivation,
    recurrentActivation:
      recurrentActivation.kind === 'sigmoid'
        ? 'sigmoid'
        : `hard sigmoid: ${recurrentActivation.slope}·x + ${recurrentActivation.offset}, clipped to [0, 1]`,
    loss,
    untrainedLoss,
    chosenEpoch,
    curve: [...log],
    run: Object.entries(run).map(([name, value]) => ({ name, value: String(value) })),
    tensors: tensorShapes(architecture).map(({ name }, index) => describeTensor(name, tensors[index]!)),
    context: [...context],
  };
}
