// Whether the steps of a layer are those of an input, one for one: an input's step is changed, and the layer reads
// something else at this step and not at all.
import { InputError } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';
import { openPart, type Value } from '../../../engines/index.ts';
import type { PartNode, RecurrentNode } from '../../graph/model.ts';
import type { Layer } from './lstm.ts';
import { type Declared, type Probe, randomValue } from './sides.ts';

type Follows = RecurrentNode['follows'];

/**
 * @param part what leads to the layer; undefined where it reads `x` itself
 * @param below of the layers before it, by what they give out
 */
export async function followed(
  { inputs, probe }: { readonly inputs: readonly Declared[]; readonly probe: Probe },
  layer: Layer,
  part: PartNode | undefined,
  x: string,
  below: ReadonlyMap<string, Follows>,
  random: Random,
): Promise<Follows> {
  const ofSource = (name: string): Follows =>
    probe.sides.get(name)?.includes('steps') ? { input: name, reversed: false } : below.get(name);
  if (part === undefined || !part.outputs.includes(x)) return ofSource(x);
  const { found } = probe;
  const steps = found?.get(layer.x)?.dims[0];
  if (found === undefined || steps === undefined || part.inputs.some((name) => !found.has(name))) return undefined;
  const given = new Map(part.inputs.map((name) => [name, found.get(name)!]));
  try {
    const program = await openPart(part.bytes(), part.name);
    try {
      const read = async (feeds: ReadonlyMap<string, Value>) => (await program.run(feeds, [x])).get(x)!;
      const base = await read(given);
      for (const name of part.inputs) {
        const source = ofSource(name);
        const value = given.get(name)!;
        const at = probe.sides.get(name)?.indexOf('steps') ?? 0;
        if (source === undefined || value.dims[at] !== steps || steps < 2) continue;
        const declared = inputs.find((one) => one.name === name) ?? { name, type: value.type, sides: [] };
        const touched: Set<number>[] = [];
        for (const step of [0, steps - 1]) {
          const other = await read(new Map(given).set(name, changed(value, at, step, declared, random)));
          touched.push(changedRows(base, other));
        }
        const [first, last] = touched as [Set<number>, Set<number>];
        const isLocal = first.size < steps && last.size < steps;
        if (isLocal && first.has(0) && last.has(steps - 1)) return source;
        if (isLocal && first.has(steps - 1) && last.has(0)) return { ...source, reversed: !source.reversed };
      }
    } finally {
      await program.dispose();
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return undefined;
}

function changed(value: Value, side: number, step: number, declared: Declared, random: Random): Value {
  const data = value.data.slice();
  const inner = value.dims.slice(side + 1).reduce((product, size) => product * size, 1);
  const count = value.dims[side]!;
  const other = randomValue(declared, [data.length], random).data;
  for (let k = 0; k < data.length; k++) {
    if (Math.floor(k / inner) % count !== step) continue;
    const isSame = data[k] === other[k];
    data[k] = isSame && declared.vocabulary !== undefined ? next(data[k]!, declared.vocabulary) : other[k]!;
  }
  return { ...value, data };
}

/** Another number of the vocabulary. */
function next(value: number | bigint, vocabulary: number): number | bigint {
  return typeof value === 'bigint' ? (value + 1n) % BigInt(vocabulary) : (value + 1) % vocabulary;
}

function changedRows({ dims, data }: Value, other: Value): Set<number> {
  const width = data.length / dims[0]!;
  return new Set(
    Array.from(data.keys())
      .filter((k) => data[k] !== other.data[k])
      .map((k) => Math.floor(k / width)),
  );
}
