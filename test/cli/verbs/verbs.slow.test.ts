import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { scoresSchema } from '../../../pipeline/contract/index.ts';
import { encode } from '../../../pipeline/datasets/text/vocabulary.ts';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import { signalName } from '../../../pipeline/lstm/names.ts';
import { readingComputation } from '../../../pipeline/lstm/network.ts';
import { listTensors, tensorShapes } from '../../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../../pipeline/lstm/state.ts';
import { readModel } from '../../../pipeline/models/formats/own/card.ts';
import { cellarium, cellariumOutput } from '../../fixtures/build/command.ts';
import { GALLERY, HYPOTHESES, UNITS } from '../../fixtures/build/content.ts';
import { trainedGallery, type Workplace } from '../../fixtures/build/trained.ts';
import { temporaryFolder } from '../../temporary.ts';

const CELLS = UNITS.reduce((sum, units) => sum + units, 0);

let workplace: Workplace;
beforeAll(async () => {
  workplace = await trainedGallery();
});
afterAll(() => workplace.remove());

const withContent = (...args: string[]) => [...args, '--content', workplace.content];

/** Reads a safetensors file by its specification: eight bytes of length, a header in JSON, and the values. */
function readPlainly(path: string) {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(file.toString('utf8', 8, 8 + length));
  const tensors = Object.entries(entries as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>);
  return {
    metadata,
    tensors: new Map(
      tensors.map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [begin, end],
          },
        ]) => {
          const bytes = file.subarray(8 + length + begin!, 8 + length + end!);
          return [
            name,
            { dtype, shape, values: Array.from({ length: bytes.length / 4 }, (_, k) => bytes.readFloatLE(4 * k)) },
          ];
        },
      ),
    ),
  };
}

describe('cellarium trace', () => {
  const raw = '"The  cat kept a lantern,"\r\nsaid the clerk. 🐇 ם';
  const cleaned = '“The cat kept a lantern,”\nsaid the clerk. 🐇 ם';

  it('writes what the float64 reference computes of the cleaned text, for any reader of safetensors', async () => {
    const folder = temporaryFolder();
    const text = join(folder, 'text.txt');
    const out = join(folder, 'trace.safetensors');
    writeFileSync(text, raw);
    await cellariumOutput(...withContent('trace', 'tiny', text, '--out', out));

    const { metadata, tensors } = readPlainly(out);
    expect(metadata.text).toBe(cleaned);
    expect(JSON.parse(metadata.units)).toEqual([
      ...['1-0', '1-1', '1-2', '1-3', '1-4', '1-5'],
      ...['2-0', '2-1', '2-2', '2-3', '2-4'],
    ]);
    expect([...tensors.keys()].sort()).toEqual([...SIGNALS].sort());

    const { card, parameters } = readModel(join(workplace.content, 'models', 'tiny'));
    const ids = encode(cleaned, card.vocabulary);
    const window = { steps: ids.length, streams: 1 };
    const program = await referenceEngine(Float64Array).compile(readingComputation(card.architecture, window, true));
    const weights = listTensors(parameters).map(({ data }, k) => [tensorShapes(card.architecture)[k]!.name, data]);
    const start = stateToInputs(zeroState(card.architecture, 1));
    const expected = await program.run({ ...Object.fromEntries(weights), ...start, ids });
    for (const [signal, { dtype, shape, values }] of tensors) {
      expect({ dtype, shape }).toEqual({ dtype: 'F32', shape: [Array.from(cleaned).length, CELLS] });
      values.forEach((value, k) => {
        const [position, column] = [Math.floor(k / CELLS), k % CELLS];
        const [layer, unit] = column < UNITS[0]! ? [0, column] : [1, column - UNITS[0]!];
        const truth = expected[signalName(layer, signal)]![position * UNITS[layer]! + unit]!;
        expect(Math.abs(value - truth), `${signal} of ${layer + 1}-${unit} at ${position}`).toBeLessThan(1e-5);
      });
    }
  });

  it('names the line and column of a character that the model does not know, and writes nothing', async () => {
    const folder = temporaryFolder();
    const text = join(folder, 'text.txt');
    const out = join(folder, 'trace.safetensors');
    writeFileSync(text, 'The cat\nkept Ω\n');
    const { status, stderr } = await cellarium(withContent('trace', 'tiny', text, '--out', out));
    expect(status).toBe(1);
    expect(stderr).toContain(`${text}:2:6`);
    expect(stderr).toContain('U+03A9');
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});

describe('cellarium generate', () => {
  it('goes on from the seed text, the same way every time', async () => {
    const args = withContent('generate', 'tiny', '--seed-text', 'The cat ', '--length', '60', '--seed', '4');
    const text = await cellariumOutput(...args);
    expect(text.startsWith('The cat ')).toBe(true);
    expect(Array.from(text)).toHaveLength('The cat '.length + 60 + 1);
    expect(await cellariumOutput(...args)).toBe(text);
    expect(await cellariumOutput(...args.with(-3, '5'))).not.toBe(text);
  });

  it('refuses a seed text with a character that the model does not know', async () => {
    const { status, stderr } = await cellarium(withContent('generate', 'tiny', '--seed-text', 'Ω'));
    expect(status).toBe(1);
    expect(stderr).toContain('U+03A9');
  });
});

describe('cellarium score --json', () => {
  it('prints every cell against every hypothesis by the schema, best first', async () => {
    const { format, evaluatedOn, scores } = scoresSchema.parse(
      JSON.parse(await cellariumOutput(...withContent('score', GALLERY, '--json', '--threads', '1'))),
    );
    expect({ format, evaluatedOn }).toEqual({ format: 2, evaluatedOn: 'held-out' });
    expect(scores).toHaveLength(CELLS * HYPOTHESES.length);
    expect(new Set(scores.map(({ cell, hypothesis }) => `${cell} ${hypothesis}`)).size).toBe(scores.length);
    // The strength that ranks: 2·AUROC − 1 or Spearman's ρ in the chosen direction, at its interval's end nearer to chance.
    const strengths = scores.map(({ auroc, interval, direction }) => {
      const ends = interval!.map((value) => direction * (auroc === null ? value : 2 * value - 1));
      return Math.max(0, Math.min(...ends));
    });
    strengths.forEach((strength, rank) => {
      expect(strength).toBeLessThanOrEqual((strengths[rank - 1] ?? 1) + 1e-9);
    });
    // A space is known from the character just read, and its label is the one thing such a network surely carries.
    expect(scores[0]).toMatchObject({ hypothesis: 'space', alignment: 'reading' });
    for (const { auroc, interval, spearman } of scores) {
      const value = auroc ?? spearman!;
      expect(interval![0]).toBeLessThanOrEqual(value);
      expect(interval![1]).toBeGreaterThanOrEqual(value);
    }
  });
});
