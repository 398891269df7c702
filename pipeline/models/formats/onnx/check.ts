// Whether the layers of a graph are computed as onnxruntime computes them.
import { InputError } from '../../../base/errors.ts';
import type { Engine } from '../../../engines/engine.ts';
import type { Value } from '../../../engines/index.ts';
import { referenceEngine } from '../../../engines/reference.ts';
import type { LayeredModel } from '../../graph/model.ts';
import { openRunner } from '../../graph/run.ts';
import type { Layer } from './lstm.ts';
import type { Probe } from './sides.ts';

/** What h may differ by from what onnxruntime computes, where sums are short. */
const AGREEMENT = 1e-5;
const SHORT_SUM = 256;
/** How much more than between float32 and float64, where a network makes rounding large. */
const ROUNDING = 10;

/** @throws {InputError} where onnxruntime computed another h, by how much it differs */
export async function checkLayers(
  model: LayeredModel,
  layers: readonly Layer[],
  probe: Probe,
  file: string,
): Promise<void> {
  const { found, given } = probe;
  if (found === undefined) return;
  const names = new Set(layers.map(({ name }) => name));
  const wanted = model.nodes.filter((node) => node.kind === 'recurrent').filter(({ name }) => names.has(name));
  const run = async (engine: Engine) => {
    const runner = await openRunner(model, wanted, engine);
    try {
      return (await runner.run(given)).layers;
    } finally {
      await runner.dispose();
    }
  };
  const ran = await run(referenceEngine(Float32Array));
  let exact: typeof ran | undefined;
  for (const { name, node, directions } of layers) {
    const { signals, skipped } = ran.get(name)!;
    const { kernel, recurrentKernel } = directions[0]!.parameters;
    const allowed = AGREEMENT * Math.sqrt(Math.max(1, (kernel.rows + recurrentKernel.rows) / SHORT_SUM));
    const difference = largestDifference(signals.h, found.get(node.outputs[0]!)!, skipped);
    if (difference <= allowed) continue;
    // What it gives is put into arrays of float32 in the end.
    exact ??= await run(referenceEngine(Float64Array) as unknown as Engine);
    const { h } = exact.get(name)!.signals;
    if (
      difference <=
      allowed + ROUNDING * largestDifference(signals.h, { ...found.get(node.outputs[0]!)!, data: h }, skipped)
    )
      continue;
    throw new InputError(
      `onnxruntime computes another h for the LSTM "${name}": it differs by up to ${difference.toPrecision(2)}.`,
      { file },
      'Something in the file was misread: please report it, with the file if you can.',
    );
  }
}

/** In parts of the value where that is above 1; steps that were skipped are left out. */
function largestDifference(h: Float32Array, { data }: Value, skipped: readonly boolean[]): number {
  if (h.length !== data.length) return Number.POSITIVE_INFINITY;
  const width = h.length / skipped.length;
  let largest = 0;
  h.forEach((value, k) => {
    const expected = Number(data[k]);
    if (skipped[Math.floor(k / width)] || Object.is(value, expected)) return;
    const difference = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  });
  return largest;
}
