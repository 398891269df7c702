// A computation written down as an ONNX model.
import onnx from 'onnx-proto';
import type { Computation } from '../lstm/ops.ts';
import type { Inputs } from './engine.ts';
import { GraphOps, type Handle, NO_LIMITS, type Node, valueInfo } from './onnx-graph.ts';

const { ModelProto, TensorProto } = onnx.onnx;

/**
 * Writes the computation down as a serialised ONNX model of opset 17. Constants become part of it, so that the runtime
 * packs the weights for its kernels once and not in every product.
 * @param limits of the device's kernels; none where left out
 */
export function buildModel(computation: Computation, constants: Inputs, limits = NO_LIMITS): Uint8Array {
  const ops = new GraphOps(limits);
  for (const [name, values] of Object.entries(constants)) {
    const { rows, columns } = computation.inputs[name]!;
    ops.initializer(name, [rows, columns], Float32Array.from(values));
  }
  const inputs = Object.fromEntries(
    Object.entries(computation.inputs).map(([name, shape]) => [name, { name, ...shape }]),
  );
  const outputs = computation.body<Handle>(ops, inputs);
  for (const [name, handle] of Object.entries(outputs)) ops.output(handle, name);
  const wanted = new Set(Object.keys(outputs));
  const node = used(ops.nodes, wanted);
  const model = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'computation',
      node,
      initializer: [...ops.initializers.values()].filter(({ name }) => wanted.has(name!)),
      input: Object.entries(computation.inputs)
        .filter(([name]) => !(name in constants))
        .map(([name, shape]) => valueInfo(name, shape)),
      // Without their shapes, for what comes out of a loop is not flat.
      output: Object.keys(outputs).map((name) => ({
        name,
        type: { tensorType: { elemType: TensorProto.DataType.FLOAT } },
      })),
    },
  };
  return ModelProto.encode(model).finish();
}

/**
 * The nodes that lead to what is wanted, in their order. Of a loop, which the runtime would otherwise run as it stands,
 * what it gives at each step is left out too where nobody reads it.
 * @param wanted names of values; those that lead to them are added
 */
function used(nodes: readonly Node[], wanted: Set<string>): Node[] {
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.output!.some((name) => wanted.has(name))) continue;
    const body = node.attribute?.find(({ g }) => g)?.g;
    kept.unshift(body ? usedLoop(node, body, wanted) : node);
    for (const name of node.input!) wanted.add(name);
  }
  return kept;
}

function usedLoop(node: Node, body: onnx.onnx.IGraphProto, wanted: Set<string>): Node {
  const states = body.input!.length - node.attribute!.find(({ name }) => name === 'num_scan_inputs')!.i!;
  const isKept = (index: number) => index < states || wanted.has(node.output![index]!);
  const output = body.output!.filter((_, index) => isKept(index));
  const inside = new Set(output.map(({ name }) => name!));
  const kept = { ...body, output, node: used(body.node!, inside) };
  for (const name of inside) wanted.add(name);
  return {
    ...node,
    output: node.output!.filter((_, index) => isKept(index)),
    attribute: node.attribute!.map((attribute) => {
      if (attribute.name === 'body') return { ...attribute, g: kept };
      if (attribute.name !== 'scan_output_directions') return attribute;
      return { ...attribute, ints: attribute.ints!.slice(0, output.length - states) };
    }),
  };
}
