// The tensors of a model by their names, from whatever PyTorch's users save: a state dict, a checkpoint that holds one
// beside other things, a whole module, TorchScript; or a safetensors file.
import { InputError } from '../../../base/errors.ts';
import { readAnyTensors, type Tensor } from '../../../files/safetensors.ts';
import { Dict, Placeholder, Tuple, type Value } from './pickle-values.ts';
import { FLOATS, type TensorRef, tensorIn } from './tensor-refs.ts';
import { withTorchFile } from './torch-file.ts';

/** A tensor of something else than floating-point numbers. */
export interface OtherTensor {
  readonly shape: readonly number[];
  /** As PyTorch calls the format of its numbers, `int64`. */
  readonly dtype: string;
}

export interface StateDict {
  /** What kind of file it was. */
  readonly format: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly others: ReadonlyMap<string, OtherTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the tensors stand in the order in which their modules were made; a safetensors file sorts them. */
  readonly isInOrder: boolean;
  /** What a reader should know of how it was found. */
  readonly notes: readonly string[];
}

/** The names of tensors of recurrent layers, as PyTorch's modules have them. */
const RECURRENT = /(^|\.)weight_(ih|hh)(_l\d+)?(_reverse)?(_raw)?$/;

const RECURRENT_ANY = /(^|\.)(weight|bias)_(ih|hh|hr)(_l\d+)?(_reverse)?(_raw)?$/;

/** @throws {InputError} as `readAnyTensors` */
export function readSafetensorsDict(path: string): StateDict {
  const { tensors, others, metadata } = readAnyTensors(path);
  const { renamed, notes } = withoutWrappers([...tensors.keys(), ...others.keys()]);
  const pick = <T>(from: ReadonlyMap<string, T>) => new Map([...from].map(([name, value]) => [renamed(name), value]));
  return {
    format: 'PyTorch state dict, safetensors',
    tensors: pick(tensors),
    others: pick(others),
    metadata,
    isInOrder: false,
    notes,
  };
}

/** @throws {InputError} a file that is broken, or in which there is no tensor of a recurrent layer */
export function readTorchDict(path: string): StateDict {
  return withTorchFile(path, ({ form, root, load }) => {
    const found = choose(root, form, path);
    const { renamed, notes } = withoutWrappers([...found.refs.keys()]);
    const tensors = new Map<string, Tensor>();
    const others = new Map<string, OtherTensor>();
    for (const [name, ref] of found.refs) {
      const format = FLOATS[ref.dtype];
      const { shape, dtype } = ref;
      if (format === undefined) others.set(renamed(name), { shape, dtype });
      else {
        const converted = format === 'F32' ? {} : { storedAs: format };
        tensors.set(renamed(name), { shape, data: load(ref, name), ...converted });
      }
    }
    return {
      format: `PyTorch ${found.kind}, ${form}`,
      tensors,
      others,
      metadata: {},
      isInOrder: true,
      notes: [...found.notes, ...notes],
    };
  });
}

// What a value of a pickle holds, by names joined with dots.

interface Found {
  readonly refs: Map<string, TensorRef>;
  /** Names whose value is an object of a class that is not read, and the class. */
  readonly closed: Map<string, string>;
}

const DEEPEST = 64;
const MOST_TENSORS = 100_000;
const MOST_STEPS = 20_000_000;
/** A module's own dicts, which are no part of its tensors' names. */
const TRANSPARENT = new Set(['_parameters', '_buffers', '_modules']);

/** What lies in a value under names: the entries of a dict, the attributes of an object, the items of a list. */
function* below(value: Value): Generator<[name: string, value: Value]> {
  if (value instanceof Dict) yield* value.named();
  else if (value instanceof Placeholder) {
    const { state, entries } = value;
    for (const [name, item] of entries) if (typeof name === 'string') yield [name, item];
    const attributes = state instanceof Tuple ? state.items[0] : state;
    if (!(attributes instanceof Dict)) return;
    const isModule = attributes.entries.has('_modules');
    for (const [name, attribute] of attributes.named()) {
      if (TRANSPARENT.has(name) && attribute instanceof Dict) yield* attribute.named();
      else if (!isModule) yield [name, attribute];
    }
  } else if (Array.isArray(value) || value instanceof Tuple) {
    const items = Array.isArray(value) ? value : value.items;
    for (const [index, item] of items.slice(0, DEEPEST).entries()) {
      if (item instanceof Dict || item instanceof Placeholder) yield [String(index), item];
    }
  }
}

/** @param steps how many values may still be looked at, in all of the file's walks together */
function collect(root: Value, steps: { left: number }, file: string): Found {
  const found: Found = { refs: new Map(), closed: new Map() };
  const seen = new Set<Value>();
  const walk = (value: Value, path: string, depth: number): void => {
    if (depth > DEEPEST || seen.has(value)) return;
    seen.add(value);
    for (const [name, item] of below(value)) {
      const whole = path === '' ? name : `${path}.${name}`;
      const ref = tensorIn(item);
      if (ref !== undefined) found.refs.set(whole, ref);
      else if (typeof item === 'object' && item !== null) {
        if (item instanceof Placeholder) found.closed.set(whole, item.of);
        walk(item, whole, depth + 1);
      }
      steps.left -= 1;
      if (steps.left < 0 || found.refs.size + found.closed.size > MOST_TENSORS) {
        throw new InputError('It holds more tensors and objects than a model has.', { file }, SAVE);
      }
    }
  };
  walk(root, '', 0);
  return found;
}

