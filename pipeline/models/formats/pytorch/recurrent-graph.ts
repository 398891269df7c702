// A state dict with GRUs, and perhaps LSTMs beside them, as a graph of their layers.
import { type ForeignGru, type ForeignNetwork, unsupported, type WiringOptions } from '../../foreign.ts';
import { type Direction, GRUS, type LayeredModel } from '../../graph/model.ts';
import { gruLayers, type LooseModule, looseGraph } from '../../loose-graph.ts';
import { readActivations } from './activations.ts';
import type { GruModule } from './gru.ts';
import { denseLayer, describeModule, findEmbedding, findHead, type HeadOptions, withoutCopies } from './head.ts';
import { GATE_ORDER, type LstmModule, type Modules } from './modules.ts';
import type { StateDict } from './state-dict.ts';

const LSTM_FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

/** @throws {InputError} an order with names that there are not, or of modules that do not fit each other */
export function readRecurrentGraph(
  modules: Modules,
  dict: StateDict,
  options: HeadOptions & WiringOptions,
  file: string,
): LayeredModel {
  const { lstms, grus, weights, others } = modules;
  const candidates = withoutCopies(weights);
  let doubt: string | undefined;
  const { embedding, notes, chain, assumed, ...graph } = looseGraph(
    {
      modules: [...lstms.map((module) => ofLstm(module, file)), ...grus.map(ofGru)],
      source: 'A state dict',
      ordered: false,
      file,
      embedding(first, last) {
        const found = findEmbedding(candidates, first.inputs, last.outputs);
        doubt = found.doubt;
        return found.embedding === undefined
          ? undefined
          : { name: found.embedding.name, table: found.embedding.weight };
      },
      before: ({ inputs }) => candidates.filter(({ outputs }) => outputs === inputs).map(({ name }) => `"${name}"`),
    },
    options,
  );
  const linears = withoutCopies(weights).filter(({ name }) => name !== embedding?.name);
  const left = [...linears, ...others];
  const facts = {
    format: dict.format,
    gateOrder: [...(lstms.length === 0 ? [] : [GATE_ORDER.join(' ')]), 'r z n'].join('; '),
    biases: lstms.length === 0 ? 'two, apart' : 'two: added of an LSTM, apart of a GRU',
  };
  const said = [...dict.notes, ...modules.notes, ...(doubt === undefined ? [] : [doubt]), ...notes];
  const leftOut =
    left.length === 0 ? [] : [`What is no LSTM or GRU is left out: ${left.map(describeModule).join(', ')}.`];
  const layers = gruLayers(chain);
  const whole = (own: readonly ForeignGru[]): ForeignNetwork => {
    const { outputs } = chain!.at(-1)!;
    const place = { width: outputs, vocabulary: embedding?.table.rows, cells: 'GRU' } as const;
    const head = findHead(linears, others, place, (count) => readActivations(dict.metadata, count, file), options);
    const upon = head.linears.map(({ module }) => `"${module.name}"`).join(' and ');
    const reads = `It was assumed that ${upon} ${head.linears.length === 1 ? 'reads' : 'read'} what the GRU gives at every step.`;
    return {
      ...facts,
      layers: [
        ...(embedding === undefined ? [] : [{ kind: 'embedding', ...embedding } as const]),
        ...own,
        ...head.linears.map(({ module, activation }) => denseLayer(module, activation)),
      ],
      stateful: false,
      notes: said,
      assumed: [...assumed, ...(head.linears.length === 0 ? [] : [reads]), ...head.assumed],
      ...(head.withoutHead === undefined ? {} : { withoutHead: head.withoutHead }),
      ...(head.headOption === undefined ? {} : { headOption: head.headOption }),
    };
  };
  return {
    ...graph,
    ...facts,
    assumed,
    notes: [...said, ...leftOut],
    why: whyNotWhole(layers, grus),
    ...(layers === undefined ? {} : { whole: whole(layers) }),
  };
}

function whyNotWhole(layers: readonly ForeignGru[] | undefined, grus: readonly GruModule[]): string {
  if (layers !== undefined) return GRUS;
  const names = grus.map(({ name }) => `"${name}"`).join(', ');
  return `${names} ${grus.length === 1 ? 'is a GRU' : 'are GRUs'}, and nothing says that the recurrent layers are one stack of GRU layers.`;
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
