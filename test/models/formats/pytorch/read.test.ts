import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type Tensor, writeSafetensors } from '../../../../pipeline/files/safetensors.ts';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readPytorch } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { differenceFrom, type Expected } from '../../compare.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/pytorch/${name}`, import.meta.url));
const cases = JSON.parse(readFileSync(fixture('cases.json'), 'utf8')) as (Expected & { name: string })[];

/** A state dict of zeros of these shapes. */
function fileOf(shapes: Record<string, number[]>, metadata: Record<string, string> = {}): string {
  const path = join(temporaryFolder(), 'model.safetensors');
  const tensors = Object.entries(shapes).map(([name, shape]): [string, Tensor] => [
    name,
    { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) },
  ]);
  writeSafetensors(path, { tensors: new Map(tensors), metadata });
  return path;
}

const lstm = (name: string, inputs: number, units: number) => ({
  [`${name}.weight_ih_l0`]: [4 * units, inputs],
  [`${name}.weight_hh_l0`]: [4 * units, units],
});

async function namesOf(shapes: Record<string, number[]>): Promise<string[]> {
  const { layers } = await readPytorch(fileOf(shapes), { hiddenActivation: 'relu', assumeStack: true });
  return layers.map(({ kind, name }) => `${kind} ${name}`);
}

const refusal = (path: string) => expect(readPytorch(path)).rejects;

