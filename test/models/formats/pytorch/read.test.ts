import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type Tensor, writeSafetensors } from '../../../../pipeline/files/safetensors.ts';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readPytorch as readAny } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { differenceFrom, type Expected, plainStack } from '../../compare.ts';

/** A state dict that is a plain stack. */
const readPytorch = async (...args: Parameters<typeof readAny>) => plainStack(await readAny(...args));

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
  const { layers } = await readPytorch(fileOf(shapes), { hiddenActivation: 'relu' });
  return layers.map(({ kind, name }) => `${kind} ${name}`);
}

const refusal = (path: string) => expect(readPytorch(path)).rejects;

describe('readPytorch', () => {
  it.each(cases)("gives PyTorch's outputs, gates and states: $name", async ({ name, ...expected }) => {
    const path = fixture(`${name}.safetensors`);
    const network = await readPytorch(path, { hiddenActivation: 'relu' });
    const reads = typeof expected.input[0] === 'number' ? 'characters' : 'numbers';
    expect(await differenceFrom(canonical(network, reads, path), expected)).toBeLessThan(1e-6);
  });

  it('says what the file holds, and what it does not', async () => {
    const { gateOrder, biases, stateful, notes } = await readPytorch(fixture('characters.safetensors'));
    expect({ gateOrder, biases, stateful }).toEqual({ gateOrder: 'i f g o', biases: 'two, added', stateful: false });
    expect(notes).toEqual([
      'A state dict names no activations: the output of "fc.0", as wide as the embedding has entries, was assumed to be softmax.',
    ]);
    expect((await readPytorch(fixture('no-bias.safetensors'))).biases).toBe('none');
  });

  it('takes the output function that is asked for', async () => {
    const { layers, notes } = await readPytorch(fixture('two-layers.safetensors'), { outputActivation: 'sigmoid' });
    expect(layers.at(-1)).toMatchObject({ kind: 'dense', activation: 'sigmoid' });
    expect(notes).toEqual([]);
  });

  it.each([
    ['half', 'float16'],
    ['brain', 'bfloat16'],
    ['double', 'float64'],
  ])('notes that numbers were converted: %s', async (name, dtype) => {
    const { notes } = await readPytorch(fixture(`${name}.safetensors`));
    expect(notes).toContain(`Tensors stored as ${dtype} were converted to float32.`);
  });

  it.each(['zip.pt', 'pickle.pt'])('refuses what torch.save wrote, and says how to save it: %s', async (name) => {
    await refusal(fixture(name)).toThrow(/Python pickle.*torch\.load.*save_file/s);
  });

  it.each([
    ['plain', 'It belongs to a plain recurrent layer (RNN)'],
    ['projection', 'tensor "weight_hr_l0": The LSTM projects its hidden state (proj_size)'],
  ])('refuses what is no LSTM of ours by name: %s', async (name, message) => {
    await refusal(fixture(`${name}.safetensors`)).toThrow(message);
  });

  it('asks for the function below the last linear layer, which nothing tells', async () => {
    await refusal(fixture('hidden.safetensors')).toThrow('which function follows the linear layer "fc.0"');
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
    await refusal(fileOf(shapes)).toThrow('an embedding or a linear layer');
    const withBias = { ...shapes, 'fc10.bias': [2], 'fc9.bias': [2] };
    expect(await namesOf(withBias)).toEqual(['lstm l.9', 'lstm l.10', 'dense fc9', 'dense fc10']);
  });

  it('tells an embedding from a linear layer of the same shape by its name', async () => {
    const shapes = { ...lstm('rnn', 4, 4), 'encoder.weight': [9, 4], 'decoder.weight': [9, 4], 'decoder.bias': [9] };
    expect(await namesOf(shapes)).toEqual(['embedding encoder', 'lstm rnn', 'dense decoder']);
    await refusal(fileOf({ ...lstm('rnn', 4, 4), 'fc.weight': [9, 4] })).toThrow(
      'Nothing says whether "fc" is an embedding or a linear layer without a bias.',
    );
  });

  it.each<[string, Record<string, number[]>, string]>([
    ['no LSTM', { 'fc.weight': [2, 2] }, 'It has no tensor of an LSTM'],
    [
      'an unclear order',
      { ...lstm('encoder', 2, 2), ...lstm('decoder', 2, 2) },
      'the LSTM modules "encoder", "decoder"',
    ],
    [
      'a linear layer that does not fit',
      { ...lstm('r', 2, 3), 'fc.weight': [2, 4] },
      '"fc" (4 to 2) follow an LSTM of 3',
    ],
    ['a tensor of something else', { ...lstm('r', 2, 3), 'attention.query': [3] }, 'tensor "attention.query": It is a'],
    [
      'a normalisation',
      { ...lstm('r', 2, 3), 'norm.weight': [3], 'norm.bias': [3] },
      'tensor "norm.weight": It has the',
    ],
    ['a missing weight', { 'r.weight_ih_l0': [8, 2] }, 'tensor "r.weight_hh_l0": It is missing'],
    ['a weight that is shared', { ...lstm('r', 2, 3), 'fc.bias': [3] }, 'tensor "fc.weight": It is missing'],
    ['a missing bias', { ...lstm('r', 2, 3), 'r.bias_ih_l0': [12] }, 'tensor "r.bias_hh_l0": It is missing'],
    [
      'a layer left out',
      { ...lstm('r', 2, 3), 'r.weight_ih_l2': [12, 3], 'r.weight_hh_l2': [12, 3] },
      'no counterpart',
    ],
    ['a short bias', { ...lstm('r', 2, 3), 'r.bias_ih_l0': [12], 'r.bias_hh_l0': [9] }, 'It has 9 rows'],
    ['rows of five gates', { 'r.weight_ih_l0': [15, 2], 'r.weight_hh_l0': [15, 3] }, 'four times as many rows'],
    ['an empty tensor', { ...lstm('r', 2, 3), 'fc.weight': [0, 3] }, 'Its shape [0,3] holds nothing'],
  ])('refuses %s', async (_, shapes, message) => {
    await refusal(fileOf(shapes)).toThrow(message);
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
