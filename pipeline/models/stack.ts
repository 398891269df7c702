// Recurrent layers of a file that holds weights and not how they are connected: in which order they are taken, and what is
// said of it. What a layer computes depends on what is fed into it, so nothing is connected here in silence.
import { InputError } from '../base/errors.ts';
import { suggestNames } from '../base/suggest.ts';
import type { ForeignLstm, Unwired, WiringOptions } from './foreign.ts';

/** What is put one after the other: it reads so many values at a step, and gives so many. */
export interface Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** LSTM layers that belong together, as those of one nn.LSTM: each reads the one before it, which the file does say. */
export interface LstmBlock extends Block {
  readonly layers: readonly ForeignLstm[];
}

export interface Stack<B extends LstmBlock = LstmBlock> {
  /** Those that are opened, each reading the one before it. */
  readonly blocks: readonly B[];
  /** All of them, those that are opened first. */
  readonly all: readonly B[];
  readonly assumed: readonly string[];
  readonly unwired?: Unwired;
}

/** What can be put one after the other, and is where it is asked for. */
export interface OrderRequest<B extends Block> {
  readonly blocks: readonly B[];
  /** Whether they stand in the order in which they were made. */
  readonly ordered: boolean;
  /** Whether any of them may be the first, and be asked for by its name: modules, of which that order says little. */
  readonly byName: boolean;
  /** What messages call one. */
  readonly called: 'LSTM' | 'LSTM or GRU';
  readonly file: string;
}

/** What --order or --assume-stack makes of them. */
export interface GivenStack<B extends Block> {
  readonly blocks: readonly B[];
  /** Those that are left out. */
  readonly rest: readonly B[];
  readonly assumed: readonly string[];
}

export interface StackRequest<B extends LstmBlock> extends OrderRequest<B> {
  /** What tells how they are connected, besides `--order` and `--assume-stack`, as advice; empty where nothing does. */
  readonly advice: string;
}

export const quoted = (blocks: readonly Block[]) => blocks.map(({ name }) => `"${name}"`).join(', ');

/**
 * The LSTM layers that may be opened: the first one, the one that is asked for by name, or those that the options say.
 * @throws InputError an order with names that there are not, layers that do not fit each other
 */
export function wireStack<B extends LstmBlock>(request: StackRequest<B>, options: WiringOptions): Stack<B> {
  const { blocks } = request;
  const given = givenStack(request, options);
  if (given !== undefined) {
    return { blocks: given.blocks, all: [...given.blocks, ...given.rest], assumed: given.assumed };
  }
  const order = stackOrder(request) ?? (request.ordered ? blocks : (numbered(blocks) ?? blocks));
  const isKnown = (request.ordered && !request.byName) || numbered(blocks) !== undefined;
  const named = typeof options.layer === 'string' && request.byName ? findBlocks(blocks, options.layer) : [];
  const opened = named.length === 1 ? named[0]! : order[0]!;
  const all = [opened, ...order.filter((block) => block !== opened)];
  const others = all.slice(1);
  const why = request.ordered && opened === blocks[0] ? ', as it comes first in the file' : '';
  const sentence = `"${opened.name}" was taken to be the first LSTM${why}: nothing says which one is called first.`;
  const assumed = isKnown || named.length === 1 ? [] : [sentence];
  return { blocks: [opened], all, assumed, unwired: { why: whyUnwired(others), fix: fixFor(request, all) } };
}

/**
 * The stack that the options say, or that a single block is; undefined where nothing says it.
 * @throws InputError an order with names that there are not, layers that do not fit each other
 */
export function givenStack<B extends Block>(
  request: OrderRequest<B>,
  { order, assumeStack }: WiringOptions,
): GivenStack<B> | undefined {
  const { blocks } = request;
  if (order !== undefined) return asOrdered(request, order);
  if (blocks.length === 1) return { blocks, rest: [], assumed: [] };
  if (!assumeStack) return undefined;
  const found = stackOrder(request);
  if (found === undefined) throw noStack(request);
  return { blocks: found, rest: [], assumed: [stackSentence(found, '--assume-stack')] };
}

function whyUnwired(others: readonly LstmBlock[]): string {
  const [verb, it] = others.length === 1 ? ['reads', 'it is'] : ['read', 'they are'];
  return `Nothing in the file says what ${quoted(others)} ${verb}, so ${it} not opened.`;
}

function fixFor({ advice }: StackRequest<LstmBlock>, all: readonly Block[]): string {
  const names = all.map(({ name }) => name).join(',');
  return [
    `Say it with --order ${names}, in the order in which they are called, or with --assume-stack if each reads what the`,
    `one before it gives and nothing lies between${advice === '' ? '' : `; or ${advice}`}. \`cellarium weights\` needs none of it.`,
  ].join(' ');
}

