// A state dict with GRUs, and perhaps LSTMs beside them, as a graph of their layers. It does not say how its modules are
// connected: one alone reads what the model reads; several have an input each, unless it is said in which order they follow.
import { InputError } from '../../../base/errors.ts';
import { suggestNames } from '../../../base/suggest.ts';
import { unsupported, type WiringOptions } from '../../foreign.ts';
import type { Direction, GraphInput, GraphNode, LayeredModel } from '../../graph/model.ts';
import { PartWriter } from '../../graph/part-writer.ts';
import { inOrder } from '../../stack.ts';
import type { GruModule } from './gru.ts';
import { describeModule, findEmbedding, withoutCopies } from './head.ts';
import { GATE_ORDER, type LstmModule, type Modules, type WeightModule } from './modules.ts';
import type { StateDict } from './state-dict.ts';

interface Module {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Of each of its layers. */
  readonly layers: readonly (readonly Direction[])[];
}

const LSTM_FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

/** @throws {InputError} an order with names that there are not, or of modules that do not fit each other */
export function readRecurrentGraph(
  modules: Modules,
  dict: StateDict,
  options: WiringOptions,
  file: string,
): LayeredModel {
  const { lstms, grus, weights, others } = modules;
  const all = [...lstms.map((module) => ofLstm(module, file)), ...grus.map(ofGru)];
  const { chains, assumed, notes } = wire(all, options, file);
  const builder = new Builder();
  const [only, ...more] = chains;
  const linears = withoutCopies(weights);
  const found = more.length === 0 ? findEmbedding(linears, only![0]!.inputs, only!.at(-1)!.outputs) : {};
  for (const chain of chains) builder.addChain(chain, more.length === 0 ? 'input' : chain[0]!.name, found.embedding);
  const left = [...linears.filter((module) => module !== found.embedding), ...others];
  return {
    format: dict.format,
    gateOrder: [...(lstms.length === 0 ? [] : [GATE_ORDER.join(' ')]), 'r z n'].join('; '),
    biases: lstms.length === 0 ? 'two, apart' : 'two: added of an LSTM, apart of a GRU',
    notes: [
      ...dict.notes,
      ...modules.notes,
      ...(found.doubt === undefined ? [] : [found.doubt]),
      ...notes,
      ...(left.length === 0 ? [] : [`What is no LSTM or GRU is left out: ${left.map(describeModule).join(', ')}.`]),
    ],
    assumed: [...(more.length === 0 ? [readsWhat(only![0]!, found.embedding, linears)] : []), ...assumed],
    inputs: builder.inputs,
    nodes: builder.nodes,
    outputs: builder.outputs,
    why: `${grus.map(({ name }) => `"${name}"`).join(', ')} ${grus.length === 1 ? 'is a GRU' : 'are GRUs'}, and what is computed whole has LSTM layers alone.`,
  };
}

