// What a layer reads: the characters or rows of the input, or what the layer below gives.
import type { Named, Window } from './names.ts';
import type { Ops } from './ops.ts';
import { type Architecture, type LayerParameters, type Parameters, readsNumbers } from './parameters.ts';

/** What a layer reads at its steps, time-major, and how a step's x becomes x·W + b, [B, 4H]. */
export interface Below<M> {
  readonly read: M;
  project(x: M): M;
}

/**
 * How the first layer reads characters: the product of one-hot with a kernel is a row of it.
 * @param whole whether what each character of the vocabulary adds is worked out before any is read, which is the
 *   cheaper way where there are more to read than that; both give the very same numbers
 */
export function readCharacters<M>(ops: Ops<M>, embedding: M | undefined, ids: M, whole: boolean) {
  return ({ kernel, bias }: LayerParameters<M>): Below<M> => {
    const ofRows = (rows: M): M =>
      embedding === undefined ? ops.add(rows, bias) : ops.matmul(rows, kernel, { addend: bias });
    const table = embedding ?? kernel;
    const ready = whole ? ofRows(table) : table;
    const project = (column: M) => {
      const rows = ops.gatherRows(ready, column);
      return whole ? rows : ofRows(rows);
    };
    return { read: ids, project };
  };
}

/** @param whole whether all steps are multiplied at once, which is the cheaper way where the weights are no constants */
export function readRows<M>(ops: Ops<M>, rows: M, whole: boolean) {
  return ({ kernel, bias }: LayerParameters<M>): Below<M> => {
    const project = (x: M) => ops.matmul(x, kernel, { addend: bias });
    return whole ? { read: project(rows), project: (x) => x } : { read: rows, project };
  };
}

/** What the first layer reads, of which it takes what {@link Below} says. @param whole see {@link readRows} */
export function readInput<M>(
  ops: Ops<M>,
  architecture: Architecture,
  { embedding }: Pick<Parameters<M>, 'embedding'>,
  { steps, streams }: Window,
  inputs: Named<M>,
  whole: boolean,
) {
  return readsNumbers(architecture)
    ? readRows(ops, inputs.values!, whole)
    : readCharacters(ops, embedding, inputs.ids!, steps * streams > architecture.inputs);
}
