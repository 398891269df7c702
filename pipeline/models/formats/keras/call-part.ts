// A call of a Keras layer that is neither an LSTM nor a GRU, as a part of a graph: a small ONNX model, written when it is
// needed and not before.
import { InputError } from '../../../base/errors.ts';
import type { PartNode, RecurrentNode } from '../../graph/model.ts';
import { type PartValue, PartWriter } from '../../graph/part-writer.ts';
import { masksOf } from './masks.ts';
import { innerLayer, type LayerConfig } from './model-config.ts';
import { refuse, type Sides, type Written } from './parts/context.ts';
import { writeLayer } from './parts/write.ts';
import { keepsSteps } from './steps.ts';
import type { StoredWeights } from './stored-weights.ts';
import type { LayerCall, Topology } from './topology.ts';

/** What a value is, besides its name. */
export interface Value {
  readonly name: string;
  /** Name of the truths that say which of its steps are read. */
  readonly mask?: string | undefined;
  /** The input whose steps are its own. */
  readonly follows?: RecurrentNode['follows'];
  /** Its sides but for the first, which counts sequences. */
  sides(): Sides | undefined;
}

/** More than any layer gives out. */
const MOST_OUTPUTS = 64;

/** What a call reads, and the model that it stands in. */
interface Surroundings {
  readonly inputs: readonly Value[];
  /** What it is given by a name, such as `initial_state`. */
  byName(key: string): readonly Value[];
  readonly topology: Topology;
  readonly weights: StoredWeights;
  /** The major version of Keras. */
  readonly version: number;
  readonly file: string;
}

/**
 * @param name of its first output
 * @throws InputError where the model reads more outputs of it than any layer has; what cannot be run is refused when the
 *   part is written
 */
export function partOfCall(
  call: LayerCall,
  name: string,
  { inputs, byName, topology, weights, version, file }: Surroundings,
): { readonly node: PartNode; readonly values: readonly Value[] } {
  const { layer, options } = call;
  const isRecurrent = /RNN|GRU|Bidirectional/.test(layer.className);
  const initial = [...(isRecurrent ? inputs.slice(1) : []), ...byName('initial_state')];
  const values = isRecurrent ? inputs.slice(0, 1) : [...inputs, ...byName('value'), ...byName('key')];
  const masks = values.map(({ mask }) => mask);
  const count = 1 + Math.max(0, ...readOutputs(call, topology));
  if (count > MOST_OUTPUTS) {
    const what = `The description of the model reads output ${count - 1} of "${layer.name}".`;
    throw new InputError(what, { file }, 'The file is damaged: save the model again.');
  }
  const own = masksOf(layer, values, version);
  const outputs: PartValue[] = Array.from({ length: count }, (_, k) => ({
    name: k === 0 ? name : `${name} ${k}`,
    type: 'float32',
  }));
  const mask = own.kind === 'same' ? own.mask : own.kind === 'none' ? undefined : `${name} mask`;
  const context = {
    ...{ layer, masks, initial: initial.map(written), inputs: values.map(written), call: options },
    ...{ version, file, weights },
  };
  const write = once(() => {
    const writer = new PartWriter();
    const arrays = weights.of(layer);
    const found = writeLayer({
      ...context,
      inputs: values.map(written),
      initial: initial.map(written),
      writer,
      arrays,
    });
    // An embedding and a Masking layer say themselves which steps are read; of merged masks there is more to do.
    const [first, ...rest] = found;
    const results = own.kind === 'made' ? [first, ...rest.slice(1)] : found;
    outputs.forEach((output, k) => {
      const result = results[k];
      if (result === undefined) throw refuse(context, `gives out nothing that could be its output ${k}`);
      writer.node('Identity', [result.name], {}, output.name);
    });
    const truths: PartValue[] = mask === undefined || own.kind === 'same' ? [] : [{ name: mask, type: 'bool' }];
    if (own.kind === 'made') writer.node('Identity', [rest[0]!.name], {}, mask!);
    if (own.kind === 'merged') {
      writer.node('Identity', [own.masks.reduce((a, b) => writer.node(own.operator, [a, b]))], {}, mask!);
    }
    const numbers = [...new Set([...values, ...initial].map((value) => value.name))];
    const given: PartValue[] = [
      ...numbers.map((value): PartValue => ({ name: value, type: 'float32' })),
      ...[...new Set(masks)].flatMap((value): PartValue[] =>
        value === undefined ? [] : [{ name: value, type: 'bool' }],
      ),
    ];
    return { bytes: writer.finish(given, [...outputs, ...truths]), sides: results.map((one) => one?.sides) };
  });
  const node: PartNode = {
    kind: 'part',
    name: `${layer.name} (${layer.className})`,
    inputs: [
      ...new Set(
        [...values, ...initial].flatMap((value) => [
          value.name,
          ...(value.mask === undefined || initial.includes(value) ? [] : [value.mask]),
        ]),
      ),
    ],
    outputs: [...outputs.map((output) => output.name), ...(mask === undefined || own.kind === 'same' ? [] : [mask])],
    bytes: () => write().bytes,
  };
  const follows = keepsSteps(layer, innerOf(layer, file)) ? commonSteps(values) : undefined;
  const given = outputs.map(
    (output, k): Value => ({
      name: output.name,
      ...(k === 0 ? { mask, follows } : {}),
      sides: () => write().sides[k],
    }),
  );
  return { node, values: given };
}

const written = (value: Value): Written => ({
  name: value.name,
  get sides() {
    return value.sides();
  },
});

function innerOf(layer: LayerConfig, file: string): LayerConfig | undefined {
  const isWrapper = layer.className === 'TimeDistributed' || layer.className === 'Bidirectional';
  return isWrapper ? innerLayer(layer, 'layer', file) : undefined;
}

/** Where all that a layer reads has the same steps, these. */
function commonSteps(values: readonly Value[]): Value['follows'] {
  const [first, ...others] = values.map(({ follows }) => follows);
  const isSame = others.every((other) => other?.input === first?.input && other?.reversed === first?.reversed);
  return isSame ? first : undefined;
}

/** The outputs of a call that others read, or that the model gives out. */
function readOutputs({ layer, call }: LayerCall, { calls, outputs }: Topology): number[] {
  const all = [...calls.flatMap((one) => [...one.inputs, ...[...one.named.values()].flat()]), ...outputs];
  return all.filter((one) => one.layer === layer.name && one.call === call).map(({ output }) => output);
}

/** A function's result, worked out once. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
