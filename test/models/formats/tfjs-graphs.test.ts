import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../pipeline/engines/index.ts';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import { readGraph } from '../../../pipeline/models/formats/keras/graph.ts';
import { parseTopology } from '../../../pipeline/models/formats/keras/topology.ts';
import { readTfjs } from '../../../pipeline/models/formats/tfjs/read.ts';
import { namedWeights, readWeights } from '../../../pipeline/models/formats/tfjs/weights.ts';
import { openRunner } from '../../../pipeline/models/graph/run.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/tfjs/', import.meta.url));

interface Case {
  readonly name: string;
  readonly given: readonly { readonly dims: number[]; readonly values: number[] }[];
  readonly output: readonly number[];
}

const cases: Case[] = JSON.parse(readFileSync(join(fixtures, 'graphs.json'), 'utf8'));

/** The model as a graph, of which a plain stack below another head is not read otherwise. */
function graphOf(name: string) {
  const file = join(fixtures, 'graphs', name, 'model.json');
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(file, 'utf8'));
  const { tensors } = readWeights(weightsManifest, file);
  const graph = readGraph(parseTopology(JSON.stringify(modelTopology), file), namedWeights(tensors, file), 2, file);
  return { ...graph, format: '', gateOrder: '', biases: '', why: '' };
}

describe('a TensorFlow.js model that is no plain stack', () => {
  it.each(cases)(
    'gives what TensorFlow.js gives, by its LSTM layers and the parts between them: $name',
    async (one) => {
      const graph = graphOf(one.name);
      const [output] = graph.outputs;
      const runner = await openRunner(graph, [], referenceEngine(Float32Array), [output!]);
      const given = graph.inputs.map(({ name }, k): [string, Value] => {
        const { dims, values } = one.given[k]!;
        return [name, { type: 'float32', dims, data: Float32Array.from(values) }];
      });
      const { values } = await runner.run(new Map(given));
      await runner.dispose();
      const found = values.get(output!)!.data as Float32Array;
      expect(found).toHaveLength(one.output.length);
      for (const [k, value] of one.output.entries()) expect(Math.abs(found[k]! - value)).toBeLessThan(1e-6);
    },
  );

  it.each([
    ['stacked-cells', 'is an RNN layer', 2],
    ['backwards', 'reads backwards (go_backwards)', 2],
    ['seq-to-seq', 'reads several inputs', 2],
    ['masking', 'is a Masking layer', 1],
  ])('is read as a graph, with why it is none: %s', async (name, why, layers) => {
    const found = await readTfjs(join(fixtures, 'graphs', name));
    if (!('nodes' in found)) throw new Error('It was read as a stack.');
    expect(found.why).toContain(why);
    expect(found.nodes.filter(({ kind }) => kind === 'recurrent')).toHaveLength(layers);
  });

  it.each(['both-ways-last', 'attention'])(
    'is read without its head where that alone is something else: %s',
    async (name) => {
      const found = await readTfjs(join(fixtures, 'graphs', name));
      expect('layers' in found && found.layers.map(({ kind }) => kind)).toEqual(['lstm']);
      expect('withoutHead' in found && found.withoutHead).toMatch(/^What follows ".+" is left out\./);
    },
  );
});
