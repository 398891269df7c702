// What PyTorch's users save -> the LSTM layers in it, and the network that they belong to as far as names and shapes tell.
import { extname } from 'node:path';
import { InputError } from '../../../base/errors.ts';
import { readBeginning } from '../../../files/files.ts';
import type { ForeignLayer, ForeignLstm, ForeignNetwork, FunctionOptions, WiringOptions } from '../../foreign.ts';
import type { LayeredModel } from '../../graph/model.ts';
import { type LstmBlock, type Stack, saidOfStack, wireStack } from '../../stack.ts';
import { readActivations } from './activations.ts';
import type { GruModule } from './gru.ts';
import { denseLayer, describeModule, findEmbedding, findHead, type Head, withoutCopies } from './head.ts';
import {
  findModules,
  GATE_ORDER,
  type LstmModule,
  type Modules,
  type OtherModule,
  type StoredLayer,
  type WeightModule,
} from './modules.ts';
import { foldProjection, unprojected } from './projection.ts';
import { readRecurrentGraph } from './recurrent-graph.ts';
import { readSafetensorsDict, readTorchDict, type StateDict } from './state-dict.ts';

export type PytorchOptions = Pick<FunctionOptions, 'hiddenActivation' | 'outputActivation'> & WiringOptions;

/**
 * Reads `nn.LSTM` modules and `nn.LSTMCell`s, with the `nn.Embedding` before and the `nn.Linear` modules behind them where
 * it is clear that there is nothing else; other modules are named and left out. Where there are `nn.GRU`s, it is a graph of
 * layers.
 * @param path what `torch.save` or `torch.jit.save` wrote, or a `.safetensors` file with the state dict
 * @throws {InputError} a file that is broken, or without an LSTM or GRU; tensors of one that do not fit each other; options
 *   that do not fit it
 */
export async function readPytorch(path: string, options: PytorchOptions = {}): Promise<ForeignNetwork | LayeredModel> {
  const dict = readDict(path);
  const modules = findModules(dict, path);
  if (opensGrus(modules, options)) return readRecurrentGraph(modules, dict, options, path);
  const { lstms, weights, grus } = modules;
  const others = [...grus.map(({ name, shapes }) => ({ name, shapes, kind: 'a GRU' })), ...modules.others];
  const notes = [...modules.notes, ...grus.map(besideNote)];
  if (lstms.length === 0) {
    const fix = 'Give a file with the state dict of a model that has an LSTM or a GRU: the weights alone will do.';
    throw new InputError('It has no tensor of an LSTM or GRU, such as "lstm.weight_ih_l0".', { file: path }, fix);
  }
  // What this project exports is a stack, and says the functions too.
  const isOwn = dict.metadata.activations !== undefined;
  const stack = wireStack(
    {
      blocks: lstms.map(blockOf),
      ordered: dict.isInOrder,
      byName: true,
      called: 'LSTM',
      advice: 'look at any other one alone with --layer and its name',
      file: path,
    },
    isOwn && options.order === undefined ? { assumeStack: true } : options,
  );
  const [first, last] = [stack.blocks[0]!, stack.blocks.at(-1)!];
  const { embedding, doubt } = findEmbedding(withoutCopies(weights), first.inputs, last.outputs);
  const linears = withoutCopies(weights).filter((module) => module !== embedding);
  const head = headOf(stack, linears, others, dict, { options, path, vocabulary: embedding?.outputs });
  const layers = stack.blocks.flatMap(({ module }) => module.layers);
  const isBehind = new Set<unknown>(head.linears.map(({ module }) => module));
  const between = [...linears, ...others].filter((module) => !isBehind.has(module)).map(describeModule);
  const top = layers.at(-1)!;
  const opened = foldAll(stack.blocks);
  const isProjected = stack.all.some(({ module }) =>
    module.layers.some(({ forward }) => forward.projection !== undefined),
  );
  const before = embedding === undefined ? mayComeBefore(first, [...linears, ...others], head) : [];
  return {
    format: dict.format,
    layers: [
      ...(embedding === undefined
        ? []
        : [{ kind: 'embedding', name: embedding.name, table: embedding.weight } as const]),
      ...opened,
      ...head.linears.map(({ module, activation }, index) =>
        denseLayer(module, activation, index === 0 ? (kernel) => unprojected(kernel, top) : undefined),
      ),
    ] satisfies ForeignLayer[],
    gateOrder: GATE_ORDER.join(' '),
    biases: lstms.some(({ hasBias }) => hasBias) ? 'two, added' : 'none',
    stateful: false,
    notes: [
      ...dict.notes,
      ...notes,
      ...(doubt === undefined ? [] : [doubt]),
      ...(isProjected ? [projectionNote(stack.all)] : []),
      ...conversionNotes(dict),
    ],
    assumed: isOwn
      ? head.assumed
      : [
          ...connections(stack, embedding, head, before),
          ...saidOfStack(stack, between),
          ...learnedStart(others, layers),
          ...head.assumed,
        ],
    ...(head.withoutHead === undefined ? {} : { withoutHead: head.withoutHead }),
    ...(head.headOption === undefined ? {} : { headOption: head.headOption }),
    ...(stack.unwired === undefined ? {} : { unwired: stack.unwired }),
    ...(stack.all.length === stack.blocks.length && !isProjected ? {} : { lstms: [...opened, ...unopened(stack)] }),
  };
}

