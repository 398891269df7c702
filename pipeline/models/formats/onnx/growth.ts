// How many values a graph makes, before it is run: a small file must not fill the memory. Where onnxruntime infers the shape
// of what an operator gives, that is counted; else what is known of the operator tells it, and one of which nothing is known
// that bounds what it makes is refused.
import { InputError } from '../../../base/errors.ts';
import type { KnownSide } from '../../../engines/index.ts';
import { cut } from './cut.ts';
import type { Folder } from './fold.ts';
import type { Layer } from './lstm.ts';
import type { Node } from './node.ts';
import { inferShapes } from './shapes.ts';
import type { Declared } from './sides.ts';
import type { Source } from './source.ts';
import { countOf } from './tensors.ts';

/** Values of an input, which may be given as many steps. */
const GIVEN = 10_000;
/** Values of one array, and in times of the file's bytes for the large ones. */
const MOST_VALUES = 20_000_000;
const MOST_PER_BYTE = 16;

/**
 * Operators that may make many values of few, by an attribute or by the values of what they read: their shapes have to be
 * known.
 */
const UNBOUNDED = new Set(
  [
    'AffineGrid CenterCropPad Col2Im ConvTranspose DFT Einsum EyeLike GridSample MaxUnpool MelWeightMatrix Multinomial',
    'NonZero OneHot RandomNormal RandomUniform Resize RoiAlign STFT Upsample BlackmanWindow HammingWindow HannWindow',
  ]
    .join(' ')
    .split(' '),
);

/** @throws {InputError} where some operator makes far more values than the file and a sequence have, or it is not known */
export async function checkGrowth(
  source: Source,
  folder: Folder,
  declared: readonly Declared[],
  layers: readonly Layer[],
): Promise<void> {
  const most = Math.max(MOST_VALUES, MOST_PER_BYTE * source.size);
  const whole = await inferShapes(source, declared, source.nodes);
  // What onnxruntime cannot run as a whole is run as far as the layers alone.
  const nodes = whole === undefined ? before(source, layers) : source.nodes;
  const shapes = whole ?? (await inferShapes(source, declared, nodes)) ?? new Map<string, readonly KnownSide[]>();
  const counts = new Map<string, number>(source.inputs.map(({ name }) => [name ?? '', GIVEN]));
  for (const [name, { dims }] of source.constants) counts.set(name, countOf((dims ?? []).map(Number)));
  for (const node of nodes) {
    const known = node.outputs.filter((name) => name !== '').map((name) => counted(shapes.get(name)));
    const inferred = known.every((count) => count !== undefined) ? Math.max(0, ...known) : undefined;
    const count = inferred ?? (await made(node, counts, folder));
    if (count === undefined) {
      throw refused(
        node,
        source,
        'may make any number of values, and the file does not tell how many before it is run',
      );
    }
    if (count > most) throw refused(node, source, 'makes far more values than the file and a sequence have');
    for (const name of node.outputs) counts.set(name, count);
  }
}

/** All that leads to the layers, with the layers themselves. */
function before(source: Source, layers: readonly Layer[]): readonly Node[] {
  const outputs = layers.map(({ node }) => node.outputs.find((name) => name !== '') ?? '');
  return cut(source, outputs, new Set()).nodes;
}

/** The runtime in WebAssembly tells a side that it does not know as a number without its sign. */
const UNKNOWN_FROM = 2 ** 31;

function counted(shape: readonly KnownSide[] | undefined): number | undefined {
  const sides = shape?.filter((side) => typeof side === 'number' && side >= 0 && side < UNKNOWN_FROM) as
    | number[]
    | undefined;
  return sides?.length === shape?.length && sides !== undefined ? countOf(sides) : undefined;
}

function refused({ operator, name }: Node, { file }: Source, what: string): InputError {
  const fix = 'Export the model again; if it is the same, please report it.';
  return new InputError(`The operator ${operator} ("${name}") ${what}.`, { file }, fix);
}

/** What an operator of ONNX does not name it makes as many of as it reads; undefined where nothing tells. */
async function made(node: Node, counts: ReadonlyMap<string, number>, folder: Folder): Promise<number | undefined> {
  const read = node.inputs.map((name) => counts.get(name) ?? 0);
  const most = Math.max(1, ...read);
  const sizes = async (name: string | undefined) => {
    const value = name === undefined ? undefined : await folder.value(name);
    return value === undefined ? undefined : Array.from(value.data as Float32Array, (size) => Math.abs(Number(size)));
  };
  switch (node.operator) {
    case 'Concat':
    case 'SequenceConstruct':
      return read.reduce((sum, count) => sum + count, 0);
    case 'ConstantOfShape':
      return countOf((await sizes(node.inputs[0])) ?? []);
    case 'Expand':
      return Math.max(most, countOf((await sizes(node.inputs[1])) ?? []));
    case 'Tile':
      return (read[0] ?? 0) * countOf((await sizes(node.inputs[1])) ?? []);
    case 'Pad':
      return (read[0] ?? 0) + ((await sizes(node.inputs[1])) ?? []).reduce((sum, size) => sum + size, 0);
    case 'Range':
      return (await sizes(node.inputs[1]))?.[0] ?? most;
    default:
      return UNBOUNDED.has(node.operator) ? undefined : most;
  }
}
