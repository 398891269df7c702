// What the front page says of a cell, to a reader who never heard of one.
import type { Gallery } from '../../pipeline/contract/index.ts';
import { isText } from '../shared/drawn.ts';

const GIVEN =
  'A cell is one number inside a network that reads a text. It changes with every letter, and what it stands for, nobody wrote down.';
const OF_TEXT =
  'A cell is one number inside a network that reads a book letter by letter and guesses the next one. It carries what the network needs to remember from one letter to the next, and what that is, training alone decides.';
const OF_SERIES =
  'A cell is one number inside a network that reads a series step by step and predicts the next row. It carries what the network needs to remember from one step to the next, and what that is, training alone decides.';

export function whatIsACell(gallery: Pick<Gallery, 'dataset' | 'model'>): string {
  if (gallery.model === null) return GIVEN;
  return isText(gallery) ? OF_TEXT : OF_SERIES;
}
