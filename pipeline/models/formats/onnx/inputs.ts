// What an ONNX graph is given, as the file declares it and as it is given here.
import type { GraphInput, Side } from '../../graph/model.ts';
import type { Folder } from './fold.ts';
import type { Layer } from './lstm.ts';
import type { Declared } from './sides.ts';
import type { Source } from './source.ts';
import { typeOf } from './tensors.ts';
import { MOVES } from './uniform.ts';

/** The inputs that can be given here, with their sides as far as the file says them. */
export async function declaredInputs(source: Source, folder: Folder, layers: readonly Layer[]): Promise<Declared[]> {
  const width = layers[0]!.directions[0]!.parameters.kernel.rows;
  const found: Declared[] = [];
  for (const { name = '', type } of source.inputs) {
    const own = typeOf(type?.tensorType?.elemType);
    if (own === undefined || name === null) continue;
    const isFloat = own === 'float32';
    const vocabulary = isFloat ? undefined : await vocabularyOf(source, folder, name);
    const shape = type?.tensorType?.shape?.dim;
    const open = isFloat ? ['', '', width] : ['', ''];
    const sides = (shape ?? open).map((side, k) => {
      if (typeof side !== 'object') return typeof side === 'number' ? side : `${name} ${k}`;
      const size = Number(side.dimValue ?? 0);
      if (Number.isSafeInteger(size) && size > 0) return size;
      const isWidth = isFloat && shape !== null && shape !== undefined && k === shape.length - 1 && k > 0;
      return isWidth ? width : side.dimParam || `${name} ${k}`;
    });
    found.push({ name, type: own, sides, ...(vocabulary === undefined ? {} : { vocabulary }) });
  }
  return found;
}

/** The rows of the table that numbers of characters are looked up in, or the width that they are spread over. */
async function vocabularyOf(source: Source, folder: Folder, input: string): Promise<number | undefined> {
  const names = new Set([input]);
  for (const node of source.nodes) {
    const at = node.inputs.findIndex((name) => names.has(name));
    if (at < 0) continue;
    if (node.operator === 'Gather' && at === 1 && node.integer('axis', 0) === 0) {
      const table = await folder.value(node.inputs[0] ?? '');
      if (table?.type === 'float32' && table.dims.length === 2) return table.dims[0];
    }
    if (node.operator === 'OneHot' && at === 0) {
      const depth = await folder.value(node.inputs[1] ?? '');
      if (depth !== undefined) return Number(depth.data[0]);
    }
    if (MOVES.has(node.operator) && at === 0) for (const output of node.outputs) names.add(output);
  }
  return undefined;
}

/** @param sides which of its sides counts steps */
export function graphInput({ name, type, sides: declared, vocabulary }: Declared, sides: readonly Side[]): GraphInput {
  const at = sides.indexOf('steps');
  const only = at < 0 ? undefined : declared[at];
  const numbers = sides.filter((side) => side !== 'steps');
  const row =
    at < 0
      ? numbers
      : sides
          .slice(at + 1)
          .filter((side) => side !== 'steps')
          .slice(-1);
  return {
    name,
    reads: vocabulary === undefined ? 'numbers' : 'characters',
    width: vocabulary ?? row.reduce((product, side) => product * side, 1),
    sides,
    type,
    ...(typeof only === 'number' ? { steps: only } : {}),
  };
}
