import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_HYPOTHESES } from '../../../pipeline/datasets/text/applicable.ts';
import { openSafetensors } from '../../../pipeline/files/safetensors.ts';
import { labelActivations } from '../../../pipeline/gallery/activations.ts';
import { cellarium, cellariumOutput } from '../../fixtures/build/command.ts';
import { prose } from '../../fixtures/build/prose.ts';
import { writeTextGru } from '../../fixtures/gru/text-model.ts';
import { largestGap, plainGru } from '../../lstm/plain-gru.ts';
import { temporaryFolder } from '../../temporary.ts';

const FIXTURES = 'test/fixtures/gru';
const noted = (name: string) => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'));

/** The series that the fixtures were given, as a CSV file. */
function seriesOf(name: string): string {
  const file = join(temporaryFolder(), 'series.csv');
  const rows: number[][] = noted(name).input;
  writeFileSync(file, rows.map((row) => `${row.join(',')}\n`).join(''));
  return file;
}

describe('a model with GRU layers', () => {
  it('is inspected with the signals that each layer has', async () => {
    const model = join(FIXTURES, 'keras-mixed.keras');
    const series = seriesOf('keras-mixed');
    const found = JSON.parse(await cellariumOutput('inspect', model, '--series', series, '--json'));
    const [lower, upper] = found.series[0].layers;
    expect(Object.keys(lower.signals)).toEqual(['i', 'f', 'g', 'o', 'c', 'h']);
    expect(Object.keys(upper.signals)).toEqual(['r', 'z', 'n', 'h']);
    for (const layer of [lower, upper]) {
      expect(largestGap(layer.signals.h.flat(), noted('keras-mixed').h[layer.name].flat())).toBeLessThan(1e-6);
    }
    const csv = await cellariumOutput('inspect', model, '--series', series, '--csv', '--unit', '0');
    const [header, first, ...rows] = csv.trim().split('\n');
    expect(header).toBe('series,step,x1,x2,layer,unit,i,f,g,o,c,r,z,n,h');
    expect(first).toMatch(/^1,1,.*,1,0(,-?[\d.e-]+){5},,,,-?[\d.e-]+$/);
    expect(rows.at(-1)).toMatch(/^1,5,.*,2,0,,,,,(,-?[\d.e-]+){4}$/);
    const chosen = await cellarium(['inspect', model, '--series', series, '--csv', '--signal', 'r,z']);
    expect(chosen.stdout.split('\n')[0]).toBe('series,step,x1,x2,layer,unit,r,z');
    expect(chosen.stderr).toContain('"lower") is left out: it has LSTM cells, whose signals are i f g o c h.');
  });

  it('writes tensors of which each has the columns of the cells that have the signal', async () => {
    const file = join(temporaryFolder(), 'both.safetensors');
    const model = join(FIXTURES, 'keras-mixed.keras');
    await cellariumOutput('inspect', model, '--series', seriesOf('keras-mixed'), '--safetensors', file);
    const { entries, metadata, close } = openSafetensors(file);
    close();
    expect(Object.fromEntries(entries.map(({ name, shape }) => [name, shape[1]]))).toEqual({
      ...{ i: 2, f: 2, g: 2, o: 2, c: 2 },
      ...{ r: 3, z: 3, n: 3 },
      h: 5,
    });
    expect(JSON.parse(metadata.cells!)).toMatchObject({ i: ['1-0', '1-1'], n: ['2-0', '2-1', '2-2'] });
  });

  it('refuses a signal that its cells do not have, and an import of what is no stack, in true words', async () => {
    const model = join(FIXTURES, 'keras-after.keras');
    const signal = await cellarium(['inspect', model, '--series', seriesOf('keras-after'), '--signal', 'f']);
    expect(signal).toMatchObject({ status: 1 });
    expect(signal.stderr).toContain(
      'There is no signal f in "memory", which has GRU cells.\n  Ask for some of r,z,n,h.',
    );
    const mixed = join(FIXTURES, 'keras-mixed.keras');
    const taken = await cellarium(['import', mixed, '--as', 'mine', '--content', temporaryFolder()]);
    expect(taken.stderr).toContain('a stack of LSTM layers, or of GRU layers, with one head that predicts, or none.');
    expect(taken.stderr).toContain('`cellarium gallery new --activations` makes a gallery');
  });

  it('has its weights shown gate by gate, and the two biases apart', async () => {
    const found = JSON.parse(await cellariumOutput('weights', join(FIXTURES, 'keras-mixed.keras'), '--json'));
    const upper = found.tensors.filter(({ name }: { name: string }) => name.startsWith('layer2'));
    expect(upper.map(({ name, shape }: { name: string; shape: number[] }) => [name, shape])).toEqual([
      ['layer2.kernel', [2, 9]],
      ['layer2.recurrent_kernel', [3, 9]],
      ['layer2.bias', [9]],
      ['layer2.recurrent_bias', [9]],
    ]);
    expect(upper[1].gates.map(({ symbol, from, to }: Record<string, unknown>) => [symbol, from, to])).toEqual([
      ['U_r', 0, 3],
      ['U_z', 3, 6],
      ['U_n', 6, 9],
    ]);
    expect(found.parameters).toBe(2 * 8 + 2 * 8 + 8 + 2 * 9 + 3 * 9 + 9 + 9);
    expect(found.time.join(' ')).toContain('the recurrent layers hold the same 103 numbers');
  });
});

