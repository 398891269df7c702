// Which variables of a checkpoint of TensorFlow 2 make which layer: by the objects that hold them.
import type { Checkpoint, Variable } from './checkpoint.ts';

/** A variable with the way that leads to it, as `layer_with_weights-0/cell/kernel`. */
export interface PlacedVariable {
  readonly path: string;
  /** As the program called it, as `lstm/lstm_cell/kernel`. */
  readonly fullName: string;
  readonly variable: Variable;
}

/** Variables of one layer, in the order in which Keras lists them: of two directions the forward ones first. */
export interface SavedLayer {
  readonly name: string;
  readonly variables: readonly PlacedVariable[];
}

/** Lists of what has names elsewhere, and what training alone needs. */
const PASSED_BY = new Set([
  ...['variables', 'trainable_variables', 'non_trainable_variables', 'regularization_losses', 'keras_api', 'layers'],
  ...[
    'layer_metrics',
    'layer_regularization_losses',
    'metrics',
    'signatures',
    'optimizer',
    '_optimizer',
    'save_counter',
  ],
  ...['keras_metrics', 'loss_tracker', 'global_step', 'train_metrics', '_loss_tracker', 'seed_generator'],
]);
/** Lists that hold the layers where nothing else does. */
const LISTS = new Set(['layers', '_layers', 'variables', 'trainable_variables', '_trainable_variables']);
const DEEPEST = 64;

/** Every variable that is reached from the object that was saved, by the first way that leads there. */
export function placeVariables({ nodes, variables }: Checkpoint): PlacedVariable[] {
  const found: PlacedVariable[] = [];
  const seen = new Set<number>();
  const walk = (index: number, path: readonly string[], through: ReadonlySet<string>): void => {
    const node = nodes[index];
    if (node === undefined || seen.has(index) || path.length > DEEPEST) return;
    seen.add(index);
    for (const { fullName, key } of node.variables) {
      const variable = variables.get(key);
      if (variable !== undefined) found.push({ path: path.join('/'), fullName, variable });
    }
    // A layer with weights has two names, of which this one says so.
    const children = node.children.toSorted((a, b) => Number(isPlain(a.name)) - Number(isPlain(b.name)));
    for (const { node: child, name } of children) {
      if (!PASSED_BY.has(name) || through.has(name)) walk(child, [...path, name], through);
    }
  };
  walk(0, [], new Set());
  if (found.length > 0) return found;
  seen.clear();
  walk(0, [], LISTS);
  return found;
}

const isPlain = (name: string) => /^layer-\d+$/.test(name);

/** The layer's part of a way: what comes before the cell, the direction and the variable. */
function layerPath(path: string): string {
  const parts = path.split('/').slice(0, -1);
  while (parts.length > 0 && /^(?:cell|forward_layer|backward_layer)$/.test(parts.at(-1)!)) parts.pop();
  return parts.join('/');
}

const ORDER = ['embeddings', 'kernel', 'recurrent_kernel', 'bias'];
const rank = ({ path, fullName }: PlacedVariable): number => {
  const place = ORDER.indexOf((fullName || path).split('/').at(-1)!.replace(/:\d+$/, ''));
  const last = ORDER.indexOf(path.split('/').at(-1)!);
  const own = last < 0 ? place : last;
  return own < 0 ? ORDER.length : own;
};
const isBackward = ({ path, fullName }: PlacedVariable) =>
  Number(isListed(path) ? /(?:^|\/)backward_/.test(fullName) : path.split('/').includes('backward_layer'));

/** Whether a way leads through a list, of which only the numbers are known: then the name is all there is. */
export const isListed = (path: string): boolean => /(?:^|\/)\d+$/.test(path);

/** In the order in which Keras lists the arrays of a layer. */
export function inOrder(variables: readonly PlacedVariable[]): PlacedVariable[] {
  return variables.toSorted((a, b) => isBackward(a) - isBackward(b) || rank(a) - rank(b));
}

/** Layers in the order of the objects; each called as in the program, where no two are called alike. */
export function savedLayers(variables: readonly PlacedVariable[]): SavedLayer[] {
  const groups = new Map<string, PlacedVariable[]>();
  for (const variable of variables) {
    const path = (isListed(variable.path) ? '' : layerPath(variable.path)) || namedPath(variable.fullName);
    groups.set(path, [...(groups.get(path) ?? []), variable]);
  }
  const named = [...groups].map(([path, own]) => ({ path, own, name: programName(own[0]!.fullName) || path }));
  return named.map(({ path, own, name }) => {
    const isAlone = named.filter((other) => other.name === name).length === 1;
    return { name: isAlone ? name : path, variables: inOrder(own) };
  });
}

/** `model/lstm`, of `model/lstm/lstm_cell/kernel`. */
function namedPath(fullName: string): string {
  const parts = fullName.split('/').slice(0, -1);
  while (parts.length > 1 && /(?:^|_)cell(?:_\d+)?$|^(?:forward|backward)_/.test(parts.at(-1)!)) parts.pop();
  return parts.join('/');
}

const programName = (fullName: string): string => namedPath(fullName).split('/').at(-1) ?? '';
