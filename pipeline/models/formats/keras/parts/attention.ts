// Attention: each step of one value as a mean over the steps of another, weighted by how they fit.
import type { NamedArray } from '../stored-weights.ts';
import { damaged, number, option, type PartContext, refuse, type WriteLayer, type Written } from './context.ts';

/** Far below any score, as Keras has it. */
const NOTHING = -1e9;

function requirePlain(context: PartContext): void {
  const isCausal = [context.layer.options.causal, context.call.use_causal_mask].includes(true);
  if (isCausal) throw refuse(context, 'attends to what went before alone (use_causal_mask)');
  if (context.call.return_attention_scores === true) throw refuse(context, 'gives out its scores too');
}

/** Scores without those steps that are masked. @param shape the mask as it meets the scores */
function masked({ writer }: PartContext, scores: string, mask: string | undefined, axes: readonly number[]): string {
  if (mask === undefined) return scores;
  const isPadding = writer.node('Cast', [writer.node('Not', [mask])], { to: 1 });
  const addend = writer.node('Mul', [isPadding, writer.scalar(NOTHING)]);
  return writer.node('Add', [scores, writer.node('Unsqueeze', [addend, writer.integers(axes)])]);
}

/** Attention by products (Luong), and by the sum of hyperbolic tangents (Bahdanau). */
export const attention: WriteLayer = (context) => {
  const { writer, layer, inputs, masks, arrays } = context;
  requirePlain(context);
  const [query, value, key = value] = inputs;
  if (query === undefined || value === undefined || key === undefined)
    throw damaged(context, 'reads fewer than two values');
  const isSum = layer.className === 'AdditiveAttention' || option(context, 'score_mode') === 'concat';
  const own = arrays.map(({ data }) => data);
  let scores: string;
  if (isSum) {
    const after = writer.node('Unsqueeze', [query.name, writer.integers([2])]);
    const before = writer.node('Unsqueeze', [key.name, writer.integers([1])]);
    const sum = writer.node('Add', [after, before]);
    const isConcat = layer.className === 'Attention';
    // `Attention` has a scale inside, where it has one, and a weight outside.
    const inner = isConcat && own.length === 2 ? writer.node('Mul', [sum, writer.floats(own[0]!, [])]) : sum;
    const outer = isConcat ? own.at(-1) : own[0];
    const tanh = writer.node('Tanh', [inner]);
    const scale =
      outer === undefined
        ? tanh
        : writer.node('Mul', [tanh, writer.floats(outer, outer.length === 1 ? [] : [outer.length])]);
    scores = writer.node('ReduceSum', [scale, writer.integers([-1])], { keepdims: 0 });
  } else {
    const product = writer.node('Einsum', [query.name, key.name], { equation: 'bqd,bkd->bqk' });
    scores = own[0] === undefined ? product : writer.node('Mul', [product, writer.floats(own[0], [])]);
  }
  const weights = writer.node('Softmax', [masked(context, scores, masks[1], [1])], { axis: -1 });
  const found = writer.node('MatMul', [weights, value.name]);
  const [isQuery] = masks;
  const name = isQuery === undefined ? found : writer.node('Mul', [found, readSteps(context, isQuery)]);
  return [{ name, sides: query.sides && [...query.sides.slice(0, -1), value.sides?.at(-1)] }];
};

function readSteps({ writer }: PartContext, mask: string): string {
  return writer.node('Unsqueeze', [writer.node('Cast', [mask], { to: 1 }), writer.integers([2])]);
}

/** Several heads (Vaswani et al., 2017): kernels [inputs, heads, size], and back. */
export const multiHeadAttention: WriteLayer = (context) => {
  const { writer, inputs, masks } = context;
  requirePlain(context);
  if (context.call.attention_mask !== undefined) throw refuse(context, 'is given a mask of its own');
  const [query, value, key = value] = inputs;
  if (query === undefined || value === undefined || key === undefined)
    throw damaged(context, 'reads fewer than two values');
  const project = (part: string, input: Written) => {
    const { kernel, bias } = partOf(context, part);
    const product = writer.node('Einsum', [input.name, writer.floats(kernel.data, kernel.shape)], {
      equation: 'btd,dhs->bths',
    });
    return bias === undefined ? product : writer.node('Add', [product, writer.floats(bias.data, bias.shape)]);
  };
  const size = number(context, partOf(context, 'query').kernel.shape[2] ?? 1, 'key_dim');
  const scaled = writer.node('Mul', [project('query', query), writer.scalar(1 / Math.sqrt(size))]);
  const scores = writer.node('Einsum', [scaled, project('key', key)], { equation: 'bqhs,bkhs->bhqk' });
  const withoutPadding = masked(context, masked(context, scores, masks[1], [1, 1]), masks[0], [1, 3]);
  const weights = writer.node('Softmax', [withoutPadding], { axis: -1 });
  const heads = writer.node('Einsum', [weights, project('value', value)], { equation: 'bhqk,bkhs->bqhs' });
  const { kernel, bias } = partOf(context, 'output');
  const found = writer.node('Einsum', [heads, writer.floats(kernel.data, kernel.shape)], { equation: 'bqhs,hsd->bqd' });
  const name = bias === undefined ? found : writer.node('Add', [found, writer.floats(bias.data, bias.shape)]);
  return [{ name, sides: query.sides && [...query.sides.slice(0, -1), kernel.shape[2]] }];
};

/** `query_dense/vars/0`, `query/kernel:0`, `attention_output/bias:0` … */
function partOf(context: PartContext, part: string): { kernel: NamedArray; bias: NamedArray | undefined } {
  const own = context.arrays.filter(({ name }) =>
    [part, `${part}_dense`, `_${part}_dense`, `attention_${part}`].some((word) => name.split('/').includes(word)),
  );
  const [kernel] = own.filter(({ shape }) => shape.length === 3);
  if (kernel === undefined) throw damaged(context, `has no kernel for its ${part}`);
  return { kernel, bias: own.find(({ shape }) => shape.length < 3) };
}