describe('a trace of a GRU over a text', () => {
  let folder: string;
  const text = prose(3000);
  const place = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cellarium-'));
    const { model, vocabulary } = writeTextGru(folder, text);
    writeFileSync(place('text.txt'), text);
    const prepared = ['--prepare', 'line-breaks,collapse-spaces,typographic-quotes'];
    const out = ['--out', place('trace.safetensors'), '--vocabulary', vocabulary, ...prepared];
    expect(await cellariumOutput('trace', model, place('text.txt'), ...out)).toContain('r z n h, each [');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has r, z, n and h of plain loops', async () => {
    const { activations, given } = await labelActivations(place('trace.safetensors'), NO_HYPOTHESES);
    const model = openSafetensors(place('gru.safetensors'));
    const matrix = (name: string) => {
      const entry = model.entries.find((one) => one.name === name)!;
      const [rows = 1, columns = 1] = entry.shape;
      return { rows, columns, data: model.read(entry, 0, rows * columns) };
    };
    const turned = (name: string) => {
      const { rows, columns, data } = matrix(name);
      return {
        rows: columns,
        columns: rows,
        data: data.map((_, k) => data[(k % rows) * columns + Math.floor(k / rows)]!),
      };
    };
    const table = matrix('embedding.weight');
    const parameters = {
      kernel: turned('gru.weight_ih_l0'),
      recurrentKernel: turned('gru.weight_hh_l0'),
      bias: turned('gru.bias_ih_l0'),
      recurrentBias: turned('gru.bias_hh_l0'),
    };
    const characters: string[] = JSON.parse(readFileSync(place('characters.json'), 'utf8'));
    const rows = activations.characters.flatMap((character) => {
      const id = characters.indexOf(character);
      return [...table.data.subarray(id * table.columns, (id + 1) * table.columns)];
    });
    const expected = plainGru(parameters, rows, [0, 0, 0, 0]);
    expect(activations).toMatchObject({ signals: ['r', 'z', 'n', 'h'], layers: [4], names: null });
    expect(given.domains).toMatchObject({ r: { low: 0, high: 1 }, z: { low: 0, high: 1 }, n: { low: -1, high: 1 } });
    for (const signal of ['r', 'z', 'n', 'h'] as const) {
      const found = activations.read(signal, 0, activations.characters.length);
      expect(largestGap(found, expected[signal]), signal).toBeLessThan(1e-5);
    }
    model.close();
    activations.close();
  });

  it('is scored, each score by one of these signals', async () => {
    const content = join(folder, 'content');
    mkdirSync(join(content, 'galleries'), { recursive: true });
    mkdirSync(join(content, 'hypotheses'), { recursive: true });
    writeFileSync(join(content, 'hypotheses', 'space.md'), readFileSync(join('content', 'hypotheses', 'space.md')));
    const scored = await cellariumOutput('score', place('trace.safetensors'), '--content', content, '--json');
    const { scores } = JSON.parse(scored);
    expect(scores.length).toBeGreaterThan(3);
    for (const { signal } of scores) expect('rznh').toContain(signal);
  });

  it('is refused beside the signals of an LSTM', async () => {
    const file = join(temporaryFolder(), 'both.safetensors');
    const bytes = readFileSync(place('trace.safetensors'), 'latin1');
    writeFileSync(file, bytes.replace('"r":', '"f":'), 'latin1');
    await expect(labelActivations(file, NO_HYPOTHESES)).rejects.toThrow('signals of LSTM cells and of GRU cells');
  });
});
