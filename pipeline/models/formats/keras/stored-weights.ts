// Which arrays of a Keras file belong to which layer, in both of the ways in which Keras has stored them.
import { InputError } from '../../../base/errors.ts';
import type { Hdf5Content, StoredArray } from './hdf5.ts';
import type { LayerConfig } from './model-config.ts';

export interface NamedArray extends StoredArray {
  readonly name: string;
}

/** A layer's arrays in the order in which Keras lists them; of one that reads both ways the forward ones first. */
export interface StoredLayer {
  readonly name: string;
  readonly arrays: readonly NamedArray[];
}

export interface StoredWeights {
  /** All layers that have arrays, in the order of the file. */
  readonly layers: readonly StoredLayer[];
  /** The arrays of a layer that the model's description names; none where the file has none. */
  of(layer: LayerConfig): readonly NamedArray[];
  /** Those of the layers inside one that is a model itself. @param layers in the order of its description */
  within(layer: LayerConfig, layers: readonly LayerConfig[]): StoredWeights;
}

const DAMAGED = 'The file is damaged: save or fetch it again.';

const join = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

/** Beside the layers: what belongs to the model, and to its training. */
const OTHER_GROUPS = ['top_level_model_weights', 'optimizer', 'optimizer_weights'];

/** A list that is stored in pieces, `name0`, `name1` …, where one attribute could not hold it. */
function listAttribute({ attributes }: Hdf5Content, group: string, name: string): string[] | undefined {
  const named = attributes.get(group);
  const whole = named?.get(name);
  if (whole !== undefined) return [whole].flat();
  const pieces: string[] = [];
  for (let k = 0; named?.has(`${name}${k}`); k++) pieces.push(...[named.get(`${name}${k}`)!].flat());
  return pieces.length === 0 ? undefined : pieces;
}

/**
 * The layout of Keras 1 and 2, which Keras 3 writes too where the file's name ends in .h5: a group for each layer, and
 * attributes that list them and their arrays in order.
 * @returns undefined where the file has another layout
 * @throws {InputError} an array that is listed but not there
 */
export function listedWeights(content: Hdf5Content, file: string): StoredWeights | undefined {
  const root = content.attributes.has('model_weights') ? 'model_weights' : '';
  const names = listAttribute(content, root, 'layer_names');
  if (names === undefined) return undefined;
  const layers = names.map((name): StoredLayer => {
    const group = join(root, name);
    const arrays = (listAttribute(content, group, 'weight_names') ?? []).map((tensor): NamedArray => {
      const array = content.arrays.get(join(group, tensor));
      if (array !== undefined) return { name: tensor, ...array };
      throw new InputError('It is listed, but the file does not hold it.', { file, tensor }, DAMAGED);
    });
    return { name, arrays };
  });
  const listed = new Set(
    layers.flatMap(({ name, arrays }) => arrays.map((array) => join(join(root, name), array.name))),
  );
  const others = OTHER_GROUPS.map((name) => join(root, name));
  const forgotten = [...content.arrays.keys()].find(
    (path) =>
      !listed.has(path) &&
      (root === '' || path.startsWith(`${root}/`)) &&
      !others.some((group) => path.startsWith(`${group}/`)),
  );
  if (forgotten !== undefined) {
    throw new InputError('The file holds it and does not list it.', { file, tensor: forgotten }, DAMAGED);
  }
  const byName = new Map(layers.map((layer) => [layer.name, layer.arrays]));
  return {
    layers: layers.filter(({ arrays }) => arrays.length > 0),
    of: ({ name }) => byName.get(name) ?? [],
    within: ({ name }) => namedWithin(byName.get(name) ?? []),
  };
}

/** A model within a model has one list for all its layers, whose names are in those of the arrays. */
function namedWithin(arrays: readonly NamedArray[]): StoredWeights {
  const of = ({ name }: LayerConfig) => arrays.filter((array) => partsOf(array.name).includes(name));
  return {
    layers: [{ name: '', arrays }],
    of,
    within: (layer) => namedWithin(of(layer).length > 0 ? of(layer) : arrays),
  };
}