const SAVE = 'Save the state dict alone: torch.save(model.state_dict(), "model.pt").';

/** Keys under which training loops keep the model, the likeliest first. */
const KEPT_UNDER = [
  ...['state_dict', 'model_state_dict', 'model_state', 'model', 'net_state_dict', 'net', 'network', 'module'],
  ...['weights', 'params', 'model_dict', 'state'],
];

const isRecurrent = (names: Iterable<string>) => [...names].some((name) => RECURRENT.test(name));

/** The part of a file that is the model: all of it, or what lies under the key that training loops keep it under. */
function choose(
  root: Value,
  form: string,
  file: string,
): Found & { readonly kind: string; readonly notes: readonly string[] } {
  const notes: string[] = [];
  let value = root;
  let kind = 'state dict';
  const steps = { left: MOST_STEPS };
  for (let depth = 0; depth < DEEPEST && value instanceof Dict; depth++) {
    const named = [...value.named()];
    // A checkpoint may have a tensor of its own, such as the state of a random generator.
    if (named.some(([name, item]) => RECURRENT.test(name) && tensorIn(item) !== undefined)) break;
    const models = named.filter(([, item]) => isRecurrent(collect(item, steps, file).refs.keys()));
    const key = KEPT_UNDER.find((known) => models.some(([name]) => name === known));
    const [name, model] = models.find(([name]) => name === key) ?? (models.length === 1 ? models[0]! : []);
    if (name === undefined || model === undefined) break;
    const left = models.filter(([other]) => other !== name).map(([other]) => `"${other}"`);
    if (left.length > 0)
      notes.push(`Read is what the file holds as "${name}"; it has recurrent layers in ${left.join(', ')} too.`);
    kind = `checkpoint ("${name}")`;
    value = model;
  }
  const found = collect(value, steps, file);
  if (value instanceof Placeholder) kind = kind === 'state dict' ? 'module' : kind;
  const closed = [...found.closed].find(([name]) => RECURRENT_ANY.test(name));
  if (closed !== undefined) throw notRead(closed, file);
  if (isRecurrent(found.refs.keys())) return { ...found, kind, notes };
  throw nothingFound(root, found, form, file);
}

function notRead([tensor, of]: readonly [name: string, of: string], file: string): InputError {
  return new InputError(
    `It is an object of ${of}, which is not read: only tensors as torch.save writes them are.`,
    { file, tensor },
    'Convert it to a tensor in Python, and save the state dict again: the weights alone will do.',
  );
}

function nothingFound(root: Value, { refs, closed }: Found, form: string, file: string): InputError {
  const lstm = [...closed].find(([, of]) => /lstm/i.test(of));
  const names = [...refs.keys()].slice(0, 5).map((name) => `"${name}"`);
  const classes = [...new Set([root instanceof Placeholder ? root.of : '', ...closed.values()])].filter(
    (of) => of !== '',
  );
  const holds = [
    ...(refs.size === 0
      ? ['no tensor by a name']
      : [`${refs.size} tensors (${names.join(', ')}${refs.size > 5 ? ' …' : ''})`]),
    ...(classes.length === 0 ? [] : [`objects of ${classes.slice(0, 4).join(', ')}`]),
  ].join(' and ');
  const isQuantised = classes.some((of) => /quant|qtensor|ScriptObject/.test(of));
  const why =
    lstm === undefined ? '' : ` "${lstm[0]}" is a ${lstm[1]}, whose weights lie there in a form that is not read.`;
  return new InputError(
    `It has no tensor of an LSTM, such as "lstm.weight_ih_l0": it holds ${holds}.${why}${isQuantised ? ' It looks quantised: give the model from before that.' : ''}`,
    { file },
    form === 'TorchScript'
      ? 'Save the module before it is frozen (torch.jit.freeze leaves weights no names); the weights alone will do: torch.save(model.state_dict(), "model.pt").'
      : 'Give a model that has an LSTM: its weights alone will do, as torch.save(model.state_dict(), "model.pt") saves them.',
  );
}

// What wrappers put in front of every name.

const WRAPPERS: readonly (readonly [prefix: string, by: string])[] = [
  ['module.', 'DataParallel'],
  ['_orig_mod.', 'torch.compile'],
];

function withoutWrappers(names: readonly string[]) {
  let prefix = '';
  for (let left = 4; left > 0; left--) {
    const wrapper = WRAPPERS.find(
      ([start]) => names.length > 0 && names.every((name) => name.startsWith(prefix + start)),
    );
    if (wrapper === undefined) break;
    prefix += wrapper[0];
  }
  const notes =
    prefix === ''
      ? []
      : [`The names of the tensors begin with "${prefix}", which a wrapper put there and is left out.`];
  return { renamed: (name: string) => name.slice(prefix.length), notes };
}
