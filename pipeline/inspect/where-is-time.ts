// The answer to a question that everybody asks who prints the weights of an LSTM: where are the time steps?

export interface LayerShape {
  /** How many numbers it reads at a step. */
  readonly inputs: number;
  readonly units: number;
  /** Whether it reads backwards too, with weights of its own. */
  readonly bidirectional?: boolean;
  /** Where it is not known what gives it what it reads. */
  readonly isAlone?: boolean;
}

const count = (value: number): string => value.toLocaleString('en');
const counted = (value: number, name: string): string => `${count(value)} ${name}${value === 1 ? '' : 's'}`;

/** Trainable values of a layer: four gates, each with a weight for every input and unit, and a bias. */
function parametersOf({ inputs, units, bidirectional = false }: LayerShape): number {
  return 4 * units * (inputs + units + 1) * (bidirectional ? 2 : 1);
}

/**
 * Paragraphs for a beginner, with the numbers of a network.
 * @param reads what the first layer reads, as in `one-hot characters` or `features`
 * @param layers the LSTM layers, first to last
 */
export function explainTime(reads: string, layers: readonly LayerShape[]): string[] {
  const [first] = layers;
  if (first === undefined) return [];
  const { inputs, units } = first;
  const total = layers.reduce((sum, layer) => sum + parametersOf(layer), 0);
  const columns = count(4 * units);
  const upper = layers.slice(1).map(({ inputs: below, units: own, isAlone = false }, index) => {
    const shape = `W is [${count(below)}, ${count(4 * own)}] and U [${count(own)}, ${count(4 * own)}]`;
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
      `[${count(units)}, ${columns}] the second, and b [${columns}] is added. The ${columns} sums are four for each of ` +
      `${counted(units, 'unit')}, one a gate: i, f, g (which Keras calls c) and o.`,
    [
      `So what sets the shapes is the number of inputs (rows of W) and of units (rows of U, a quarter of the columns).`,
      ...upper,
      ...both,
    ].join(' '),
    `Five steps or five thousand, the LSTM layers hold the same ${count(total)} numbers. time_steps, as in Keras’s ` +
      'input_shape=(time_steps, features), says how often the loop runs over one sample. What is carried from one step ' +
      'to the next is the state, h and c. It starts at zero, and it is no weight.',
  ];
}
