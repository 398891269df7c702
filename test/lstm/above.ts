// The layers above one of them as a network of their own, which knows nothing of gradients.
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { outputName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';

/**
 * What is said after one step, in float64, where the layers from `from` on (from 0) read `below`, [B, their inputs], in
 * place of what the layers below them pass on.
 * @param inputs the parameters and states of the whole network
 */
export async function saidAbove(
  architecture: Architecture,
  from: number,
  inputs: Inputs,
  below: Float64Array,
): Promise<Float64Array> {
  const { embedding, ...rest } = architecture;
  const { units } = architecture;
  const above: Architecture = { ...rest, reads: 'numbers', inputs: units[from - 1]!, units: units.slice(from) };
  const computation = readingComputation(above, { steps: 1, streams: below.length / above.inputs }, false);
  const given = Object.keys(computation.inputs).map((name) => {
    const inWhole = name.replace(/^layer(\d+)/, (_, layer) => `layer${Number(layer) + from}`);
    return [name, name === 'values' ? below : inputs[inWhole]!] as const;
  });
  const program = await referenceEngine(Float64Array).compile(computation);
  return (await program.run(Object.fromEntries(given)))[outputName(above)]!;
}
