import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { packedSize, packParameters, unpackParameters } from '../../pipeline/lstm/packed.ts';
import {
  type Architecture,
  assembleParameters,
  listTensors,
  type Matrix,
  tensorShapes,
} from '../../pipeline/lstm/parameters.ts';
import { readModel } from '../../pipeline/models/formats/own/card.ts';
import { SIGMOID, smallArchitecture } from '../engines/example.ts';

const ALICE = 'content/models/alice';

/** Weights of very different sizes, a column each. */
function randomMatrices(architecture: Architecture, seed: number): Matrix[] {
  const random = seededRandom(seed);
  return tensorShapes(architecture).map(({ rows, columns }) => {
    const sizes = Array.from({ length: columns }, () => 10 ** (4 * random.uniform() - 2));
    const data = Float32Array.from({ length: rows * columns }, (_, k) => sizes[k % columns]! * normal(random));
    return { rows, columns, data };
  });
}

function largestOfColumn({ columns, data }: Matrix, column: number): number {
  return data.reduce((largest, value, k) => (k % columns === column ? Math.max(largest, Math.abs(value)) : largest), 0);
}

describe('a packed network', () => {
  const architectures = fc.record({
    units: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    inputs: fc.integer({ min: 1, max: 9 }),
    outputs: fc.integer({ min: 0, max: 5 }),
    embedding: fc.option(fc.integer({ min: 1, max: 5 })),
  });

  it('has every weight within half a 127th of its column’s largest, and the biases as they were', () => {
    fc.assert(
      fc.property(architectures, fc.integer(), ({ embedding, ...sizes }, seed) => {
        const architecture: Architecture = {
          ...smallArchitecture(SIGMOID),
          ...sizes,
          ...(embedding === null ? {} : { embedding }),
        };
        const matrices = randomMatrices(architecture, seed);
        const packed = packParameters(architecture, assembleParameters(architecture, matrices));
        expect(packed.length).toBe(packedSize(architecture));
        listTensors(unpackParameters(architecture, packed)).forEach(({ data, rows, columns }, index) => {
          const whole = matrices[index]!;
          data.forEach((value, k) => {
            const error = Math.abs(value - whole.data[k]!);
            const step = rows === 1 ? 0 : largestOfColumn(whole, k % columns) / 127;
            expect(error).toBeLessThanOrEqual(step * 0.50001);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('packs again to the very same bytes', () => {
    const architecture = smallArchitecture(SIGMOID);
    const packed = packParameters(architecture, assembleParameters(architecture, randomMatrices(architecture, 3)));
    expect(packParameters(architecture, unpackParameters(architecture, packed))).toEqual(packed);
  });

  it('keeps a column of zeros', () => {
    const architecture = smallArchitecture(SIGMOID);
    const matrices = randomMatrices(architecture, 4);
    const [kernel] = matrices as [Matrix];
    for (let r = 0; r < kernel.rows; r++) kernel.data[r * kernel.columns] = 0;
    const { layers } = unpackParameters(
      architecture,
      packParameters(architecture, assembleParameters(architecture, matrices)),
    );
    const first = layers[0]!.kernel.data.filter((_, k) => k % kernel.columns === 0);
    expect([...first]).toEqual(Array(kernel.rows).fill(0));
  });

  it('is refused where its size is another network’s', () => {
    const packed = new Uint8Array(packedSize(smallArchitecture(SIGMOID)) - 4);
    expect(() => unpackParameters(smallArchitecture(SIGMOID), packed)).toThrow(/should have/);
  });

  it.skipIf(!existsSync(ALICE))('of two layers of 512 cells is no larger than 4 MB', () => {
    expect(packedSize(readModel(ALICE).card.architecture)).toBeLessThan(4e6);
  });
});
