// An ONNX file as it is: decoded, checked to be in order, and in float32 throughout.
import onnx from 'onnx-proto';
import type { ValueType } from '../../../engines/index.ts';
import { readBytes } from '../../../files/files.ts';
import { Node, type NodeProto } from './node.ts';
import { AS_FLOAT32, damaged, type TensorProto, TensorReader, toTensor, typeOf } from './tensors.ts';
import { checkWire } from './wire.ts';

type ValueInfo = onnx.onnx.IValueInfoProto;
type GraphProto = onnx.onnx.IGraphProto;
const { AttributeType } = onnx.onnx.AttributeProto;
const { DataType } = onnx.onnx.TensorProto;

export class Source {
  readonly file: string;
  /** How many bytes the file has. */
  readonly size: number;
  readonly reader: TensorReader;
  readonly model: onnx.onnx.IModelProto;
  readonly constants = new Map<string, TensorProto>();
  /** Those that no constant is: what whoever runs it has to give. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  #nodes: Node[] = [];
  #producers = new Map<string, Node>();

  /** @throws {InputError} a file that is no ONNX model, or whose graph is not in order */
  constructor(file: string) {
    const bytes = readBytes(file);
    this.file = file;
    this.size = bytes.length;
    this.reader = new TensorReader(file);
    this.model = decode(bytes, file);
    const { graph } = this.model;
    if (!graph) damaged('It holds no graph.', file);
    this.#inFloat32(graph);
    for (const tensor of graph.initializer ?? []) this.constants.set(tensor.name ?? '', tensor);
    // Old files list the weights among the inputs.
    this.inputs = (graph.input ?? []).filter(({ name }) => !this.constants.has(name ?? ''));
    this.outputs = graph.output ?? [];
    this.setNodes((graph.node ?? []).map((proto) => new Node(proto, file)));
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** @throws {InputError} a node that reads what nothing before it gives, or gives what another one gives */
  setNodes(nodes: readonly Node[]): void {
    this.#nodes = [...nodes];
    this.#producers = new Map();
    const known = new Set([...this.constants.keys(), ...this.inputs.map(({ name }) => name ?? '')]);
    for (const { sparse } of [{ sparse: this.model.graph?.sparseInitializer ?? [] }])
      for (const { values } of sparse) known.add(values?.name ?? '');
    for (const node of nodes) {
      const missing = node.inputs.find((name) => name !== '' && !known.has(name));
      if (missing !== undefined) damaged(`The node "${node.name}" reads "${missing}", which nothing gives.`, this.file);
      for (const name of node.outputs.filter((name) => name !== '')) {
        if (known.has(name)) damaged(`Two things give "${name}".`, this.file);
        known.add(name);
        this.#producers.set(name, node);
      }
    }
    const missing = this.outputs.find(({ name }) => !known.has(name ?? ''));
    if (missing !== undefined) damaged(`Nothing gives "${missing.name}".`, this.file);
  }

  producer(value: string): Node | undefined {
    return this.#producers.get(value);
  }

  consumers(value: string): Node[] {
    return this.#nodes.filter(({ inputs }) => inputs.includes(value));
  }

  input(name: string): ValueInfo | undefined {
    return this.inputs.find((one) => one.name === name);
  }

  inputType(name: string): ValueType | undefined {
    return typeOf(this.input(name)?.type?.tensorType?.elemType);
  }

  opset(domain = ''): number {
    const isMeant = (one: string | null | undefined) =>
      one === domain || (domain === '' && (!one || one === 'ai.onnx'));
    return Number(this.model.opsetImport?.find((one) => isMeant(one.domain))?.version ?? 0);
  }

  /** onnxruntime has few kernels for other floats on a processor, and there is one for float32 everywhere. */
  #inFloat32(graph: GraphProto): void {
    const widened = (tensor: TensorProto): TensorProto =>
      AS_FLOAT32.has(tensor.dataType ?? 0) ? toTensor(tensor.name ?? '', this.reader.read(tensor)) : tensor;
    graph.initializer = (graph.initializer ?? []).map(widened);
    for (const { type } of [...(graph.input ?? []), ...(graph.output ?? [])]) {
      const tensor = type?.tensorType;
      if (tensor && AS_FLOAT32.has(tensor.elemType ?? 0)) tensor.elemType = DataType.FLOAT;
    }
    for (const { opType, attribute } of graph.node ?? []) {
      for (const one of attribute ?? []) {
        if (one.t) one.t = widened(one.t);
        if (opType === 'Cast' && one.name === 'to' && one.type === AttributeType.INT && AS_FLOAT32.has(Number(one.i)))
          one.i = DataType.FLOAT;
        for (const body of [...(one.g ? [one.g] : []), ...(one.graphs ?? [])]) this.#inFloat32(body);
      }
    }
  }
}

function decode(bytes: Uint8Array, file: string): onnx.onnx.ModelProto {
  checkWire(bytes, file);
  try {
    return onnx.onnx.ModelProto.decode(bytes);
  } catch (error) {
    // A text that is no UTF-8, or a field of another type than the format's.
    return damaged(`It is not an ONNX model: ${error instanceof Error ? error.message : error}.`, file);
  }
}

/** All nodes of the graphs within a node, with the innermost too. */
export function innerNodes(node: Node, file: string): Node[] {
  return node.bodies().flatMap((body) =>
    (body.node ?? []).flatMap((proto: NodeProto) => {
      const inner = new Node(proto, file);
      return [inner, ...innerNodes(inner, file)];
    }),
  );
}
