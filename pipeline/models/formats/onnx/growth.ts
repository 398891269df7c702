// How many values a graph makes, guessed before it is run: a small file must not fill the memory.
import { InputError } from '../../../base/errors.ts';
import type { Folder } from './fold.ts';
import type { Node } from './node.ts';
import type { Source } from './source.ts';
import { countOf } from './tensors.ts';

/** Values of an input, which may be given as many steps. */
const GIVEN = 10_000;
/** Values of one array, and in times of the file's bytes for the large ones. */
const MOST_VALUES = 20_000_000;
const MOST_PER_BYTE = 16;

/** @throws {InputError} where some operator makes far more values than the file and a sequence have */
export async function checkGrowth(source: Source, folder: Folder): Promise<void> {
  const most = Math.max(MOST_VALUES, MOST_PER_BYTE * source.size);
  const counts = new Map<string, number>(source.inputs.map(({ name }) => [name ?? '', GIVEN]));
  for (const [name, { dims }] of source.constants) counts.set(name, countOf((dims ?? []).map(Number)));
  for (const node of source.nodes) {
    const count = await made(node, counts, folder);
    if (count > most) {
      throw new InputError(
        `The operator ${node.operator} ("${node.name}") makes far more values than the file and a sequence have.`,
        { file: source.file },
        'Export the model again; if it is the same, please report it.',
      );
    }
    for (const name of node.outputs) counts.set(name, count);
  }
}

/** What an operator does not name it takes to make as many as it reads. */
async function made(node: Node, counts: ReadonlyMap<string, number>, folder: Folder): Promise<number> {
  const read = node.inputs.map((name) => counts.get(name) ?? 0);
  const most = Math.max(1, ...read);
  const sizes = async (name: string | undefined) => {
    const value = name === undefined ? undefined : await folder.value(name);
    return value === undefined ? [] : Array.from(value.data as Float32Array, (size) => Math.abs(Number(size)));
  };
  switch (node.operator) {
    case 'Concat':
    case 'SequenceConstruct':
      return read.reduce((sum, count) => sum + count, 0);
    case 'ConstantOfShape':
      return countOf(await sizes(node.inputs[0]));
    case 'Expand':
      return Math.max(most, countOf(await sizes(node.inputs[1])));
    case 'Tile':
      return (read[0] ?? 0) * countOf(await sizes(node.inputs[1]));
    case 'Pad':
      return (read[0] ?? 0) + (await sizes(node.inputs[1])).reduce((sum, size) => sum + size, 0);
    case 'Range':
      return (await sizes(node.inputs[1]))[0] ?? most;
    default:
      return most;
  }
}
