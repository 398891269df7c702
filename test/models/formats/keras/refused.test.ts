import { describe, expect, it } from 'vitest';
import { readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import { hindrance, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { asStack } from '../../compare.ts';
import { type Described, dense, described, hdf5File, LSTM, lstm, type Options, sequential } from './made.ts';

async function refusal(path: string): Promise<string> {
  return readKerasHdf5(path).then(
    () => expect.unreachable('it was read'),
    (error: Error) => {
      expect(error.name).toBe('InputError');
      return error.message;
    },
  );
}
const weights = { lstm: LSTM, dense: { kernel: [2, 1], bias: [1] }, embedding: { embeddings: [5, 3] } };
const refusalOf = async (...layers: Described[]) => refusal(await hdf5File(weights, sequential(...layers)));

const both = (options: Options, inner: Described = lstm()) => described('Bidirectional', { layer: inner, ...options });

/** What there is to say of a file of which only the LSTM layers can be opened, or the stack without its head. */
async function hindered(description: object): Promise<string> {
  const found = await readKerasHdf5(await hdf5File(weights, description));
  if ('nodes' in found) {
    const [first] = recurrentNodes(found);
    return `${found.why} ${hindrance(found, first!)?.what ?? 'It can be opened.'}`;
  }
  return `${found.withoutHead}`;
}
const hindranceOf = (...layers: Described[]) => hindered(sequential(...layers));

describe('what cannot be computed whole is named', () => {
  it.each(['ConvLSTM2D', 'Lambda', 'Conv2D', 'Mine'])(
    '%s before the LSTM layer, which cannot be opened then',
    async (kind) => {
      const message = await hindranceOf(described(kind, { name: 'the_layer' }), lstm());
      expect(message).toContain(`The layer "the_layer" is a ${kind} layer, which is not supported.`);
      expect(message).toContain(`The layer "the_layer" (${kind}) `);
    },
  );

  it.each(['ConvLSTM2D', 'Lambda', 'Attention', 'Flatten', 'Mine'])('%s behind it, which is left out', async (kind) => {
    const message = await hindranceOf(lstm(), described(kind, { name: 'the_layer' }));
    expect(message).toBe(
      `What follows "lstm" is left out. The layer "the_layer" is ${kind === 'Attention' ? 'an' : 'a'} ${kind} layer, which is not supported.`,
    );
  });

  it.each([
    ['time before batch', [lstm({ time_major: true })], 'time_major'],
    ['an activation of the user', [lstm({ activation: { class_name: 'Mine' } })], 'does not name its activation'],
    ['another name of one', [lstm({ activation: 'mine' })], 'has the activation "mine"'],
    ['an LSTM for each step', [described('TimeDistributed', { layer: lstm() })], 'runs an LSTM once for each step'],
    ['a model without layers', [described('Sequential', { layers: [] })], 'It has no LSTM or GRU layer'],
  ] as const)('%s is refused, where there is no other LSTM layer', async (_, layers, message) => {
    expect(await refusalOf(...layers)).toContain(message);
  });

  it.each([
    ['masked padding', [described('Embedding', { mask_zero: true }), lstm()], 'masks padding (mask_zero=True)'],
    ['an LSTM that reads backwards alone', [lstm({ go_backwards: true })], 'reads backwards (go_backwards)'],
    [
      'gates that are not from 0 to 1',
      [lstm({ recurrent_activation: 'tanh' })],
      'has gates with tanh, not from 0 to 1',
    ],
    [
      'an activation without a dense layer',
      [lstm(), described('Activation', { activation: 'relu' })],
      'is an Activation',
    ],
    [
      'a second activation',
      [lstm(), dense({ activation: 'relu' }), described('Activation', { activation: 'tanh' })],
      'Activation',
    ],
  ] as const)('%s', async (_, layers, message) => {
    expect(await hindranceOf(...layers)).toContain(message);
  });

  it('a function of the user behind the LSTM layer is no reason to refuse it', async () => {
    expect(await hindranceOf(lstm(), dense({ activation: { class_name: 'Mine' } }))).toContain(
      'does not name its activation',
    );
  });
});

const bothLstm = Object.fromEntries(
  ['a', 'b'].flatMap((part) => Object.entries(LSTM).map(([name, shape]) => [part + name, shape])),
);

it('a description that is nested without end is refused like any other', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const text = JSON.stringify(sequential(both({ merge_mode: 'HERE' }))).replace('"HERE"', deep);
  expect(await refusal(await hdf5File({ bidirectional: bothLstm }, text))).toContain('has the merge_mode');
  const calls = `{"class_name":"Functional","config":{"layers":[{"class_name":"LSTM","config":{},"inbound_nodes":${deep}}]}}`;
  expect(await refusal(await hdf5File(weights, calls))).toContain('The layer has no arrays (0)');
});

describe('a network that is no chain is opened by its layers', () => {
  const node = (layer: Described, ...from: string[]): Described => ({
    ...layer,
    inbound_nodes: from.length === 0 ? [] : [from.map((name) => [name, 0, 0, {}])],
  });
  const input = (name: string) => node(described('InputLayer', { name }));
  const graph = (outputs: string[], ...layers: Described[]) => ({
    class_name: 'Functional',
    config: { layers, output_layers: outputs.map((name) => [name, 0, 0]) },
  });

  it.each([
    ['two inputs', graph(['lstm'], input('a'), input('b'), node(lstm(), 'a')), 'The model has 2 inputs'],
    ['a layer of two inputs', graph(['lstm'], input('a'), node(lstm(), 'a', 'a')), '"lstm" reads several inputs'],
    [
      'a branch',
      graph(['dense'], input('a'), node(lstm(), 'a'), node(dense(), 'lstm'), node(dense({ name: 'other' }), 'lstm')),
      '"lstm" is read by two layers',
    ],
    [
      'an output in the middle',
      graph(['lstm'], input('a'), node(lstm(), 'a'), node(dense(), 'lstm')),
      'something other',
    ],
    ['two outputs', graph(['lstm', 'a'], input('a'), node(lstm(), 'a')), 'something other'],
  ])('%s', async (_, description, message) => {
    expect(await hindered(description)).toContain(message);
  });

  it.each([
    ['a circle', graph(['lstm'], input('a'), node(lstm(), 'dense'), node(dense(), 'lstm')), 'reads itself'],
    ['a call that is not there', graph(['lstm'], input('a'), node(lstm(), 'b')), 'a call of "b" that it does not have'],
    ['a class of the user', { class_name: 'Mine', config: {} }, 'The model is a Mine'],
    ['no description at all', [1], '"model_config" is not as it should be'],
  ])('but %s is refused', async (_, description, message) => {
    expect(await refusal(await hdf5File(weights, description))).toContain(message);
  });

  it('a list of inputs of which one names none, which would be left out', async () => {
    const { config, ...rest } = graph(['lstm'], input('a'), input('b'), node(lstm(), 'a'));
    const input_layers = [
      ['a', 0, 0],
      ['b', [null, 6, 3], 0],
    ];
    const path = await hdf5File(weights, { ...rest, config: { ...config, input_layers } });
    expect(await refusal(path)).toContain('names its inputs or outputs as [["a",0,0],["b",[null,6,3],0]]');
  });

  it('and is read whole where every layer reads the one before, whatever their order in the file', async () => {
    const chain = graph(['dense'], node(dense(), 'lstm'), input('a'), node(lstm(), 'a'));
    const { layers } = asStack(await readKerasHdf5(await hdf5File(weights, chain)));
    expect(layers.map(({ name }) => name)).toEqual(['lstm', 'dense']);
  });
});

describe('arrays that do not fit are refused', () => {
  it.each([
    ['a bias of another length', { lstm: { ...LSTM, bias: [7] } }, 'tensor "bias": It has the shape [7], where [8]'],
    ['a kernel of another width', { lstm: { ...LSTM, kernel: [3, 6] } }, 'tensor "kernel": It has the shape [3, 6]'],
    ['a vector for a matrix', { lstm: { ...LSTM, kernel: [24] } }, 'where a matrix is expected'],
    ['no arrays', { other: LSTM }, 'The layer has no arrays (0): the model was saved before it was built'],
    ['too many arrays', { lstm: { ...LSTM, more: [1] } }, 'The LSTM layer has 4 arrays'],
  ])('%s', async (_, layers, message) => {
    expect(await refusal(await hdf5File(layers, sequential(lstm())))).toContain(message);
  });

  it('options for functions that the file itself names', async () => {
    const path = await hdf5File(weights, sequential(lstm()));
    await expect(readKerasHdf5(path, { cellActivation: 'relu' })).rejects.toThrow('The file itself says');
  });

  it.each([['../x'], [{}], [[null, 6, 'three']], [[null, -1]]])('an input whose shape is %j', async (shape) => {
    const masking = described('Masking', { batch_input_shape: shape });
    expect(await refusalOf(masking, lstm())).toContain(`The shape of its input is ${JSON.stringify(shape)}`);
  });
});
