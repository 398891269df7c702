import { describe, expect, it } from 'vitest';
import { readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
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

describe('a layer that is not supported is named, with what to do', () => {
  it.each(['GRU', 'SimpleRNN', 'ConvLSTM2D', 'Masking', 'BatchNormalization', 'Attention', 'RNN', 'Flatten', 'Lambda'])(
    '%s',
    async (kind) => {
      const message = await refusalOf(described(kind, { name: 'the_layer' }), lstm());
      expect(message).toContain(`The layer "the_layer" is a ${kind} layer, which is not supported.\n  Supported are`);
    },
  );

  it.each([
    ['masked padding', [described('Embedding', { mask_zero: true })], 'masks padding (mask_zero=True)'],
    ['an LSTM that reads backwards alone', [lstm({ go_backwards: true })], 'reads backwards (go_backwards)'],
    ['time before batch', [lstm({ time_major: true })], 'time_major'],
    ['another activation', [lstm({ activation: 'elu' })], 'has the activation "elu"'],
    ['another recurrent activation', [lstm({ recurrent_activation: 'tanh' })], 'has the recurrent_activation "tanh"'],
    ['an activation of the user', [lstm({ activation: { class_name: 'Mine' } })], 'does not name its activation'],
    [
      'an activation of an LSTM',
      [lstm(), described('Activation', { activation: 'relu' })],
      '"activation" is an Activation',
    ],
    [
      'a second activation',
      [lstm(), dense({ activation: 'relu' }), described('Activation', { activation: 'tanh' })],
      'Activation',
    ],
    ['directions that are added', [both({ merge_mode: 'sum' })], "has the merge_mode 'sum'"],
    ['directions kept apart', [both({ merge_mode: null })], 'has the merge_mode None'],
    ['a GRU in both directions', [both({}, described('GRU'))], 'reads both ways with a GRU layer'],
    ['an LSTM for each step', [described('TimeDistributed', { layer: lstm() })], 'holds LSTM for each step'],
    ['a model inside', [described('Sequential', { layers: [] })], 'is a Sequential layer'],
  ] as const)('%s', async (_, layers, message) => {
    expect(await refusalOf(...layers)).toContain(message);
  });

  it('the last step of both directions, which are two moments', async () => {
    const arrays = Object.fromEntries(
      ['a', 'b'].flatMap((part) => Object.entries(LSTM).map(([k, v]) => [part + k, v])),
    );
    const path = await hdf5File({ bidirectional: arrays }, sequential(both({}, lstm({ return_sequences: false }))));
    expect(await refusal(path)).toContain('returns the last step of each direction');
  });
});

it('a description that is nested without end is refused like any other', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const text = JSON.stringify(sequential(both({ merge_mode: 'HERE' }))).replace('"HERE"', deep);
  expect(await refusal(await hdf5File(weights, text))).toContain('has the merge_mode None');
  const calls = `{"class_name":"Functional","config":{"layers":[{"class_name":"LSTM","config":{},"inbound_nodes":${deep}}]}}`;
  expect(await refusal(await hdf5File(weights, calls))).toContain('something other than its last layer');
});

describe('a network that is no chain is refused', () => {
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
    ['a circle', graph(['lstm'], input('a'), node(lstm(), 'dense'), node(dense(), 'lstm')), 'something other'],
    ['a class of the user', { class_name: 'Mine', config: {} }, 'The model is a Mine'],
    ['no description at all', [1], '"model_config" is not as it should be'],
  ])('%s', async (_, description, message) => {
    expect(await refusal(await hdf5File(weights, description))).toContain(message);
  });

  it('but is read where every layer reads the one before, whatever their order in the file', async () => {
    const chain = graph(['dense'], node(dense(), 'lstm'), input('a'), node(lstm(), 'a'));
    const { layers } = await readKerasHdf5(await hdf5File(weights, chain));
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
});
