// The layers of a Keras file of weights alone, in the order in which they were made as far as the file tells it: by its
// list of layers, or by the numbers that Keras gives layers of a kind as they are made.
import type { Hdf5Content } from './hdf5.ts';
import { listedWeights, type NamedArray } from './stored-weights.ts';

export interface LooseLayer {
  readonly name: string;
  /** What Keras calls its kind, as far as the file tells: `lstm`, `repeat_vector`. */
  readonly kind: string;
  /** In the order in which Keras lists them, the forward direction first; none of a layer without weights. */
  readonly arrays: readonly NamedArray[];
  /** How many recurrent layers were made before it, counted by Keras itself; undefined where the file does not say. */
  readonly made?: number;
}

export interface LooseLayers {
  readonly layers: readonly LooseLayer[];
  /** Whether they stand in the order in which they were made, whatever their kinds. */
  readonly isListed: boolean;
}

const withoutNumber = (name: string) => name.replace(/_\d+$/, '');
const numberOf = (name: string) => Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
const join = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

/** @throws {InputError} as `listedWeights` */
export function looseLayers(content: Hdf5Content, file: string): LooseLayers {
  const listed = listedLayers(content, file);
  return listed === undefined
    ? { layers: variableLayers(content), isListed: false }
    : { layers: listed, isListed: true };
}

// Keras 1 and 2: a list of all layers, those without weights too.

function listedLayers(content: Hdf5Content, file: string): LooseLayer[] | undefined {
  const weights = listedWeights(content, file);
  if (weights === undefined) return undefined;
  const arrays = new Map(weights.layers.map((layer) => [layer.name, layer.arrays]));
  const root = content.attributes.has('model_weights') ? 'model_weights' : '';
  const names = listOf(content, root);
  return names.flatMap((name) => parted({ name, kind: withoutNumber(name), arrays: arrays.get(name) ?? [] }));
}

function listOf({ attributes }: Hdf5Content, root: string): string[] {
  const named = attributes.get(root);
  const whole = named?.get('layer_names');
  if (whole !== undefined) return [whole].flat();
  const pieces: string[] = [];
  for (let k = 0; named?.has(`layer_names${k}`); k++) pieces.push(...[named.get(`layer_names${k}`)!].flat());
  return pieces;
}

/** A model inside a model has one list of arrays, whose names tell its layers apart: `lstm_1/lstm_cell/kernel:0`. */
function parted(layer: LooseLayer): LooseLayer[] {
  const parts = new Map<string, NamedArray[]>();
  for (const array of layer.arrays) {
    const [part = '', ...rest] = array.name.split('/');
    const key = rest.length === 0 ? '' : part;
    parts.set(key, [...(parts.get(key) ?? []), array]);
  }
  const named = [...parts.keys()].filter((part) => part !== '' && part !== layer.name);
  if (parts.size < 2 || named.length !== parts.size || /bidirectional|time_distributed/.test(layer.kind))
    return [layer];
  return [...parts].map(([part, arrays]) => ({ name: join(layer.name, part), kind: withoutNumber(part), arrays }));
}

// Keras 3 and late Keras 2: variables by the path that leads to them, and beside them the names of the layers.

const VARIABLE = /^(?:(.*)\/)?vars\/(\d+)$/;
const LAYERS = /(^|\/)(?:layers|_layer_checkpoint_dependencies)\//g;

interface Group {
  /** The path of the layer in the file, without its cell and its directions. */
  readonly path: string;
  readonly arrays: (NamedArray & { readonly isBackward: boolean; readonly serial: number })[];
  /** The paths of what has its arrays, such as its cell. */
  readonly parts: Set<string>;
}

/** `layers/bidirectional/backward_layer/cell` is a part of `layers/bidirectional`. */
function ownerOf(part: string): { path: string; isBackward: boolean } {
  const [, path = part, direction] = /^(.+?)(?:\/(forward_layer|backward_layer))?(?:\/cell)?$/.exec(part) ?? [];
  const distributed = /^(.*time_distributed(?:_\d+)?)\/layer$/.exec(path)?.[1];
  return { path: distributed ?? path, isBackward: direction === 'backward_layer' };
}

