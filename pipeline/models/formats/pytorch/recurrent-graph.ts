// A state dict with GRUs, and perhaps LSTMs beside them, as a graph of their layers.
import { unsupported, type WiringOptions } from '../../foreign.ts';
import type { Direction, LayeredModel } from '../../graph/model.ts';
import { type LooseModule, looseGraph } from '../../loose-graph.ts';
import type { GruModule } from './gru.ts';
import { describeModule, findEmbedding, withoutCopies } from './head.ts';
import { GATE_ORDER, type LstmModule, type Modules } from './modules.ts';
import type { StateDict } from './state-dict.ts';

const LSTM_FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

/** @throws {InputError} an order with names that there are not, or of modules that do not fit each other */
export function readRecurrentGraph(
  modules: Modules,
  dict: StateDict,
  options: WiringOptions,
  file: string,
): LayeredModel {
  const { lstms, grus, weights, others } = modules;
  const linears = withoutCopies(weights);
  let doubt: string | undefined;
  const { embedding, notes, ...graph } = looseGraph(
    {
      modules: [...lstms.map((module) => ofLstm(module, file)), ...grus.map(ofGru)],
      source: 'A state dict',
      ordered: false,
      file,
      embedding(first, last) {
        const found = findEmbedding(linears, first.inputs, last.outputs);
        doubt = found.doubt;
        return found.embedding === undefined
          ? undefined
          : { name: found.embedding.name, table: found.embedding.weight };
      },
      before: ({ inputs }) => linears.filter(({ outputs }) => outputs === inputs).map(({ name }) => `"${name}"`),
    },
    options,
  );
  const left = [...linears.filter(({ name }) => name !== embedding?.name), ...others];
  return {
    ...graph,
    format: dict.format,
    gateOrder: [...(lstms.length === 0 ? [] : [GATE_ORDER.join(' ')]), 'r z n'].join('; '),
    biases: lstms.length === 0 ? 'two, apart' : 'two: added of an LSTM, apart of a GRU',
    notes: [
      ...dict.notes,
      ...modules.notes,
      ...(doubt === undefined ? [] : [doubt]),
      ...notes,
      ...(left.length === 0 ? [] : [`What is no LSTM or GRU is left out: ${left.map(describeModule).join(', ')}.`]),
    ],
    why: `${grus.map(({ name }) => `"${name}"`).join(', ')} ${grus.length === 1 ? 'is a GRU' : 'are GRUs'}, and what is computed whole has LSTM layers alone.`,
  };
}

function ofLstm({ name, inputs, outputs, layers }: LstmModule, file: string): LooseModule {
  if (layers.some(({ forward }) => forward.projection !== undefined)) {
    const fix = 'Save the LSTM by itself.';
    throw unsupported(`"${name}" projects what its cells give (proj_size) in a file with a GRU`, { file }, fix);
  }
  const directions = layers.map(({ forward, backward }): Direction[] => [
    { parameters: forward, backwards: false, ...LSTM_FUNCTIONS },
    ...(backward === undefined ? [] : [{ parameters: backward, backwards: true, ...LSTM_FUNCTIONS }]),
  ]);
  return { name: name === '' ? 'lstm' : name, inputs, outputs, layers: directions };
}

function ofGru({ name, inputs, outputs, layers }: GruModule): LooseModule {
  const gru = (parameters: GruModule['layers'][number]['forward'], backwards: boolean): Direction => ({
    cell: 'gru',
    parameters,
    backwards,
    ...LSTM_FUNCTIONS,
  });
  const directions = layers.map(({ forward, backward }) => [
    gru(forward, false),
    ...(backward === undefined ? [] : [gru(backward, true)]),
  ]);
  return { name: name === '' ? 'gru' : name, inputs, outputs, layers: directions };
}