/** That some were taken to follow each other, as an option asks. */
function stackSentence(blocks: readonly Block[], flag: string): string {
  return `${quoted(blocks)} were taken as a plain stack, each reading at every step what the one before it gives there, as ${flag} asks: the file does not say how they are connected.`;
}

/** What is said of a stack, and of what else the file has that may lie between its layers: described, and left out. */
export function saidOfStack({ blocks, assumed }: Stack, between: readonly string[]): string[] {
  if (blocks.length < 2 || assumed.length === 0 || between.length === 0) return [...assumed];
  return [...assumed, `Left out, though it may lie between them: ${between.join(', ')}.`];
}

function noStack({ blocks, called, file }: OrderRequest<Block>): InputError {
  const widths = blocks.map(({ name, inputs, outputs }) => `"${name}" (${inputs} to ${outputs})`).join(', ');
  return new InputError(
    `Its ${called} layers are no plain stack, for there is not one clear order in which each reads as many numbers as the one before it gives: ${widths}.`,
    { file },
    'Say which are called one after the other with --order, or look at one with --layer. `cellarium weights` shows them all.',
  );
}

/** The blocks that a name means, as `layerNumber` finds layers. */
function findBlocks<B extends Block>(blocks: readonly B[], wanted: string): B[] {
  const whole = blocks.filter(({ name }) => name === wanted);
  if (whole.length > 0) return whole;
  return blocks.filter(({ name }) => name.endsWith(`.${wanted}`) || name.endsWith(`/${wanted}`));
}

function asOrdered<B extends Block>(
  { blocks, called, file }: OrderRequest<B>,
  order: readonly string[],
): GivenStack<B> {
  const chosen = order.map((wanted) => {
    const [found, ...others] = findBlocks(blocks, wanted);
    if (found !== undefined && others.length === 0) return found;
    const what = found === undefined ? `There is no ${called} "${wanted}"` : `Several are called "${wanted}"`;
    throw new InputError(
      `${what}, which --order names.`,
      { file },
      suggestNames(
        wanted,
        blocks.map(({ name }) => name),
      ),
    );
  });
  chosen.forEach((block, index) => {
    const before = chosen[index - 1];
    if (before === undefined || block.inputs === before.outputs) return;
    throw new InputError(
      `"${block.name}" reads ${block.inputs} numbers a step, but "${before.name}" gives ${before.outputs}, so it cannot come right after it as --order says.`,
      { file },
      'Name in --order only those of which each reads the one before it. `cellarium weights` shows them all.',
    );
  });
  const rest = blocks.filter((block) => !chosen.includes(block));
  const assumed = chosen.length === 1 ? [] : [stackSentence(chosen, '--order')];
  const left =
    rest.length === 0
      ? []
      : [`Left out, as --order does not name ${rest.length === 1 ? 'it' : 'them'}: ${quoted(rest)}.`];
  return { blocks: chosen, rest, assumed: [...assumed, ...left] };
}

// In which order they are called, as far as widths and names tell.

/** With more than this the orders are too many to try. */
const MOST_TRIED = 6;

/** The order of their numbers, where the names differ in nothing else, as lstm1 and lstm2. */
export function numbered<B extends Block>(blocks: readonly B[]): B[] | undefined {
  const stems = new Set(blocks.map(({ name }) => name.replaceAll(/\d+/g, '0')));
  if (stems.size > 1) return undefined;
  return blocks.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function fits(blocks: readonly Block[], width: number): boolean {
  return blocks.every(({ inputs }, index) => inputs === (blocks[index - 1]?.outputs ?? width));
}

/** Every order in which each reads as many values as the one before it gives. */
function fittingOrders<B extends Block>(blocks: readonly B[], width: number | undefined): B[][] {
  if (blocks.length === 0) return [[]];
  return blocks.flatMap((first, index) =>
    width === undefined || first.inputs === width
      ? fittingOrders(blocks.toSpliced(index, 1), first.outputs).map((rest) => [first, ...rest])
      : [],
  );
}

/**
 * The order of what is called one after the other, from a width on: the numbered one if it fits, else the only one that
 * fits; undefined where there is none, or more than one.
 * @param width of what the first one reads; any where left out
 */
export function inOrder<B extends Block>(blocks: readonly B[], width?: number): B[] | undefined {
  const byNumber = numbered(blocks);
  if (byNumber !== undefined && fits(byNumber, width ?? byNumber[0]?.inputs ?? 0)) return byNumber;
  if (blocks.length > MOST_TRIED) return undefined;
  const [order, ...others] = fittingOrders(blocks, width);
  return others.length === 0 ? order : undefined;
}

/** The order of a plain stack; undefined where there is not one clear one. */
function stackOrder<B extends Block>({ blocks, ordered, byName }: OrderRequest<B>): readonly B[] | undefined {
  if (ordered && fits(blocks, blocks[0]!.inputs)) return blocks;
  return ordered && !byName ? undefined : inOrder(blocks);
}
