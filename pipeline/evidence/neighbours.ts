// Which cells correlate with which: Pearson's correlation of h over the held-out sample, all pairs in one product.
import type { Engine } from '../engines/engine.ts';
import type { Computation } from '../lstm/ops.ts';

const NEIGHBOURS = 6;

export interface Neighbour {
  readonly cell: number;
  readonly correlation: number;
}

/**
 * @param rows of each cell [characters], as bytes
 * @returns for each cell those that correlate most with it, by magnitude
 */
export async function findNeighbours(engine: Engine, rows: readonly Uint8Array[]): Promise<Neighbour[][]> {
  const cells = rows.length;
  const correlations = await correlate(engine, rows);
  return rows.map((_, cell) =>
    Array.from({ length: cells }, (_, other) => ({ cell: other, correlation: correlations[cell * cells + other]! }))
      .filter((neighbour) => neighbour.cell !== cell)
      .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
      .slice(0, NEIGHBOURS),
  );
}

/**
 * @param rows of each cell [characters], as bytes
 * @returns Pearson's r of each with each, [cells, cells]; 0 with a cell that never moves
 */
export async function correlate(engine: Engine, rows: readonly Uint8Array[]): Promise<Float32Array> {
  const cells = rows.length;
  const characters = rows[0]!.length;
  const standardised = new Float32Array(cells * characters);
  rows.forEach((row, cell) => {
    standardised.set(standardise(row), cell * characters);
  });
  const computation: Computation = {
    inputs: { rows: { rows: cells, columns: characters } },
    body: (ops, { rows: matrix }) => ({ products: ops.matmul(matrix!, matrix!, { transposeB: true }) }),
  };
  const program = await engine.compile(computation);
  const { products } = await program.run({ rows: standardised });
  await program.dispose();
  return products!;
}

/** Mean 0 and length 1; all zero where the row never moves, which then correlates with nothing. */
function standardise(row: Uint8Array): Float32Array {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]!;
  const average = sum / row.length;
  let squares = 0;
  for (let k = 0; k < row.length; k++) squares += (row[k]! - average) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  const standardised = new Float32Array(row.length);
  for (let k = 0; k < row.length; k++) standardised[k] = (row[k]! - average) * scale;
  return standardised;
}