/**
 * Where there are LSTMs, GRUs beside them are left out as other modules are, unless they are asked for: nothing says what
 * they read.
 */
function opensGrus({ lstms, grus }: Modules, { order, assumeStack, layer }: PytorchOptions): boolean {
  if (grus.length === 0) return false;
  const named = [...(order ?? []), ...(typeof layer === 'string' ? [layer] : [])];
  const isAsked = (name: string) => named.some((one) => name === one || name.endsWith(`.${one}`));
  return lstms.length === 0 || assumeStack === true || grus.some(({ name }) => isAsked(name));
}

function besideNote({ name }: GruModule): string {
  return `"${name}" is a GRU: it is opened with --layer ${name}, or beside the LSTM with --order or --assume-stack.`;
}

/** What `torch.save` begins a file with: a zip since PyTorch 1.6, before that a pickle. */
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const PROTOCOL = 0x80;

function readDict(path: string): StateDict {
  const beginning = readBeginning(path, 9);
  // The length of a safetensors header may look like anything, but the header itself begins with a brace.
  const isHeader = beginning[8] === 0x7b && beginning.readUInt32LE(4) === 0;
  const isTorch = beginning.subarray(0, ZIP.length).equals(ZIP) || beginning[0] === PROTOCOL;
  if (isTorch && !isHeader) return readTorchDict(path);
  if (isHeader || extname(path).toLowerCase() === '.safetensors') return readSafetensorsDict(path);
  throw new InputError(
    'It begins neither as a zip archive nor as a pickle, as files of torch.save do, nor as a safetensors file.',
    { file: path },
    'If PyTorch wrote it, it is damaged: save or fetch it again. A state dict, the weights alone, will do.',
  );
}

// The layers.

interface PytorchBlock extends LstmBlock {
  readonly module: LstmModule;
}

function blockOf(module: LstmModule): PytorchBlock {
  const { name, inputs, outputs } = module;
  return {
    name: name === '' ? 'lstm' : name,
    inputs,
    outputs,
    module,
    layers: module.layers.map((layer, index) => lstmLayer(module, index, layer)),
  };
}

