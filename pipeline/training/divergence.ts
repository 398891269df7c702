// Whether training has left for where no network comes back from.
import { InputError } from '../base/errors.ts';
import type { Architecture } from '../lstm/parameters.ts';
import type { Configuration } from './configuration.ts';

/** A loss of so many times what is known without a network is no longer noise. */
const FAR_ABOVE = 2;

/** The loss of whoever knows nothing: all symbols alike, in nats, or the mean of standardised numbers, which is their variance. */
const withoutNetwork = ({ reads, outputs }: Architecture) => (reads === 'numbers' ? 1 : Math.log(outputs));

export interface Losses {
  /** From 1. */
  readonly epoch: number;
  /** Mean over what the epoch has read so far. */
  readonly trainLoss: number;
  /** Of the first epoch; undefined in it. */
  readonly firstLoss: number | undefined;
  /** At the epoch's end. */
  readonly validationLoss?: number;
}

/**
 * @throws InputError a loss that is no finite number, or a training loss far above both the first epoch's and that of whoever
 * knows nothing
 */
export function requireConvergence(losses: Losses, architecture: Architecture, configuration: Configuration): void {
  const { epoch, trainLoss, firstLoss, validationLoss = 0 } = losses;
  const bound = FAR_ABOVE * Math.max(withoutNetwork(architecture), firstLoss ?? 0);
  const isNumber = Number.isFinite(trainLoss) && Number.isFinite(validationLoss);
  if (isNumber && trainLoss <= bound) return;
  const found = isNumber
    ? `its loss is ${trainLoss.toPrecision(4)}, where a network that knows nothing has ${withoutNetwork(architecture).toPrecision(4)}` +
      (firstLoss === undefined ? '' : ` and the first epoch had ${firstLoss.toPrecision(4)}`)
    : 'its loss is no finite number any more';
  const { learningRate, gradientNorm } = configuration;
  throw new InputError(
    `Training has diverged in epoch ${epoch}: ${found}.`,
    {},
    `Lower learningRate (${learningRate}) or gradientNorm (${gradientNorm}) in training.yaml and train anew. ` +
      (epoch === 1
        ? 'Nothing was written.'
        : `The checkpoint of epoch ${epoch - 1} is kept, and no model was made of it.`),
  );
}
