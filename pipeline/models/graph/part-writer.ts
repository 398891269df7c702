// Writes a part of a network down as a small ONNX model, operator by operator, of whatever shapes it will be given.
import onnx from 'onnx-proto';
import type { ValueType } from '../../engines/index.ts';

const { AttributeProto, ModelProto, TensorProto } = onnx.onnx;

/** An attribute of an operator: whole numbers, a name or a list of either, or floats, which are named as such. */
export type PartAttribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export interface PartValue {
  readonly name: string;
  readonly type: ValueType;
}

const TYPES: Readonly<Record<ValueType, number>> = {
  float32: TensorProto.DataType.FLOAT,
  float64: TensorProto.DataType.DOUBLE,
  int32: TensorProto.DataType.INT32,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
  uint8: TensorProto.DataType.UINT8,
  int8: TensorProto.DataType.INT8,
};

export class PartWriter {
  readonly #nodes: onnx.onnx.INodeProto[] = [];
  readonly #constants: onnx.onnx.ITensorProto[] = [];
  #count = 0;

  /** @returns the name of what the operator gives out */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, PartAttribute>> = {},
    output = this.#name(),
  ): string {
    this.#push(operator, inputs, attributes, [output]);
    return output;
  }

  /** Of an operator that gives out several values; those that are not wanted may be given no name. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, PartAttribute>>,
    count: number,
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.#name());
    this.#push(operator, inputs, attributes, outputs);
    return outputs;
  }

  #push(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, PartAttribute>>,
    output: string[],
  ): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.#nodes.push({ opType, input: [...inputs], output, attribute });
  }

  #name(): string {
    return `part ${this.#count++}`;
  }

  floats(values: Float32Array | readonly number[], sides: readonly number[] = [values.length]): string {
    const data = values instanceof Float32Array ? values : Float32Array.from(values);
    return this.#constant('float32', sides, data);
  }

  integers(values: readonly number[], sides: readonly number[] = [values.length]): string {
    return this.#constant(
      'int64',
      sides,
      BigInt64Array.from(values, (value) => BigInt(value)),
    );
  }

  /** A single number, of no side. */
  scalar(value: number): string {
    return this.floats([value], []);
  }

  #constant(type: ValueType, sides: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = this.#name();
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, dims: [...sides], dataType: TYPES[type], rawData });
    return name;
  }

  /** @returns the model, of opset 17, with inputs and outputs of any shape */
  finish(inputs: readonly PartValue[], outputs: readonly PartValue[]): Uint8Array {
    const model = {
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'part',
        node: this.#nodes,
        initializer: this.#constants,
        input: inputs.map(described),
        output: outputs.map(described),
      },
    };
    return ModelProto.encode(model).finish();
  }
}

function described({ name, type }: PartValue): onnx.onnx.IValueInfoProto {
  return { name, type: { tensorType: { elemType: TYPES[type] } } };
}

function attributeOf(name: string, value: PartAttribute): onnx.onnx.IAttributeProto {
  const { FLOAT, FLOATS, INT, INTS, STRING, STRINGS } = AttributeProto.AttributeType;
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (typeof value === 'number') return { name, type: INT, i: value };
  if (typeof value === 'string') return { name, type: STRING, s: bytes(value) };
  if ('float' in value) return { name, type: FLOAT, f: value.float };
  if ('floats' in value) return { name, type: FLOATS, floats: [...value.floats] };
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length > 0) return { name, type: STRINGS, strings: texts.map(bytes) };
  return { name, type: INTS, ints: value.filter((item) => typeof item === 'number') };
}
