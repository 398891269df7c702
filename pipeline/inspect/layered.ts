// The signals of the LSTM and GRU layers of a model that is no plain stack, each over the steps of its own.
import { InputError } from '../base/errors.ts';
import type { Signal } from '../base/signals.ts';
import type { Engine } from '../engines/engine.ts';
import { isGru, type RecurrentNode, signalsOfNode, unitsOf } from '../models/graph/model.ts';
import { type GraphState, openRunner } from '../models/graph/run.ts';
import type { OpenedLayers } from '../models/open.ts';
import { countUnits, type InspectedLayer, type UnitRange } from './inspect.ts';
import type { FedInput, Feeding } from './layered-inputs.ts';
import { ROW } from './view.ts';

/** A layer's signals, with what was read at its steps. */
export interface LayeredLayer extends InspectedLayer {
  readonly node: RecurrentNode;
  readonly steps: number;
  /** Names of what stands in `rows`; none where its steps are not those of an input. */
  readonly columns: readonly string[];
  /** What was read at each of its steps. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface LayeredInspection {
  readonly name: string;
  readonly layers: readonly LayeredLayer[];
  /** What was read, by the name of the input. */
  readonly inputs: ReadonlyMap<string, readonly (readonly (string | number)[])[]>;
}

export interface LayeredRequest {
  readonly engine: Engine;
  readonly model: OpenedLayers;
  readonly feeding: Feeding;
  readonly unit?: UnitRange;
  readonly signal?: readonly Signal[];
  /** Whether a sequence goes on in the state in which the one before it ended; as each layer says where left out. */
  readonly carried?: boolean;
  progress?(steps: number): void;
}

/** 1 GB in float32. */
const MOST_VALUES = 2.5e8;

/** @throws InputError units or signals that a layer does not have, more values than fit in memory, steps that a part cannot take */
export async function inspectLayers(request: LayeredRequest): Promise<LayeredInspection[]> {
  const { engine, model, feeding, unit, signal, carried, progress } = request;
  const { inputs } = feeding;
  const layers = layersWith(feeding, signal);
  checkSize(feeding);
  const nodes = layers.map(({ node }) => node);
  const runner = await openRunner(model.graph, nodes, engine);
  const inspections: LayeredInspection[] = [];
  try {
    const count = Math.max(...inputs.map(({ sequences }) => sequences.length));
    let state: GraphState = new Map();
    for (let k = 0; k < count; k++) {
      const fed = inputs.map(({ input, sequences }) => ({ input, sequence: sequences[k] ?? sequences[0]! }));
      const given = new Map(fed.map(({ input, sequence }) => [input.name, sequence.value]));
      const kept = new Map([...state].filter(([name]) => carried ?? isStateful(model, name)));
      const run = await runner.run(given, kept);
      state = run.state;
      inspections.push({
        name: fed[0]!.sequence.name,
        inputs: new Map(fed.map(({ input, sequence }) => [input.name, sequence.rows])),
        layers: layers.map(({ number, node }) => {
          const { signals, skipped, steps } = run.layers.get(node.name)!;
          const range = rangeOf(node, number, unit);
          return {
            layer: number - 1,
            ...range,
            node,
            steps,
            signals: new Map(
              wantedOf(node, signal).map((name) => [name, selected(signals[name]!, unitsOf(node), range)]),
            ),
            ...(skipped.includes(true) ? { skipped } : {}),
            ...readBy(node, inputs, k, steps),
          };
        }),
      });
      progress?.(Math.max(...fed.map(({ sequence }) => sequence.rows.length)));
    }
  } finally {
    await runner.dispose();
  }
  return inspections;
}

const isStateful = ({ graph }: OpenedLayers, name: string) =>
  graph.nodes.some((node) => node.kind === 'recurrent' && node.name === name && node.stateful);

/** The signals of a layer's cells that are asked for. */
const wantedOf = (node: RecurrentNode, signal: readonly Signal[] | undefined): readonly Signal[] =>
  signalsOfNode(node).filter((name) => signal === undefined || signal.includes(name));

/** @throws InputError where no layer has any of the signals, or none has one of them */
function layersWith({ layers }: Feeding, signal: readonly Signal[] | undefined): Feeding['layers'] {
  const strange = signal?.find((name) => !layers.some(({ node }) => signalsOfNode(node).includes(name)));
  if (strange === undefined) return layers.filter(({ node }) => wantedOf(node, signal).length > 0);
  const [node] = layers.map((layer) => layer.node);
  const cells = isGru(node!) ? 'GRU' : 'LSTM';
  throw new InputError(
    `There is no signal ${strange} in ${layers.length === 1 ? `"${node!.name}", which has ${cells} cells` : `its layers, which have ${cells} cells`}.`,
    {},
    `Ask for some of ${signalsOfNode(node!).join(',')}.`,
  );
}

function checkSize({ layers, inputs }: Feeding): void {
  const steps = Math.max(...inputs.map(({ sequences }) => sequences.reduce((sum, { rows }) => sum + rows.length, 0)));
  const columns = layers.reduce((sum, { node }) => sum + unitsOf(node) * signalsOfNode(node).length, 0);
  const values = steps * columns;
  if (values <= MOST_VALUES) return;
  throw new InputError(
    `That would be ${values.toLocaleString('en')} values, and at most ${MOST_VALUES.toLocaleString('en')} (1 GB) are held at once.`,
    {},
    'Choose one layer with --layer, or give it less to read.',
  );
}

function rangeOf(node: RecurrentNode, number: number, unit: UnitRange | undefined): UnitRange {
  const width = unitsOf(node);
  if (unit === undefined) return { first: 0, last: width - 1 };
  if (unit.last < width) return unit;
  throw new InputError(
    `There is no unit ${unit.last} in layer ${number} ("${node.name}"), which has ${width}.`,
    {},
    `Ask for units from 0 to ${width - 1}, or for one layer alone with --layer.`,
  );
}

function selected(values: Float32Array, width: number, range: UnitRange): Float32Array {
  const count = countUnits(range);
  if (count === width) return values;
  const steps = values.length / width;
  const result = new Float32Array(steps * count);
  for (let t = 0; t < steps; t++)
    result.set(values.subarray(t * width + range.first, t * width + range.last + 1), t * count);
  return result;
}

/** What was read at the steps of a layer, where these are an input's; of one that reads backwards with the row's number. */
function readBy({ follows }: RecurrentNode, inputs: readonly FedInput[], k: number, steps: number) {
  const input = inputs.find((one) => one.input.name === follows?.input);
  const rows = (input?.sequences[k] ?? input?.sequences[0])?.rows;
  if (follows === undefined || input === undefined || rows?.length !== steps) {
    return { columns: [], rows: Array.from({ length: steps }, () => []) };
  }
  if (!follows.reversed) return { columns: input.columns, rows };
  return { columns: [ROW, ...input.columns], rows: rows.map((row, t) => [t + 1, ...row]).reverse() };
}
