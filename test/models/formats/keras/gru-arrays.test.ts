import { describe, expect, it } from 'vitest';
import type { GruParameters } from '../../../../pipeline/lstm/gru.ts';
import type { Matrix } from '../../../../pipeline/lstm/parameters.ts';
import { readGru } from '../../../../pipeline/models/formats/keras/gru-arrays.ts';
import { readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import type { NamedArray } from '../../../../pipeline/models/formats/keras/stored-weights.ts';
import { type LayeredModel, recurrentNodes } from '../../../../pipeline/models/graph/model.ts';
import { randomGru } from '../../../lstm/plain-gru.ts';
import { described, hdf5File, lstm, sequential } from './made.ts';

const [INPUTS, UNITS] = [2, 3];

/** A gate's columns as rows of numbers. */
function block({ rows, columns, data }: Matrix, gate: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: UNITS }, (_, unit) => data[row * columns + gate * UNITS + unit]!),
  );
}

const array = (
  name: string,
  rows: readonly (readonly number[])[],
  shape = [rows.length, rows[0]!.length],
): NamedArray => ({
  name,
  shape,
  data: Float32Array.from(rows.flat()),
});

/** Keras's order, z r h, of columns r z n. */
const KERAS = [1, 0, 2];
const sideBySide = (blocks: readonly (readonly (readonly number[])[])[]) =>
  blocks[0]!.map((_, row) => blocks.flatMap((one) => one[row]!));
const inOrder = (matrix: Matrix) => sideBySide(KERAS.map((gate) => block(matrix, gate)));
const turned = (rows: readonly (readonly number[])[]) => rows[0]!.map((_, k) => rows.map((row) => row[k]!));

function expectSame(found: GruParameters, expected: GruParameters): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { data }] of Object.entries(expected)) {
    expect([...found[name as keyof GruParameters]!.data], name).toEqual([...data]);
  }
}

describe('the arrays of a GRU layer in a Keras file', () => {
  it('are nine in Keras 1, an array for each gate, which resets before the product', () => {
    const expected = randomGru(INPUTS, UNITS, false, 1);
    const parts = { W: expected.kernel, U: expected.recurrentKernel, b: expected.bias };
    const arrays = ['z', 'r', 'h'].flatMap((letter, k) =>
      Object.entries(parts).map(([part, matrix]) => {
        const rows = block(matrix, KERAS[k]!);
        return array(`gru_1_${part}_${letter}`, rows, part === 'b' ? [UNITS] : undefined);
      }),
    );
    const { parameters, layout } = readGru(arrays, false, 'gru_1', 'file');
    expectSame(parameters, expected);
    expect(layout).toEqual({ gateOrder: 'z r h, an array each', biases: 'one' });
  });

  it.each([true, false])(
    'are a kernel, a recurrent kernel and one or two rows of biases (resets after: %s)',
    (after) => {
      const expected = randomGru(INPUTS, UNITS, after, 2);
      const biases = [inOrder(expected.bias)[0]!, ...(after ? inOrder(expected.recurrentBias!) : [])];
      const arrays = [
        array('kernel', inOrder(expected.kernel)),
        array('recurrent_kernel', inOrder(expected.recurrentKernel)),
        array('bias', biases, after ? [2, 3 * UNITS] : [3 * UNITS]),
      ];
      expectSame(readGru(arrays, after, 'gru', 'file').parameters, expected);
    },
  );

  it('are those of cuDNN in a CuDNNGRU, each block transposed', () => {
    const expected = randomGru(INPUTS, UNITS, true, 3);
    // As `_convert_rnn_weights` of Keras 2.2 makes them: kernel.T.reshape(kernel.shape), and the recurrent kernel's T.
    const reshaped = (rows: readonly (readonly number[])[]) => {
      const flat = turned(rows).flat();
      return rows.map((_, row) => flat.slice(row * UNITS, (row + 1) * UNITS));
    };
    const arrays = [
      array('kernel', sideBySide(KERAS.map((gate) => reshaped(block(expected.kernel, gate))))),
      array('recurrent_kernel', sideBySide(KERAS.map((gate) => turned(block(expected.recurrentKernel, gate))))),
      array('bias', [[...inOrder(expected.bias)[0]!, ...inOrder(expected.recurrentBias!)[0]!]], [6 * UNITS]),
    ];
    expectSame(readGru(arrays, false, 'cu_dnngru', 'file').parameters, expected);
  });

  it('are refused where they do not fit each other, by name', () => {
    const { kernel, recurrentKernel } = randomGru(INPUTS, UNITS, false, 4);
    const [W, U] = [array('kernel', inOrder(kernel)), array('recurrent_kernel', inOrder(recurrentKernel))];
    expect(() => readGru([U, W], false, 'gru', 'file')).toThrow(
      'tensor "recurrent_kernel": It has the shape [3, 9], where [3, 6]',
    );
    expect(() => readGru([W], false, 'gru', 'file')).toThrow('The GRU layer has 1 arrays');
    const bias = array('bias', [[1, 2]], [2]);
    expect(() => readGru([W, U, bias], false, 'gru', 'file')).toThrow('tensor "bias": It has the shape [2]');
  });
});

