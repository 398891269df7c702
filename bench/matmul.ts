// The rate of the matrix product that the budgets are shares of: [64, 512]·[512, 2048], by the same engine.
import type { Engine } from '../pipeline/engines/engine.ts';
import type { Computation } from '../pipeline/lstm/ops.ts';

const ROWS = 64;
const INNER = 512;
const COLUMNS = 2048;
/** Products in one run, so that the call itself weighs nothing. */
const PRODUCTS = 50;

/** @returns GFLOP/s, the best of several runs */
export async function matmulRate(engine: Engine): Promise<number> {
  const inputs: Computation['inputs'] = Object.fromEntries([
    ...Array.from({ length: PRODUCTS }, (_, k) => [`a${k}`, { rows: ROWS, columns: INNER }]),
    ['b', { rows: INNER, columns: COLUMNS }],
  ]);
  const computation: Computation = {
    inputs,
    body: (ops, named) =>
      Object.fromEntries(
        Array.from({ length: PRODUCTS }, (_, k) => [`sum${k}`, ops.sumRows(ops.matmul(named[`a${k}`]!, named.b!))]),
      ),
  };
  const program = await engine.compile(computation);
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { rows, columns }]) => [name, new Float32Array(rows * columns).fill(0.5)]),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 8; run++) {
    const started = performance.now();
    await program.run(values);
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  await program.dispose();
  return (2 * ROWS * INNER * COLUMNS * PRODUCTS) / best / 1e9;
}