describe('readPytorch', () => {
  it.each(cases)("gives PyTorch's outputs, gates and states: $name", async ({ name, ...expected }) => {
    const path = fixture(`${name}.safetensors`);
    const network = await readPytorch(path, { hiddenActivation: 'relu', assumeStack: name === 'stack' });
    const reads = typeof expected.input[0] === 'number' ? 'characters' : 'numbers';
    expect(await differenceFrom(canonical(network, reads, path), expected)).toBeLessThan(1e-6);
  });

  it('says what the file holds, and what it does not', async () => {
    const { gateOrder, biases, stateful, notes, assumed } = await readPytorch(fixture('characters.safetensors'));
    expect({ gateOrder, biases, stateful }).toEqual({ gateOrder: 'i f g o', biases: 'two, added', stateful: false });
    expect(notes).toEqual([]);
    expect(assumed).toEqual([
      'A state dict does not say how its modules are connected: it was assumed that "rnn" reads what the embedding "embedding" gives, and "fc.0" reads what the LSTM gives at every step.',
      'A state dict names no activations: the output of "fc.0", as wide as the embedding has entries, was assumed to be softmax.',
    ]);
    expect((await readPytorch(fixture('no-bias.safetensors'))).biases).toBe('none');
  });

  it('takes the output function that is asked for', async () => {
    const { layers, assumed } = await readPytorch(fixture('two-layers.safetensors'), { outputActivation: 'sigmoid' });
    expect(layers.at(-1)).toMatchObject({ kind: 'dense', activation: 'sigmoid' });
    expect(assumed).toHaveLength(1);
  });

  it.each([
    ['half', 'float16'],
    ['brain', 'bfloat16'],
    ['double', 'float64'],
  ])('notes that numbers were converted: %s', async (name, dtype) => {
    const { notes } = await readPytorch(fixture(`${name}.safetensors`));
    expect(notes).toContain(`Tensors stored as ${dtype} were converted to float32.`);
  });

  it.each(['zip.pt', 'pickle.pt'])('reads what torch.save wrote: %s', async (name) => {
    expect((await readPytorch(fixture(name))).layers).toMatchObject([{ kind: 'lstm', name: 'l0' }]);
  });

  it.each([
    ['gru', 'tensor "weight_hh_l0": It belongs to a GRU, which is not supported.'],
    ['plain', 'It belongs to a plain recurrent layer (RNN)'],
  ])('refuses what is no LSTM of ours by name: %s', async (name, message) => {
    await refusal(fixture(`${name}.safetensors`)).toThrow(message);
  });

  it('leaves out the head where nothing tells the function below its last layer, and says which option does', async () => {
    const path = fixture('hidden.safetensors');
    const network = await readPytorch(path);
    expect(network.withoutHead).toMatch(/which function follows "fc.0". Give it with --hidden-activation/);
    expect(network.headOption).toBe('--hidden-activation');
    expect(canonical(network, 'numbers', path).architecture.outputs).toBe(0);
  });

  it('puts linear layers in the order that their widths leave', async () => {
    expect(await namesOf({ ...lstm('rnn', 2, 3), 'head.weight': [5, 7], 'body.weight': [7, 3] })).toEqual([
      'lstm rnn',
      'dense body',
      'dense head',
    ]);
  });

  it('puts modules of the same name in the order of their numbers, ten after nine', async () => {
    const shapes = { ...lstm('l.10', 2, 2), ...lstm('l.9', 2, 2), 'fc10.weight': [2, 2], 'fc9.weight': [2, 2] };
    expect((await readPytorch(fileOf(shapes))).notes.join()).toContain('an embedding or a linear layer');
    const withBias = { ...shapes, 'fc10.bias': [2], 'fc9.bias': [2] };
    expect(await namesOf(withBias)).toEqual(['lstm l.9', 'lstm l.10', 'dense fc9', 'dense fc10']);
  });

  it('tells an embedding from a linear layer of the same shape by its name', async () => {
    const shapes = { ...lstm('rnn', 4, 4), 'encoder.weight': [9, 4], 'decoder.weight': [9, 4], 'decoder.bias': [9] };
    expect(await namesOf(shapes)).toEqual(['embedding encoder', 'lstm rnn', 'dense decoder']);
    const { notes } = await readPytorch(fileOf({ ...lstm('rnn', 4, 4), 'fc.weight': [9, 4] }));
    expect(notes).toEqual([
      expect.stringContaining('Nothing says whether "fc" is an embedding or a linear layer without a bias'),
    ]);
  });

  it.each<[string, Record<string, number[]>, string]>([
    ['no LSTM', { 'fc.weight': [2, 2] }, 'It has no tensor of an LSTM'],
    ['a missing weight', { 'r.weight_ih_l0': [8, 2] }, 'tensor "r.weight_hh_l0": It is missing'],
    ['a missing bias', { ...lstm('r', 2, 3), 'r.bias_ih_l0': [12] }, 'tensor "r.bias_hh_l0": It is missing'],
    [
      'a layer left out',
      { ...lstm('r', 2, 3), 'r.weight_ih_l2': [12, 3], 'r.weight_hh_l2': [12, 3] },
      'no counterpart',
    ],
    ['a short bias', { ...lstm('r', 2, 3), 'r.bias_ih_l0': [12], 'r.bias_hh_l0': [9] }, 'It has 9 rows'],
    ['rows of five gates', { 'r.weight_ih_l0': [15, 2], 'r.weight_hh_l0': [15, 3] }, 'four times as many rows'],
  ])('refuses %s', async (_, shapes, message) => {
    await refusal(fileOf(shapes)).toThrow(message);
  });

  it.each<[string, Record<string, number[]>, string]>([
    [
      'a linear layer that does not fit',
      { 'fc.weight': [2, 4] },
      'not one clear order in which "fc" (4 to 2) follow an LSTM',
    ],
    [
      'two heads',
      { 'a.weight': [1, 3], 'a.bias': [1], 'b.weight': [1, 3], 'b.bias': [1] },
      '"a" (3 to 1), "b" (3 to 1)',
    ],
    ['a tensor of something else', { 'pool.query': [3] }, '"pool" (query [3])'],
    [
      'attention',
      { 'attn.weight': [3, 3], 'attn.bias': [3], 'fc.weight': [1, 3], 'fc.bias': [1] },
      'where "attn" is called',
    ],
    ['a normalisation', { 'norm.weight': [3], 'norm.bias': [3] }, '"norm" (weight [3], bias [3])'],
    ['a weight that is shared', { 'fc.bias': [3] }, '"fc" (bias [3])'],
    ['an empty tensor', { 'fc.weight': [0, 3] }, '"fc" (weight [0, 3])'],
    ['a GRU beside it', { 'gru.weight_ih_l0': [9, 2], 'gru.weight_hh_l0': [9, 3] }, '"gru" (a GRU)'],
  ])('leaves out what is not an LSTM, by name, and has its gates: %s', async (_, shapes, message) => {
    const path = fileOf({ ...lstm('r', 2, 3), ...shapes });
    const network = await readPytorch(path);
    expect(network.withoutHead).toContain(message);
    expect(canonical(network, 'numbers', path).architecture).toMatchObject({ units: [3], outputs: 0 });
  });

  it('says that a learned start is not used, and what may come before the LSTM', async () => {
    const { assumed } = await readPytorch(
      fileOf({ ...lstm('r', 4, 3), h0: [1, 1, 3], 'proj.weight': [4, 2], 'proj.bias': [4] }),
    );
    expect(assumed).toEqual([
      expect.stringContaining(
        '"r" reads the input itself. But "proj" gives as many numbers as it reads, and may come before it.',
      ),
      expect.stringContaining('"h0", which looks like a learned start, was not used.'),
    ]);
  });

  it('names what may lie in a stack and is left out, and nothing that is read', async () => {
    const shapes = {
      ...lstm('lstm1', 4, 5),
      ...lstm('lstm2', 5, 6),
      'emb.weight': [7, 4],
      'out.weight': [7, 6],
      'out.bias': [7],
    };
    const plain = await readPytorch(fileOf(shapes), { assumeStack: true });
    expect(plain.layers.map(({ name }) => name)).toEqual(['emb', 'lstm1', 'lstm2', 'out']);
    expect(plain.assumed!.join()).not.toContain('Left out');
    const normed = await readPytorch(fileOf({ ...shapes, 'norm.weight': [5] }), { assumeStack: true });
    expect(normed.assumed!.join()).toContain('it may lie between them: "out" (6 to 7), "norm" (weight [5]).');
    const first = await readPytorch(fileOf(shapes), { order: ['lstm1'] });
    expect(first.assumed).toContain('Left out, as --order does not name it: "lstm2".');
    expect({ unwired: first.unwired, lstms: first.lstms?.length }).toEqual({ unwired: undefined, lstms: 2 });
  });

  it('refuses activations in the metadata that are none, or too few', async () => {
    const shapes = { ...lstm('r', 2, 3), 'fc.weight': [2, 3] };
    await refusal(fileOf(shapes, { activations: 'swish' })).toThrow('names the activations "swish" for 1 linear');
    await refusal(fileOf(shapes, { activations: 'relu softmax' })).toThrow('for 1 linear');
  });

  it('refuses a folder and a file that is not there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'below'));
    await refusal(join(folder, 'below')).toThrow('it is a folder');
    await refusal(join(folder, 'none.safetensors')).toThrow('there is no such file');
    writeFileSync(join(folder, 'empty.safetensors'), '');
    await refusal(join(folder, 'empty.safetensors')).toThrow('It has 0 bytes');
  });

  it('reads the numbers of the file and no others', () => {
    const { tensors } = readSafetensors(fixture('one-layer.safetensors'));
    expect([...tensors.values()].every(({ storedAs }) => storedAs === undefined)).toBe(true);
    expect(readSafetensors(fixture('half.safetensors')).tensors.get('fc.0.bias')!.storedAs).toBe('F16');
  });
});
