// The shapes of a graph's values, as onnxruntime infers them from those of its inputs before anything is run.
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import { type KnownSide, shapesOfPart, type ValueType } from '../../../engines/index.ts';
import { cut, encode } from './cut.ts';
import type { Node } from './node.ts';
import type { Declared } from './sides.ts';
import type { Source } from './source.ts';
import { countOf, typeOf } from './tensors.ts';

/** Of a side that the file leaves open: sequences, or steps. */
const OPEN = 50;
/** Constants that are shapes, axes and the like have no more values; of longer ones the shape alone is told. */
const MOST_SPELT = 1024;

/**
 * @param nodes whose outputs are meant
 * @returns undefined where onnxruntime could not run them
 */
export async function inferShapes(
  source: Source,
  declared: readonly Declared[],
  nodes: readonly Node[],
): Promise<ReadonlyMap<string, readonly KnownSide[]> | undefined> {
  const outputs = nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  const sides = new Map(
    declared.map((one) => [one.name, one.sides.map((side) => (typeof side === 'number' ? side : OPEN))]),
  );
  try {
    const part = cut(source, outputs, new Set());
    const types = new Map<string, ValueType>();
    const spelt = part.constants.filter((name) => {
      const tensor = source.constants.get(name);
      const dims = (tensor?.dims ?? []).map(Number);
      const type = typeOf(tensor?.dataType);
      if (tensor === undefined || type === undefined || countOf(dims) <= MOST_SPELT) return true;
      sides.set(name, dims);
      types.set(name, type);
      return false;
    });
    const inputs = [...part.inputs, ...types.keys()];
    const wanted = outputs.map((name) => ({ name }));
    const bytes = encode(source, { ...part, inputs, constants: spelt }, wanted, (name) => {
      return types.get(name) ?? source.inputType(name);
    });
    return await shapesOfPart(withShapes(bytes, sides), 'the file');
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function withShapes(bytes: Uint8Array, sides: ReadonlyMap<string, readonly number[]>): Uint8Array {
  const model = onnx.onnx.ModelProto.decode(bytes);
  for (const { name, type } of model.graph?.input ?? []) {
    const known = sides.get(name ?? '');
    const tensor = type?.tensorType;
    if (known !== undefined && tensor) tensor.shape = { dim: known.map((dimValue) => ({ dimValue })) };
  }
  return onnx.onnx.ModelProto.encode(model).finish();
}
