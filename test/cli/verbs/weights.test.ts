import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readKerasHdf5 } from '../../../pipeline/models/formats/keras/read.ts';
import { output, run } from '../in-process.ts';

const stateful = fileURLToPath(new URL('../../fixtures/keras/keras2-stateful.h5', import.meta.url));
const bothWays = fileURLToPath(new URL('../../fixtures/keras/keras2-bidirectional.h5', import.meta.url));

describe('cellarium weights', () => {
  it('shows every array, the columns of each gate, and where the time steps are', async () => {
    const prediction = await output('weights', stateful);
    expect(prediction).toMatch(/^layer1\.kernel +\[1, 40\]/m);
    expect(prediction).toMatch(/^ +W_f +10-19 /m);
    expect(prediction).toMatch(/^ +U_c +20-29 /m);
    expect(prediction).toMatch(/^ +b_o +30-39 /m);
    expect(prediction).toContain('The time steps are nowhere in the weights');
    expect(prediction.replaceAll('\n', ' ')).toContain('the same 480 numbers');
  });

  it('prints the values of one gate, a row an input and a column a unit', async () => {
    const network = await readKerasHdf5(stateful);
    const [layer] = network.layers;
    if (layer?.kind !== 'lstm') throw new Error('the fixture has no LSTM layer');
    const csv = await output('weights', stateful, '--layer', '1', '--gate', 'f', '--csv');
    const [header, ...lines] = csv.trim().split('\n');
    expect(header).toBe(`array,from,${Array.from({ length: 10 }, (_, unit) => `unit ${unit}`).join(',')}`);
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
      ['W_f', 'x1'],
      ...Array.from({ length: 10 }, (_, unit) => ['U_f', `unit ${unit}`]),
      ['b_f', ''],
    ]);
    const { kernel, recurrentKernel, bias } = layer.forward;
    const rows = [kernel, recurrentKernel, bias].flatMap(({ rows, data }) =>
      Array.from({ length: rows }, (_, row) => [...data.subarray(row * 40 + 10, row * 40 + 20)]),
    );
    expect(
      lines.map((line) =>
        line
          .split(',')
          .slice(2)
          .map((cell) => Math.fround(Number(cell))),
      ),
    ).toEqual(rows);
  });

  it('narrows the choice down, and takes c for the candidate', async () => {
    const args = ['--layer', '1', '--gate', 'c', '--part', 'bias', '--json'];
    const { tensors, parameters } = JSON.parse(await output('weights', stateful, ...args));
    expect(parameters).toBe(480);
    expect(tensors).toHaveLength(1);
    expect(tensors[0]).toMatchObject({ name: 'layer1.bias', gates: [{ gate: 'g', symbol: 'b_c', from: 20, to: 30 }] });
  });

  it('takes a layer by its own name as well as by its number, as inspect does', async () => {
    const [byName, byNumber] = [
      await output('weights', bothWays, '--layer', 'bidirectional_2', '--json'),
      await output('weights', bothWays, '--layer', '2', '--json'),
    ];
    expect(byName).toBe(byNumber);
  });

  it('tells the two directions of a layer apart', async () => {
    const args = ['weights', bothWays, '--layer', '1', '--gate', 'i', '--part', 'bias', '--csv'];
    const [ahead, behind] = [await output(...args), await output(...args, '--backward')];
    expect(ahead.split('\n')).toHaveLength(3);
    expect(behind.split('\n')[0]).toBe(ahead.split('\n')[0]);
    expect(behind).not.toBe(ahead);
    const { tensors } = JSON.parse(await output('weights', bothWays, '--backward', '--json'));
    for (const { name } of tensors) expect(name).toMatch(/^layer\d\.backward_/);
  });

  it.each([
    [['--csv'], 2, '--csv prints one gate of one layer'],
    [['--gate', 'x'], 2, "argument 'x' is invalid"],
    [['--layer', '2'], 1, 'There is no layer 2: there is one LSTM layer.'],
    [['--layer', '0'], 2, "It must be a layer's number, from 1, or its name."],
    [['--layer', 'encoder'], 1, 'There is no LSTM layer "encoder".\n  Known: lstm_'],
    [['--backward'], 1, 'No layer reads backwards.'],
  ])('says what is wrong with %j', async (options, code, message) => {
    const { status, stdout, stderr } = await run('weights', stateful, ...options);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toContain(message);
  });
});