const GRU = { 'gru/kernel': [3, 6], 'gru/recurrent_kernel': [2, 6], 'gru/bias': [2, 6] };
const LSTM = { 'lstm/kernel': [3, 8], 'lstm/recurrent_kernel': [2, 8], 'lstm/bias': [8] };
const asGraph = (found: Awaited<ReturnType<typeof readKerasHdf5>>): LayeredModel => {
  if (!('nodes' in found)) throw new Error('it was read as a plain stack');
  return found;
};
const namesOf = (model: LayeredModel) => recurrentNodes(model).map(({ name, input }) => [name, input]);

describe('a Keras file of weights alone with a GRU layer', () => {
  it('opens it, and says which functions and what input were assumed', async () => {
    const model = asGraph(await readKerasHdf5(await hdf5File({ gru: GRU })));
    expect(namesOf(model)).toEqual([['gru', 'input']]);
    expect(model.assumed!.join(' ')).toContain('Assumed: tanh in the cells (--cell-activation); the logistic sigmoid');
    expect(model.assumed!.join(' ')).toContain('it was assumed that "gru" reads the input itself');
  });

  it('says what was assumed of one without a bias, which would tell its variant', async () => {
    const { 'gru/bias': _, ...rest } = GRU;
    const model = asGraph(await readKerasHdf5(await hdf5File({ gru: rest })));
    expect(model.assumed!.join(' ')).toContain('"gru" has no bias, which would tell whether it resets before or after');
  });

  it('leaves it out beside an LSTM layer, unless it is asked for', async () => {
    const both = () => hdf5File({ lstm: LSTM, gru: { ...GRU, 'gru/kernel': [2, 6] } });
    expect('nodes' in (await readKerasHdf5(await both()))).toBe(false);
    const stack = asGraph(await readKerasHdf5(await both(), { assumeStack: true }));
    expect(namesOf(stack)).toEqual([
      ['lstm', 'input'],
      ['gru', 'lstm output'],
    ]);
    const alone = asGraph(await readKerasHdf5(await both(), { layer: 'gru' }));
    expect(namesOf(alone)).toEqual([
      ['lstm', 'lstm'],
      ['gru', 'gru'],
    ]);
  });
});

describe('a Keras model with a GRU and an LSTM layer', () => {
  it('opens both, whichever comes first, and names what is computed whole', async () => {
    const gru = described('GRU', {
      activation: 'tanh',
      recurrent_activation: 'sigmoid',
      reset_after: true,
      return_sequences: true,
    });
    const wide = { ...LSTM, 'lstm/kernel': [2, 8] };
    const model = asGraph(await readKerasHdf5(await hdf5File({ gru: GRU, lstm: wide }, sequential(gru, lstm()))));
    expect(recurrentNodes(model).map(({ name }) => name)).toEqual(['gru', 'lstm']);
    expect(model).toMatchObject({ gateOrder: 'z r h; i f c o', biases: 'two, apart; one' });
    expect(model.why).toBe('"lstm" is an LSTM layer and "gru" a GRU layer, in one stack, which is not supported.');
  });
});
