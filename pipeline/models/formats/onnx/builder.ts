// Writes an ONNX graph down, node by node.
import onnx from 'onnx-proto';

const { AttributeProto, ModelProto, TensorProto } = onnx.onnx;
const { AttributeType } = AttributeProto;
const { DataType } = TensorProto;

type Attribute = number | string | readonly string[] | Float32Array | readonly number[];

/** The version of the operators' definitions, and of the file format that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

export interface GraphValue {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  /** A name for a dimension that is left open. */
  readonly shape: readonly (number | string)[];
}

export class GraphBuilder {
  readonly #nodes: onnx.onnx.INodeProto[] = [];
  readonly #constants: onnx.onnx.ITensorProto[] = [];

  /** @returns the name of the constant */
  constant(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const dataType = data instanceof Float32Array ? DataType.FLOAT : DataType.INT64;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, dims: [...dims], dataType, rawData });
    return name;
  }

  /** @returns the name of what the node gives */
  node(operator: string, name: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push({ opType: operator, name, input: [...inputs], output: [name], attribute });
    return name;
  }

  /** The whole model as a file's bytes. */
  finish(input: GraphValue, output: GraphValue): Uint8Array {
    return ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'cellarium',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: 'network',
        node: this.#nodes,
        initializer: this.#constants,
        input: [valueInfo(input)],
        output: [valueInfo(output)],
      },
    }).finish();
  }
}

function attributeOf(name: string, value: Attribute): onnx.onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (value instanceof Float32Array) return { name, type: AttributeType.FLOATS, floats: [...value] };
  const strings = value.filter((one) => typeof one === 'string');
  if (strings.length > 0) return { name, type: AttributeType.STRINGS, strings: strings.map((one) => Buffer.from(one)) };
  return { name, type: AttributeType.INTS, ints: value.map(Number) };
}

function valueInfo({ name, type, shape }: GraphValue): onnx.onnx.IValueInfoProto {
  const elemType = type === 'float32' ? DataType.FLOAT : DataType.INT64;
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
