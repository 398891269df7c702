// What a model is made of, in words and tables.

import { formatTable } from '../base/table.ts';
import { GRU_GATES } from '../lstm/gru.ts';
import {
  type Architecture,
  GATES,
  type GruCell,
  inputWidth,
  isBidirectional,
  layerWidth,
  type RecurrentActivation,
  readsNumbers,
} from '../lstm/parameters.ts';
import type { ImportedModel, ImportedTokens } from './open.ts';
import type { Parity } from './parity.ts';

/** A fact's name and value. */
export type Fact = readonly [name: string, value: string];

/** As `hard sigmoid 0.2·x + 0.5`. */
export function nameRecurrentActivation(activation: RecurrentActivation): string {
  if (activation.kind === 'sigmoid') return 'sigmoid';
  if (activation.kind === 'other') return activation.function;
  return `hard sigmoid ${Number(activation.slope.toPrecision(4))}·x + ${activation.offset}`;
}

/** Which of the two kinds of GRU cells they are. */
export function nameGruCells({ resetsAfter }: GruCell): string {
  return `GRU, which resets ${resetsAfter ? 'after' : 'before'} the product with the recurrent kernel`;
}

/** A line a layer, under a header. */
export function layerTable(architecture: Architecture): string[] {
  const { inputs, embedding, units, hidden = [], outputs, outputActivation = 'softmax' } = architecture;
  const { cellActivation, recurrentActivation } = architecture;
  const functions = `${cellActivation}, gates ${nameRecurrentActivation(recurrentActivation)}`;
  const { cell } = architecture;
  const lstm = units.map((size, layer) => {
    const both = isBidirectional(architecture, layer);
    const width = inputWidth(architecture, layer);
    const gates = cell === undefined ? 4 : 3;
    const values = gates * size * (width + size + (cell?.resetsAfter ? 2 : 1)) * (both ? 2 : 1);
    return [
      `${cell === undefined ? 'LSTM' : 'GRU'} ${layer + 1}${both ? ', both ways' : ''}`,
      width,
      size,
      functions,
      values,
    ];
  });
  const dense = [
    ...hidden.map(({ units: size, activation }) => ({ size, activation })),
    ...(outputs === 0 ? [] : [{ size: outputs, activation: outputActivation }]),
  ];
  let below = layerWidth(architecture, units.length - 1);
  const denseRows = dense.map(({ size, activation }) => {
    const row = ['dense', below, size, activation, (below + 1) * size];
    below = size;
    return row;
  });
  const table = embedding === undefined ? [] : [['embedding', inputs, embedding, '', inputs * embedding]];
  const rows = [...table, ...lstm, ...denseRows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  );
  return formatTable(['layer', 'inputs', 'units', 'activation', 'parameters'], rows, [1, 2, 4]);
}

/** What was found in a file. */
export function importFacts({ description, origin, tokens }: ImportedModel, parity: Parity): Fact[] {
  const { architecture, vocabulary, features, stateful = false } = description;
  const characters = vocabulary.filter((character) => character !== '').length;
  const reads = readsNumbers(architecture)
    ? `${architecture.inputs} ${architecture.inputs === 1 ? 'number' : 'numbers'} a step${features === undefined ? '' : `: ${features.join(', ')}`}`
    : tokens !== undefined
      ? `tokens, ${tokens.tokens.filter((token) => token !== '').length.toLocaleString('en')} different ones: ${tokens.tokeniser.said}`
      : `characters: ${characters === 0 ? `${architecture.inputs} numbers, give --vocabulary to name them` : characters}`;
  const order = (architecture.cell === undefined ? GATES : GRU_GATES).join(' ');
  const checked =
    parity.kind === 'checked'
      ? `differs by at most ${parity.difference.toExponential(1)} over ${parity.steps} random steps`
      : `not checked: ${parity.reason}`;
  return [
    ['format', origin.format],
    ['reads', reads],
    ...(tokens === undefined ? [] : [['unknown words', unknownWords(tokens)] as const]),
    ...(architecture.cell === undefined ? [] : [['cells', nameGruCells(architecture.cell)] as const]),
    ['gate order', origin.gateOrder === order ? order : `${origin.gateOrder} in the file, ${order} here`],
    ['biases', origin.biases],
    ['state', stateful ? 'carried from one series to the next' : 'reset at the start of each series'],
    ['parity', checked],
    ...(origin.withoutHead === undefined ? [] : [['output layer', `none: ${origin.withoutHead}`] as const]),
    ...(origin.assumed ?? []).map((text): Fact => ['assumed', text]),
    ...origin.notes.map((note): Fact => ['note', note]),
  ];
}

function unknownWords({ tokeniser: { unknown }, tokens }: ImportedTokens): string {
  return unknown === null ? 'the tokeniser has no token for them' : `read as ${tokens[unknown]}`;
}