function variableLayers({ arrays, attributes }: Hdf5Content): LooseLayer[] {
  const groups = new Map<string, Group>();
  const groupAt = (path: string): Group => {
    const group = groups.get(path) ?? { path, arrays: [], parts: new Set<string>() };
    groups.set(path, group);
    return group;
  };
  for (const [stored, array] of arrays) {
    const [, part, serial] = VARIABLE.exec(stored.replaceAll('\\', '/')) ?? [];
    if (part === undefined) continue;
    const { path, isBackward } = ownerOf(part);
    const group = groupAt(path);
    group.parts.add(part);
    group.arrays.push({
      ...array,
      name: stored.replaceAll('\\', '/').replace(LAYERS, '$1'),
      isBackward,
      serial: Number(serial),
    });
  }
  for (const path of emptyLayers([...groups.keys()], attributes)) groupAt(path);
  const found = [...groups.values()].map((group) => looseLayer(group, attributes));
  return found.toSorted((a, b) => {
    if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
    return a.name.localeCompare(b.name, 'en', { numeric: true });
  });
}

type Names = Hdf5Content['attributes'];

/** Layers that the file names although they have no arrays. */
function emptyLayers(paths: readonly string[], attributes: Names): string[] {
  const named = [...attributes.keys()].flatMap((key) => {
    const [, path] = /^(.+)\/vars$/.exec(key.replaceAll('\\', '/')) ?? [];
    return path === undefined || /(^|\/)(cell|forward_layer|backward_layer|layer|seed_generator)$/.test(path)
      ? []
      : [path];
  });
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);
  return named.filter((path) => !paths.some((other) => within(other, path) || within(path, other)));
}

function looseLayer({ path, arrays, parts }: Group, attributes: Names): LooseLayer {
  const called = (part: string): string | undefined => {
    const name =
      attributes.get(`${part}/vars`)?.get('name') ?? attributes.get(`${part.replaceAll('/', '\\')}\\vars`)?.get('name');
    return typeof name === 'string' ? name : undefined;
  };
  const own = called(path);
  const group = path.replace(LAYERS, '$1');
  const last = path.slice(path.lastIndexOf('/') + 1);
  const isCounted = /(^|\/)(layers|_layer_checkpoint_dependencies)\/[^/]+$/.test(path);
  const kind = withoutNumber(isCounted ? last : (own ?? last));
  // In a list of layers the path is the kind, counted; a name that says more is the user's.
  const isGiven = isCounted && own !== undefined && withoutNumber(own) !== kind;
  const inner = [own, ...[...parts].map((part) => called(part.replace(/\/cell$/, '')))];
  const lstm = inner.map((name) => /^(?:forward_)?lstm(?:_(\d+))?$/.exec(name ?? '')).find((match) => match !== null);
  return {
    name: isGiven ? join(group.slice(0, Math.max(0, group.lastIndexOf('/'))), own) : group,
    kind,
    arrays: arrays.toSorted((a, b) => Number(a.isBackward) - Number(b.isBackward) || a.serial - b.serial),
    ...(lstm === undefined ? {} : { made: Number(lstm[1] ?? 0) }),
  };
}

/**
 * Layers in the order in which they were made; undefined where the file does not tell it.
 * @param layers some of the file's, such as its LSTM layers
 */
export function inOrderMade<L extends LooseLayer>(layers: readonly L[], isListed: boolean): readonly L[] | undefined {
  if (isListed || layers.length < 2) return layers;
  const made = new Set(layers.map((layer) => layer.made));
  if (made.size === layers.length && !made.has(undefined)) return layers.toSorted((a, b) => a.made! - b.made!);
  const stems = new Set(layers.map(({ name }) => withoutNumber(name)));
  return stems.size === 1 ? layers.toSorted((a, b) => numberOf(a.name) - numberOf(b.name)) : undefined;
}