/** @param folded what to compute with, where that is otherwise than it is stored */
function lstmLayer(
  { name, layers }: LstmModule,
  index: number,
  stored: StoredLayer,
  folded: Folded = stored,
): ForeignLstm {
  return {
    kind: 'lstm',
    name: layers.length === 1 && name !== '' ? name : `${name}${name === '' ? '' : '.'}l${index}`,
    forward: plain(folded.forward),
    ...(folded.backward === undefined ? {} : { backward: plain(folded.backward) }),
    ...(folded === stored ? {} : { stored }),
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
}

type Folded = ReturnType<typeof foldProjection>;

const plain = ({ kernel, recurrentKernel, bias }: Folded['forward']) => ({ kernel, recurrentKernel, bias });

/** The layers of a stack with their projections multiplied into what reads them. */
function foldAll(blocks: readonly PytorchBlock[]): ForeignLstm[] {
  let before: StoredLayer | undefined;
  return blocks.flatMap(({ module }) =>
    module.layers.map((stored, index) => {
      const changes = stored.forward.projection !== undefined || before?.forward.projection !== undefined;
      const layer = lstmLayer(module, index, stored, changes ? foldProjection(stored, before) : stored);
      before = stored;
      return layer;
    }),
  );
}

/** Layers that are shown and not computed with, as they are stored. */
function unopened({ blocks, all }: Stack<PytorchBlock>): ForeignLstm[] {
  return all
    .filter((block) => !blocks.includes(block))
    .flatMap((block) =>
      block.module.layers.map((stored, index) => ({ ...lstmLayer(block.module, index, stored), stored })),
    );
}

// The head, and what is said.

function headOf(
  { blocks, unwired }: Stack<PytorchBlock>,
  linears: readonly WeightModule[],
  others: readonly OtherModule[],
  { metadata }: StateDict,
  { options, path, vocabulary }: { options: PytorchOptions; path: string; vocabulary: number | undefined },
): Head {
  if (unwired !== undefined) {
    const left = [...linears, ...others].map(describeModule).join(', ');
    const none = { linears: [], assumed: [] };
    return left === '' ? none : { ...none, withoutHead: `What is not an LSTM is left out: ${left}.` };
  }
  const { hiddenActivation, outputActivation } = options;
  const functions = {
    ...(hiddenActivation === undefined ? {} : { hiddenActivation }),
    ...(outputActivation === undefined ? {} : { outputActivation }),
  };
  const width = blocks.at(-1)!.outputs;
  return findHead(linears, others, { width, vocabulary }, (count) => readActivations(metadata, count, path), functions);
}

/** What gives as many numbers as the LSTM reads, and is not known to lie behind it. */
function mayComeBefore(
  { inputs }: PytorchBlock,
  modules: readonly (WeightModule | OtherModule)[],
  { linears }: Head,
): string[] {
  const behind = new Set<unknown>(linears.map(({ module }) => module));
  return modules
    .filter((module) => !behind.has(module))
    .filter((module) =>
      'shapes' in module ? [...module.shapes.values()].some(([rows]) => rows === inputs) : module.outputs === inputs,
    )
    .map(({ name }) => `"${name}"`);
}

function connections(
  { blocks }: Stack<PytorchBlock>,
  embedding: WeightModule | undefined,
  { linears }: Head,
  before: readonly string[],
): string[] {
  const first = blocks[0]!.name;
  const reads = embedding === undefined ? 'the input itself' : `what the embedding "${embedding.name}" gives`;
  const behind = linears.map(({ module }) => `"${module.name}"`).join(' and ');
  const head =
    behind === '' ? '' : `, and ${behind} ${linears.length === 1 ? 'reads' : 'read'} what the LSTM gives at every step`;
  const doubt =
    before.length === 0
      ? ''
      : ` But ${before.join(', ')} ${before.length === 1 ? 'gives' : 'give'} as many numbers as it reads, and may come before it.`;
  return [
    `A state dict does not say how its modules are connected: it was assumed that "${first}" reads ${reads}${head}.${doubt}`,
  ];
}

const START = /^(.*\.)?([hc]_?0|(init|initial|start|learned)_?.*|hidden_?(state|init)?_?0?|[hc]_?(init|start).*)$/i;

/** A state that was learned to start from, which is not used. */
function learnedStart(others: readonly OtherModule[], layers: readonly StoredLayer[]): string[] {
  const units = layers.map(({ forward }) => forward.projection?.columns ?? forward.recurrentKernel.rows);
  const names = others
    .filter(
      ({ name, shapes }) => START.test(name) && [...shapes.values()].some((shape) => units.includes(shape.at(-1)!)),
    )
    .map(({ name }) => `"${name}"`);
  if (names.length === 0) return [];
  const it = names.length === 1 ? 'which looks' : 'which look';
  return [
    `The state starts from zeros: ${names.join(', ')}, ${it} like a learned start, ${names.length === 1 ? 'was' : 'were'} not used.`,
  ];
}

function projectionNote(blocks: readonly PytorchBlock[]): string {
  const names = blocks
    .filter(({ module }) => module.layers[0]!.forward.projection !== undefined)
    .map(({ name }) => `"${name}"`);
  return `${names.join(', ')} projects what its cells give (proj_size). The gates and c are those of the file; h is what each cell gives before the projection, o·tanh(c).`;
}

const PYTORCH_NAMES = { F16: 'float16', BF16: 'bfloat16', F64: 'float64' } as const;

function conversionNotes({ tensors }: StateDict): string[] {
  const found = new Set(
    [...tensors.values()].flatMap(({ storedAs }) => (storedAs === undefined ? [] : [PYTORCH_NAMES[storedAs]])),
  );
  return [...found].map((name) => `Tensors stored as ${name} were converted to float32.`);
}
