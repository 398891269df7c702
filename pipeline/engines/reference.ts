// The oracle, and the engine of a visitor's browser: runs at once, on typed arrays, and needs nothing but the language.
import type { Computation } from '../lstm/ops.ts';
import { checkInputs, type Engine, type Inputs, type Numbers } from './engine.ts';
import { type ArrayType, type Dense, PlainOps } from './plain-ops.ts';

/** @param arrayType Float64Array for finite differences, else Float32Array */
export function referenceEngine<A extends Numbers>(arrayType: ArrayType<A>): Engine<A> {
  const ops = new PlainOps(arrayType);
  const dense = ({ inputs }: Computation, given: Inputs): Record<string, Dense<A>> => {
    const named = Object.entries(given).filter(([name]) => name in inputs);
    return Object.fromEntries(
      named.map(([name, values]) => {
        const { rows, columns } = inputs[name]!;
        const data = new arrayType(rows * columns);
        data.set(values);
        return [name, { rows, columns, data }];
      }),
    );
  };
  return {
    name: 'reference',
    device: 'cpu',
    async compile(computation: Computation, constants: Inputs = {}) {
      const ready = dense(computation, constants);
      return {
        async run(changing) {
          checkInputs(computation, { ...constants, ...changing });
          const outputs = computation.body<Dense<A>>(ops, { ...ready, ...dense(computation, changing) });
          return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
        },
        async dispose() {},
      };
    },
  };
}
