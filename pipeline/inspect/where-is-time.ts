// The answer to a question that everybody asks who prints the weights of a recurrent network: where are the time steps?

export interface LayerShape {
  /** How many numbers it reads at a step. */
  readonly inputs: number;
  readonly units: number;
  /** Whether it reads backwards too, with weights of its own. */
  readonly bidirectional?: boolean;
  /** Of GRU cells how many biases they have: two where one is added to what is reset. */
  readonly gruBiases?: 1 | 2;
  /** Where it is not known what gives it what it reads. */
  readonly isAlone?: boolean;
}

const count = (value: number): string => value.toLocaleString('en');
const counted = (value: number, name: string): string => `${count(value)} ${name}${value === 1 ? '' : 's'}`;

const gatesOf = ({ gruBiases }: LayerShape): 3 | 4 => (gruBiases === undefined ? 4 : 3);

/** Trainable values of a layer: four gates, or three of a GRU, each with a weight for every input and unit, and a bias. */
function parametersOf(layer: LayerShape): number {
  const { inputs, units, bidirectional = false, gruBiases = 1 } = layer;
  return gatesOf(layer) * units * (inputs + units + gruBiases) * (bidirectional ? 2 : 1);
}

/**
 * Paragraphs for a beginner, with the numbers of a network.
 * @param reads what the first layer reads, as in `one-hot characters` or `features`
 * @param layers those of LSTM and GRU cells, first to last
 */
export function explainTime(reads: string, layers: readonly LayerShape[]): string[] {
  const [first] = layers;
  if (first === undefined) return [];
  const { inputs, units } = first;
  const total = layers.reduce((sum, layer) => sum + parametersOf(layer), 0);
  const columns = count(gatesOf(first) * units);
  const isGru = first.gruBiases !== undefined;
  const kinds = new Set(layers.map(({ gruBiases }) => (gruBiases === undefined ? 'LSTM' : 'GRU')));
  const kind = kinds.size > 1 ? 'recurrent' : [...kinds][0]!;
  const upper = layers.slice(1).map((layer, index) => {
    const { inputs: below, units: own, isAlone = false } = layer;
    const gates = gatesOf(layer) * own;
    const shape = `W is [${count(below)}, ${count(gates)}] and U [${count(own)}, ${count(gates)}]`;
    const source = isAlone ? counted(below, 'number') : `${counted(below, 'output')} of the layer below it`;
    return `Layer ${index + 2} reads ${source}, so its ${shape}.`;
  });
  const both = layers.some(({ bidirectional }) => bidirectional)
    ? ['A layer that reads both ways has such weights twice, for each direction its own.']
    : [];
  return [
    'The time steps are nowhere in the weights: no array has a side that counts them. A layer has one set of weights and ' +
      'uses it again at every step, as a loop runs the same line of a program again.',
    `At each step layer 1 takes what it reads (${counted(inputs, 'number')}: ${reads}) and its own ` +
      `${counted(units, 'output')} of the step before. W [${count(inputs)}, ${columns}] weighs the first, U ` +
      `[${count(units)}, ${columns}] the second, and ${first.gruBiases === 2 ? `b and b' [${columns}] are` : `b [${columns}] is`} added. The ${columns} sums are ${isGru ? 'three' : 'four'} for each of ` +
      `${counted(units, 'unit')}, one a gate: ${isGru ? 'r, z and n (which Keras and ONNX call h)' : 'i, f, g (which Keras calls c) and o'}.`,
    [
      `So what sets the shapes is the number of inputs (rows of W) and of units (rows of U, ${isGru ? 'a third' : 'a quarter'} of the columns).`,
      ...upper,
      ...both,
    ].join(' '),
    `Five steps or five thousand, the ${kind} layers hold the same ${count(total)} numbers. time_steps, as in Keras’s ` +
      'input_shape=(time_steps, features), says how often the loop runs over one sample. What is carried from one step ' +
      `to the next is the state, ${stateOf(kinds)}. It starts at zero, and it is no weight.`,
  ];
}

function stateOf(kinds: ReadonlySet<string>): string {
  if (kinds.size > 1) return 'h, and of LSTM layers c';
  return kinds.has('GRU') ? 'h' : 'h and c';
}