function ofLstm({ name, inputs, outputs, layers }: LstmModule, file: string): Module {
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

function ofGru({ name, inputs, outputs, layers }: GruModule): Module {
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

interface Wired {
  /** Modules that follow each other. */
  readonly chains: readonly (readonly Module[])[];
  readonly assumed: readonly string[];
  readonly notes: readonly string[];
}

const quoted = (modules: readonly Module[]) => modules.map(({ name }) => `"${name}"`).join(', ');

function wire(all: readonly Module[], { order, assumeStack }: WiringOptions, file: string): Wired {
  if (order !== undefined) return inGivenOrder(all, order, file);
  if (all.length === 1) return { chains: [all], assumed: [], notes: [] };
  if (!assumeStack) {
    const names = all.map(({ name }) => name).join(',');
    const note = `A state dict does not say how its modules are connected: each of ${quoted(all)} has an input of its own here, of its name. If each reads what the one before it gives, say so with --order ${names} or --assume-stack.`;
    return { chains: all.map((module) => [module]), assumed: [], notes: [note] };
  }
  const stack = inOrder(all);
  if (stack !== undefined) return { chains: [stack], assumed: [stackSentence(stack, '--assume-stack')], notes: [] };
  const widths = all.map(({ name, inputs, outputs }) => `"${name}" (${inputs} to ${outputs})`).join(', ');
  throw new InputError(
    `Its recurrent layers are no plain stack, for there is not one clear order in which each reads as many numbers as the one before it gives: ${widths}.`,
    { file },
    'Say which are called one after the other with --order, or look at one with --layer.',
  );
}

const stackSentence = (stack: readonly Module[], flag: string) =>
  `${quoted(stack)} were taken as a plain stack, each reading at every step what the one before it gives there, as ${flag} asks: the file does not say how they are connected.`;

function inGivenOrder(all: readonly Module[], order: readonly string[], file: string): Wired {
  const chosen = order.map((wanted) => {
    const whole = all.filter(({ name }) => name === wanted);
    const [found, ...others] = whole.length > 0 ? whole : all.filter(({ name }) => name.endsWith(`.${wanted}`));
    if (found !== undefined && others.length === 0) return found;
    const what = found === undefined ? `There is no LSTM or GRU "${wanted}"` : `Several are called "${wanted}"`;
    const names = all.map(({ name }) => name);
    throw new InputError(`${what}, which --order names.`, { file }, suggestNames(wanted, names));
  });
  chosen.forEach((module, index) => {
    const before = chosen[index - 1];
    if (before === undefined || before.outputs === module.inputs) return;
    throw new InputError(
      `"${module.name}" reads ${module.inputs} numbers a step, but "${before.name}" gives ${before.outputs}, so it cannot come right after it as --order says.`,
      { file },
      'Name in --order only those of which each reads the one before it. `cellarium weights` shows them all.',
    );
  });
  const rest = all.filter((module) => !chosen.includes(module));
  const left = `Left out, as --order does not name ${rest.length === 1 ? 'it' : 'them'}: ${quoted(rest)}.`;
  const assumed = [
    ...(chosen.length === 1 ? [] : [stackSentence(chosen, '--order')]),
    ...(rest.length === 0 ? [] : [left]),
  ];
  return { chains: [chosen], assumed, notes: [] };
}

function readsWhat(first: Module, embedding: WeightModule | undefined, linears: readonly WeightModule[]): string {
  const reads = embedding === undefined ? 'the input itself' : `what the embedding "${embedding.name}" gives`;
  const before = embedding === undefined ? linears.filter(({ outputs }) => outputs === first.inputs) : [];
  const names = before.map(({ name }) => `"${name}"`).join(', ');
  const doubt =
    before.length === 0
      ? ''
      : ` But ${names} ${before.length === 1 ? 'gives' : 'give'} as many numbers as it reads, and may come before it.`;
  return `A state dict does not say how its modules are connected: it was assumed that "${first.name}" reads ${reads}.${doubt}`;
}

class Builder {
  readonly inputs: GraphInput[] = [];
  readonly nodes: GraphNode[] = [];
  readonly outputs: string[] = [];

  addChain(chain: readonly Module[], input: string, embedding: WeightModule | undefined): void {
    const { inputs: width } = chain[0]!;
    let below = embedding === undefined ? this.#numbers(input, width) : this.#characters(input, embedding);
    for (const { name, layers } of chain) {
      layers.forEach((directions, index) => {
        const called = layers.length === 1 ? name : `${name}.l${index}`;
        const output = `${called} output`;
        const outputs = directions.reduce((sum, { parameters }) => sum + parameters.recurrentKernel.rows, 0);
        this.nodes.push({
          kind: 'recurrent',
          name: called,
          input: below,
          batchSide: 0,
          directions,
          merge: 'concat',
          outputs: [{ name: output, of: 'sequence', sides: [1, 'steps', outputs] }],
          follows: { input, reversed: false },
          stateful: false,
        });
        below = output;
      });
    }
    this.outputs.push(below);
  }

  #numbers(name: string, width: number): string {
    this.inputs.push({ name, reads: 'numbers', width, sides: [1, 'steps', width], type: 'float32' });
    return name;
  }

  #characters(name: string, { name: table, weight, outputs: width }: WeightModule): string {
    this.inputs.push({ name, reads: 'characters', width, sides: [1, 'steps'], type: 'float32' });
    const output = `${table} output`;
    const bytes = () => {
      const writer = new PartWriter();
      const ids = writer.node('Cast', [name], { to: 7 });
      writer.node('Gather', [writer.floats(weight.data, [weight.rows, weight.columns]), ids], {}, output);
      return writer.finish([{ name, type: 'float32' }], [{ name: output, type: 'float32' }]);
    };
    this.nodes.push({ kind: 'part', name: table, inputs: [name], outputs: [output], bytes });
    return output;
  }
}
