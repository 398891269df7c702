// The layers of a TensorFlow.js layers model in the order in which they are computed, each as its configuration says.
import { z } from 'zod';
import { unsupported } from '../foreign.ts';
import { parseWith } from '../json.ts';

export const SAVE_AGAIN = 'Save or convert the model again, with `model.save` or tensorflowjs_converter.';

export const layerSchema = z.object({ class_name: z.string(), config: z.record(z.string(), z.unknown()) });

/** A layer's class and what its configuration says. */
export type LayerConfig = z.infer<typeof layerSchema>;

/** Which tensor: a layer's name, and which of its calls and of its outputs, of which only the first is supported. */
const tensorSchema = z.tuple([z.string(), z.literal(0), z.literal(0)]).rest(z.unknown());
const nodeSchema = layerSchema.extend({ name: z.string(), inbound_nodes: z.array(z.array(tensorSchema)) });
type Node = z.infer<typeof nodeSchema>;

const sequentialSchema = z.union([
  z.object({ layers: z.array(layerSchema) }).transform(({ layers }) => layers),
  z.array(layerSchema),
]);
const functionalSchema = z.object({ layers: z.array(nodeSchema), output_layers: z.array(tensorSchema) });

interface Model {
  readonly class_name: string;
  readonly config: unknown;
}

/** What Keras 2 and TensorFlow.js call a model of layers that are wired to each other. */
const FUNCTIONAL = ['Model', 'Functional'];

/** @throws {InputError} a model of another kind, or one with branches */
export function orderedLayers({ class_name, config }: Model, file: string): LayerConfig[] {
  const parse = <T>(schema: z.ZodType<T>) => parseWith(schema, config, file, SAVE_AGAIN, 'modelTopology.config');
  if (class_name === 'Sequential') return parse(sequentialSchema);
  if (!FUNCTIONAL.includes(class_name)) throw unsupported(`It is a model of the class ${class_name}`, { file });
  const { layers, output_layers } = parse(functionalSchema);
  return chain(layers, output_layers, file);
}

/** From the output to the input, each layer reading just one other. */
function chain(nodes: readonly Node[], outputs: Node['inbound_nodes'][number], file: string): Node[] {
  const branching = (what: string) => unsupported(`${what}: the layers form no single chain`, { file });
  if (outputs.length !== 1) throw branching(`It has ${outputs.length} outputs`);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const order: Node[] = [];
  for (let name = outputs[0]![0]; ; ) {
    const node = byName.get(name);
    if (node === undefined) throw branching(`There is no layer "${name}" that another could read`);
    byName.delete(name);
    order.unshift(node);
    const [call, ...others] = node.inbound_nodes;
    if (call === undefined) break;
    if (others.length > 0) throw branching(`The layer "${name}" is used ${node.inbound_nodes.length} times`);
    if (call.length !== 1) throw branching(`The layer "${name}" reads ${call.length} others`);
    name = call[0]![0];
  }
  const [unused] = byName.keys();
  if (unused !== undefined) throw branching(`The layer "${unused}" does not lead to the output`);
  return order;
}