/** `lstm_1/lstm_cell/kernel:0`, or in Keras 1 `lstm_1_W_i`. */
const partsOf = (name: string): string[] => [...name.split('/'), name.replace(/_[WUb](_[icfo])?(:\d+)?$/, '')];

/** A path as `lstm_1/cell/vars/0`, below the group of the layers. */
const VARIABLE = /^([^/]+)\/(.*?)\/?vars\/(\d+)$/;
/** That group; some early versions have another name for it. */
const LAYERS = /^(?:layers|_layer_checkpoint_dependencies)\//;

/** Keras 3 names the groups of layers by their kinds, counted: `lstm`, `lstm_1`. */
function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The kinds in the order in which they can follow each other; a kind's first has no number, the others count from 1. */
const KINDS = ['embedding', 'lstm', 'bidirectional', 'dense', 'time_distributed'];

function place(name: string): readonly [kind: number, serial: number] {
  const [, base = '', serial = '0'] = /^(.*?)(?:_(\d+))?$/.exec(name)!;
  const kind = KINDS.indexOf(base);
  return [kind < 0 ? KINDS.length : kind, Number(serial)];
}

/**
 * The layout of Keras 3, and of the `.keras` archives of late Keras 2: variables by the path that leads to them.
 * @param stored the layers in the order of the model's description, where there is one
 */
export function variableWeights({ arrays }: Hdf5Content, stored: readonly LayerConfig[] = []): StoredWeights {
  // On Windows, some versions wrote other slashes.
  const all = [...arrays].map(([path, array]) => ({ ...array, name: path.replaceAll('\\', '/') }));
  return variablesBelow('', all, stored);
}

/** @param root what the paths begin with, of arrays whose names are paths */
function variablesBelow(root: string, all: readonly NamedArray[], stored: readonly LayerConfig[]): StoredWeights {
  const found = new Map<string, (NamedArray & { part: string; serial: number })[]>();
  for (const array of all) {
    if (!array.name.startsWith(root) || !LAYERS.test(array.name.slice(root.length))) continue;
    const path = array.name.slice(root.length).replace(LAYERS, '');
    const [, layer, part = '', serial] = VARIABLE.exec(path) ?? [];
    if (layer === undefined) continue;
    const name = `${layer}/${join(part, `vars/${serial}`)}`;
    found.set(layer, [...(found.get(layer) ?? []), { ...array, name, part, serial: Number(serial) }]);
  }
  const isBackward = (part: string) => Number(part.startsWith('backward_layer'));
  const byPart = new Intl.Collator('en', { numeric: true });
  for (const list of found.values()) {
    list.sort(
      (a, b) => isBackward(a.part) - isBackward(b.part) || byPart.compare(a.part, b.part) || a.serial - b.serial,
    );
  }
  const names = [...found.keys()].sort((a, b) => {
    const [[kindA, serialA], [kindB, serialB]] = [place(a), place(b)];
    return kindA - kindB || serialA - serialB;
  });
  const counts = new Map<string, number>();
  const groups = new Map(
    stored
      // An operation is no layer there, and is not counted.
      .filter(({ module }) => !module.startsWith('keras.src.ops'))
      .map((layer) => {
        const kind = snakeCase(layer.className);
        const count = counts.get(kind) ?? 0;
        counts.set(kind, count + 1);
        return [layer.name, count === 0 ? kind : `${kind}_${count}`];
      }),
  );
  const groupOf = ({ name }: LayerConfig) => groups.get(name) ?? '';
  return {
    layers: names.map((name) => ({ name, arrays: found.get(name)! })),
    of: (layer) => found.get(groupOf(layer)) ?? [],
    within: (layer, layers) =>
      variablesBelow(
        `${root}${all.some(({ name }) => name.startsWith(`${root}layers/`)) ? 'layers' : '_layer_checkpoint_dependencies'}/${groupOf(layer)}/`,
        all,
        layers,
      ),
  };
}
