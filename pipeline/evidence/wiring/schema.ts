// What a cell's gates depend on, and the cells at the other ends of its strongest connections.
import { z } from 'zod';
import type { Figures } from '../../base/figures.ts';
import { cellId, count } from '../../base/schemas.ts';
import { SIGNALS } from '../../base/signals.ts';

/** What is added to the sums z of a cell's gates, in the order i f g o. */
const drives = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** Strongest first: weights times the standard deviation of the sender's h on the training sample. */
const connections = z.array(z.object({ id: cellId, drives }));

export const wiringSchema = z.object({
  /**
   * For every character of the vocabulary, what reading it adds to the gates, less what is added on average; for every
   * feature of a series, what one standard deviation of it adds. Null for what is too rare in the training sample.
   */
  inputs: z.array(drives.nullable()),
  /** Which symbols of a large vocabulary `inputs` is of, rising: those that are not too rare. Left out where it is of all. */
  symbols: z.array(count).optional(),
  /** What adds to the cell's gates: cells of the layer below, and of the same one. It may be itself. */
  inputsFrom: z.object({ below: connections, same: connections }),
  /** Whose gates it adds to: in the same layer, and in the layer above. */
  outputsTo: z.object({ same: connections, above: connections }),
});
export type CellWiring = z.infer<typeof wiringSchema>;

/** @param names of what is read: the characters, or the features of a series */
export function wiringFigures(
  { inputs, symbols, inputsFrom, outputsTo }: CellWiring,
  names: readonly string[],
): Figures {
  const ofGates = (x: string, ofCell: readonly number[]) => ofCell.map((y, gate) => ({ series: SIGNALS[gate]!, x, y }));
  const ofCells = (cells: z.infer<typeof connections>) =>
    cells.flatMap(({ id, drives: ofCell }) => ofGates(id, ofCell));
  return {
    'what reading adds to the gates': inputs.flatMap((ofInput, k) => ofGates(names[symbols?.[k] ?? k]!, ofInput ?? [])),
    'inputs from': [...ofCells(inputsFrom.below), ...ofCells(inputsFrom.same)],
    'outputs to': [...ofCells(outputsTo.same), ...ofCells(outputsTo.above)],
  };
}
