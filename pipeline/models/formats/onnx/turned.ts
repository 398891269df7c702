// Inputs whose rows are not steps, as of a convolution that takes the channels first: they are fed step by step, and turned
// on their way into the graph.
import onnx from 'onnx-proto';
import type { Value } from '../../../engines/index.ts';
import { extraNode } from './cut.ts';
import { Node, type NodeProto } from './node.ts';
import type { Declared, Probe } from './sides.ts';
import type { Source } from './source.ts';

const { AttributeType } = onnx.onnx.AttributeProto;

/** Puts the steps of every input before what is read at each of them. */
export function turnInputs(
  source: Source,
  inputs: readonly Declared[],
  probe: Probe,
): { inputs: Declared[]; probe: Probe } {
  const sides = new Map(probe.sides);
  const given = new Map(probe.given);
  const found = probe.found === undefined ? undefined : new Map(probe.found);
  const turned = inputs.map((input) => {
    const own = sides.get(input.name) ?? [];
    const steps = own.indexOf('steps');
    const before = own.flatMap((side, k) => (k < steps && side !== 1 ? [k] : []));
    if (before.length === 0) return input;
    const order = [...own.keys()].filter((k) => !before.includes(k)).toSpliced(steps - before.length + 1, 0, ...before);
    const perm = order.map((_, k) => order.indexOf(k));
    turnInput(source, input.name, perm);
    sides.set(
      input.name,
      order.map((k) => own[k]!),
    );
    const value = given.get(input.name);
    if (value !== undefined) {
      given.set(input.name, transposed(value, order));
      found?.set(input.name, transposed(value, order));
    }
    return { ...input, sides: order.map((k) => input.sides[k]!) };
  });
  return { inputs: turned, probe: { ...probe, sides, given, ...(found === undefined ? {} : { found }) } };
}

function turnInput(source: Source, name: string, perm: number[]): void {
  const as = `${name} as the file reads it`;
  const attribute = [{ name: 'perm', type: AttributeType.INTS, ints: perm }];
  source.setNodes([
    extraNode('Transpose', [name], as, attribute),
    ...source.nodes.map(({ proto }) => new Node(renamed(proto, name, as), source.file)),
  ]);
}

function renamed(proto: NodeProto, from: string, to: string): NodeProto {
  const inBody = (body: onnx.onnx.IGraphProto) => ({
    ...body,
    node: (body.node ?? []).map((inner) => renamed(inner, from, to)),
  });
  return {
    ...proto,
    input: (proto.input ?? []).map((name) => (name === from ? to : name)),
    attribute: (proto.attribute ?? []).map((one) => ({
      ...one,
      ...(one.g ? { g: inBody(one.g) } : {}),
      ...(one.graphs ? { graphs: one.graphs.map(inBody) } : {}),
    })),
  };
}

/** @param order which of its sides comes first, second … */
function transposed({ type, dims, data }: Value, order: readonly number[]): Value {
  const strides = dims.map((_, k) => dims.slice(k + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((k) => dims[k]!);
  const result = data.slice();
  for (let index = 0; index < data.length; index++) {
    let rest = index;
    let from = 0;
    for (let k = sizes.length - 1; k >= 0; k--) {
      from += (rest % sizes[k]!) * strides[order[k]!]!;
      rest = Math.floor(rest / sizes[k]!);
    }
    result[index] = data[from]!;
  }
  return { type, dims: sizes, data: result };
}
