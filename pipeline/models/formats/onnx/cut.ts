// Parts of an ONNX graph: what leads from some values to others, as a model of its own for onnxruntime.
import onnx from 'onnx-proto';
import type { ValueType } from '../../../engines/index.ts';
import { unsupported } from '../../foreign.ts';
import { Node, type NodeProto } from './node.ts';
import type { Source } from './source.ts';
import { damaged, numberOf, type TensorProto } from './tensors.ts';

const { ModelProto } = onnx.onnx;

/** Sets of operators that onnxruntime brings with it. */
const KNOWN_DOMAINS = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft'];

export interface Wanted {
  readonly name: string;
  /** Left out where onnxruntime finds it out. */
  readonly type?: ValueType;
}

export interface Cut {
  readonly nodes: readonly Node[];
  /** What has to be given: inputs of the graph, and of `stops` those that are read. */
  readonly inputs: readonly string[];
  readonly constants: readonly string[];
}

/** Names that a node reads, from within its bodies too. */
function readBy(node: Node): string[] {
  const within = (body: onnx.onnx.IGraphProto): string[] => [
    ...(body.node ?? []).flatMap((proto: NodeProto) => readBy(new Node(proto, ''))),
    ...(body.output ?? []).map(({ name }) => name ?? ''),
  ];
  return [...node.inputs, ...node.bodies().flatMap(within)].filter((name) => name !== '');
}

/**
 * All that some values need.
 * @param stops values that are given, and not computed
 * @param extra nodes that are not in the file, behind those that are
 */
export function cut(
  source: Source,
  wanted: readonly string[],
  stops: ReadonlySet<string>,
  extra: readonly Node[] = [],
): Cut {
  const extras = new Map(extra.flatMap((node) => node.outputs.map((name) => [name, node])));
  const needed = new Set<Node>();
  const seen = new Set<string>();
  const inputs = new Set<string>();
  const constants = new Set<string>();
  const queue = [...wanted];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = extras.get(name) ?? source.producer(name);
    if (stops.has(name) || source.input(name) !== undefined) inputs.add(name);
    else if (node === undefined) constants.add(name);
    else if (!needed.has(node)) {
      needed.add(node);
      queue.push(...readBy(node));
    }
  }
  return {
    nodes: [...source.nodes, ...extra].filter((node) => needed.has(node)),
    inputs: [...inputs],
    constants: [...constants].filter((name) => source.constants.has(name) || sparse(source, name) !== undefined),
  };
}

const sparse = ({ model }: Source, name: string) =>
  model.graph?.sparseInitializer?.find(({ values }) => values?.name === name);

/**
 * The part as a model, whose inputs may have any shape.
 * @param added constants that are not in the file
 * @throws {InputError} an operator of someone's own, by name; numbers that are not where the file says
 */
export function encode(
  source: Source,
  { nodes, inputs, constants }: Cut,
  outputs: readonly Wanted[],
  types: (input: string) => ValueType | undefined,
  added: readonly TensorProto[] = [],
): Uint8Array {
  const { file, model, reader } = source;
  checkOperators(source, nodes);
  const described = (name: string, type: ValueType | undefined) => {
    if (type === undefined) damaged(`The input "${name}" is of a type that cannot be given here.`, file);
    return { name, type: { tensorType: { elemType: numberOf(type) } } };
  };
  const within = constants.flatMap((name) => source.constants.get(name) ?? []);
  return ModelProto.encode({
    irVersion: Math.max(4, Number(model.irVersion ?? 8)),
    opsetImport: model.opsetImport ?? [],
    functions: model.functions ?? [],
    graph: {
      name: 'part',
      node: nodes.map(({ proto }) => inlined(source, proto)),
      initializer: [...within.map((tensor) => reader.inlined(tensor)), ...added],
      sparseInitializer: constants.flatMap((name) => sparse(source, name) ?? []),
      input: inputs.map((name) => described(name, types(name))),
      output: outputs.map(({ name, type }) => (type === undefined ? { name } : described(name, type))),
    },
  }).finish();
}

/** @throws {InputError} an operator of someone's own, by name */
export function checkOperators({ model, file }: Source, nodes: readonly Node[]): void {
  const own = new Set((model.functions ?? []).map(({ domain }) => domain ?? ''));
  for (const node of nodes) checkOperator(node, own, file);
}

function checkOperator(node: Node, own: ReadonlySet<string>, file: string): void {
  const domain = node.proto.domain ?? '';
  if (!KNOWN_DOMAINS.includes(domain) && !own.has(domain)) {
    const fix = 'What lies before it, and the weights of all layers, can be read: see `weights`.';
    throw unsupported(`The operator ${node.operator} ("${node.name}") is none of ONNX's own`, { file }, fix);
  }
  for (const body of node.bodies())
    for (const proto of body.node ?? []) checkOperator(new Node(proto, file), own, file);
}

/** A node with the numbers of its attributes in it. */
function inlined(source: Source, proto: NodeProto): NodeProto {
  const attribute = (proto.attribute ?? []).map((one) => ({
    ...one,
    ...(one.t ? { t: source.reader.inlined(one.t) } : {}),
    ...(one.g ? { g: inlinedBody(source, one.g) } : {}),
    ...(one.graphs && one.graphs.length > 0 ? { graphs: one.graphs.map((body) => inlinedBody(source, body)) } : {}),
  }));
  const { input, output, name, opType, domain } = proto;
  return {
    input: input ?? [],
    output: output ?? [],
    name: name ?? '',
    opType: opType ?? '',
    domain: domain ?? '',
    attribute,
  };
}

function inlinedBody(source: Source, body: onnx.onnx.IGraphProto): onnx.onnx.IGraphProto {
  return {
    ...body,
    node: (body.node ?? []).map((proto) => inlined(source, proto)),
    initializer: (body.initializer ?? []).map((tensor) => source.reader.inlined(tensor)),
  };
}

/** A node that is not in the file. */
export function extraNode(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: onnx.onnx.IAttributeProto[] = [],
): Node {
  return new Node({ opType, input: [...input], output: [output], attribute }, '');
}
