// A node of an ONNX graph, whose attributes are checked as they are asked for.
import onnx from 'onnx-proto';
import { damaged, type TensorProto } from './tensors.ts';

const { AttributeType } = onnx.onnx.AttributeProto;
type AttributeProto = onnx.onnx.IAttributeProto;
export type NodeProto = onnx.onnx.INodeProto;

/** Operators of the standard, by whichever name of its domain. */
const STANDARD_DOMAINS = ['', 'ai.onnx'];

export class Node {
  readonly proto: NodeProto;
  readonly operator: string;
  /** As the file calls it, or after what it gives. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #file: string;

  constructor(proto: NodeProto, file: string) {
    const { opType, domain, name, input, output, attribute } = proto;
    this.proto = proto;
    const isStandard = STANDARD_DOMAINS.includes(domain ?? '');
    this.operator = isStandard ? (opType ?? '') : `${domain}.${opType}`;
    this.inputs = input ?? [];
    this.outputs = output ?? [];
    this.name = name || this.outputs[0] || this.operator;
    this.#attributes = new Map((attribute ?? []).map((one) => [one.name ?? '', one]));
    this.#file = file;
    const texts = [opType, domain, name, ...this.inputs, ...this.outputs, ...this.#attributes.keys()];
    if (texts.some((text) => text?.includes('\0'))) {
      damaged(`A name in the node "${this.name.replaceAll('\0', '')}" is lost.`, file);
    }
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  #get(name: string, type: onnx.onnx.AttributeProto.AttributeType): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined || attribute.type === type) return attribute;
    return damaged(`The attribute "${name}" of "${this.name}" (${this.operator}) has the wrong type.`, this.#file);
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.#get(name, AttributeType.INT);
    return attribute === undefined ? otherwise : Number(attribute.i ?? 0);
  }

  integers(name: string): number[] | undefined {
    return this.#get(name, AttributeType.INTS)?.ints?.map(Number);
  }

  number(name: string, otherwise: number): number {
    const attribute = this.#get(name, AttributeType.FLOAT);
    return attribute === undefined ? otherwise : (attribute.f ?? 0);
  }

  numbers(name: string): number[] {
    return this.#get(name, AttributeType.FLOATS)?.floats ?? [];
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#get(name, AttributeType.STRING);
    return attribute === undefined ? otherwise : decode(attribute.s);
  }

  texts(name: string): string[] {
    return (this.#get(name, AttributeType.STRINGS)?.strings ?? []).map(decode);
  }

  tensor(name: string): TensorProto | undefined {
    return this.#get(name, AttributeType.TENSOR)?.t ?? undefined;
  }

  /** Graphs that it runs, such as the branches of an If. */
  bodies(): onnx.onnx.IGraphProto[] {
    return [...this.#attributes.values()].flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]);
  }
}

function decode(bytes: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
