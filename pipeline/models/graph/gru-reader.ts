// Reads a sequence by one direction of a layer of GRU cells, as `carriedReader` does by a network of LSTM layers.
import type { GruSignal } from '../../base/signals.ts';
import type { Engine, Program } from '../../engines/engine.ts';
import { GRU_SIGNALS, gruComputation, gruValues } from '../../lstm/gru.ts';
import type { GruDirection } from './model.ts';

/** Consecutive steps of a sequence, each signal [steps, units]. */
export interface GruSteps {
  readonly start: number;
  readonly steps: number;
  readonly signals: Readonly<Record<GruSignal, Float32Array>>;
}

export interface GruReader {
  /**
   * @param rows [steps, inputs], row-major
   * @returns h at the end
   */
  read(rows: Float32Array, h: Float32Array, visit: (part: GruSteps) => void): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Steps of a whole window; what does not fill one is read step by step, so that no padding spoils the state. */
const STEPS = 32;

export function gruReader(engine: Engine, direction: GruDirection): GruReader {
  const { parameters, cellActivation, recurrentActivation } = direction;
  const { kernel, recurrentKernel, recurrentBias } = parameters;
  const [inputs, units] = [kernel.rows, recurrentKernel.rows];
  const shape = { inputs, units, resetsAfter: recurrentBias !== undefined, cellActivation, recurrentActivation };
  const programs = new Map<number, Promise<Program>>();
  const programFor = (steps: number): Promise<Program> => {
    const known = programs.get(steps);
    if (known !== undefined) return known;
    const made = engine.compile(gruComputation(shape, { steps, streams: 1 }), gruValues(parameters));
    programs.set(steps, made);
    return made;
  };
  return {
    async read(rows, from, visit) {
      const length = rows.length / inputs;
      let h = from;
      for (let start = 0; start < length; ) {
        const steps = length - start >= STEPS ? STEPS : 1;
        const program = await programFor(steps);
        const values = rows.slice(start * inputs, (start + steps) * inputs);
        const outputs = await program.run({ values, h0: h });
        const signals = Object.fromEntries(GRU_SIGNALS.map((signal) => [signal, outputs[signal]!]));
        visit({ start, steps, signals: signals as GruSteps['signals'] });
        h = outputs.hT!;
        start += steps;
      }
      return h;
    },
    async dispose() {
      for (const program of programs.values()) await (await program).dispose();
    },
  };
}
