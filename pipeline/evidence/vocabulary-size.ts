// From which size on a vocabulary is too large to keep a number of each symbol for every cell.
import type { StepInputs } from '../datasets/dataset.ts';

/** Of so many symbols everything is kept, as of any characters; of more, what tells most. */
const FEW = 512;

/** @param size of the vocabulary that is read, or predicted */
export function isLargeVocabulary({ reads }: StepInputs, size: number): boolean {
  return reads === 'symbols' && size > FEW;
}
